"""Doors: how people and machines come in."""
