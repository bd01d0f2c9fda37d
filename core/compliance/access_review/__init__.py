"""Reviews of who has access: every open account looked at for a period, signed by a person, kept for good."""
