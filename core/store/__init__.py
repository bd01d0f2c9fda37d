"""Where state lives: engines, transactions that always carry their event, migrations and content-addressed files."""
