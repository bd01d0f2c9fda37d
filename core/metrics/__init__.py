"""Arrays in, numbers out: classification, regression, calibration, fairness, drift and their intervals."""
