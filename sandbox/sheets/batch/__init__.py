"""The requests of a batchUpdate, one module per group of requests, and the engine that runs them."""
