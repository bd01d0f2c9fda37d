"""Model cards in the forms of others: what a form has a place for stands there, the rest travels beside it."""
