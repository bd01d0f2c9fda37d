"""What happened: who acted, the events they caused, the Merkle log that holds them, and its offline verifier."""
