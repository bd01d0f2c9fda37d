"""How a version behaves in use: prediction logs, late labels, windows, drift and performance."""
