"""Who agreed: requests, reviews, quorum, separation of duties, staleness and the transition itself."""
