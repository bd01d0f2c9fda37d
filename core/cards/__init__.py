"""Model cards: what is asked, what is still missing, how two cards differ, and how one reads in plain words."""
