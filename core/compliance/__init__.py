"""Which obligations are evidenced: catalogues as data, and what the records of one version show for each duty."""
