"""Which obligations are evidenced: catalogues in our own words, and one version's coverage."""
