"""Ways to other systems: mail and webhooks. They carry what is handed to them and decide nothing."""
