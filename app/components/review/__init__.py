"""The review page: one request with everything one needs to sign it, on one screen."""
