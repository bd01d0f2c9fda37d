"""What goes in and out of the HTTP API: one module per noun, shared by the routes and the Python client."""
