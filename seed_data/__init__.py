"""The demo portfolio: real public data, trained on the spot."""
