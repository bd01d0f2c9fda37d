"""FastAPI routers, one per noun: parse, call an action or a query, answer."""
