"""The requests of a batchUpdate, a module a family, and the engine that runs them."""
