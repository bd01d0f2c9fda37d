"""Where a version came from and what it feeds: datasets, runs and the edges between them."""
