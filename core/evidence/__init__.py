"""What counts as proof: kinds of evidence, the pins a request holds on it, and findings against it."""
