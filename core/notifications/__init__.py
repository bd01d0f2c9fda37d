"""Who is told what, by which channel, and whether it arrived; the sending itself is done by core.connectors."""
