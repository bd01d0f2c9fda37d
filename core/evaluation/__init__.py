"""What was measured: evaluation sets, uploads, recomputed metrics and comparisons with the champion."""
