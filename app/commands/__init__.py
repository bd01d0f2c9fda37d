"""The `signoff` command, one module per noun; `app/cli.py` puts them together."""
