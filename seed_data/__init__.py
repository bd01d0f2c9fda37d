"""The demo portfolio: real public data, trained on the spot."""

from importlib.metadata import version

RELEASE = version("signoff")
"""The release whose code trained the demo models."""
