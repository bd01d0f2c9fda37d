"""What an auditor takes away: the content of a report, its PDF, its seal and its machine-readable twin."""
