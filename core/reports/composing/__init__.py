"""From the records of a version to what a report says about it: one module per group of parts, reads only."""
