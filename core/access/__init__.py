"""Who may do what: people, roles with scope, sessions, and the one permission table."""
