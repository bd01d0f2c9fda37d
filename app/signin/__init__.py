"""How a person proves who they are; a browser session becomes an Actor."""
