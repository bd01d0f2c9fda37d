"""What is governed: use cases, models, versions, stages, aliases and what is needed to rebuild a version."""
