"""Durable work that happens later; the only room that imports DBOS."""
