"""Untrusted tables in, spreadsheet-safe tables out."""
