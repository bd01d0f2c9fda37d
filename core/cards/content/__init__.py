"""What a card holds, section by section. Each field says beside its type why it is asked and from which stage on."""
