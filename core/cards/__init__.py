"""Model cards: their sections, what each stage requires of them, and how two versions differ."""
