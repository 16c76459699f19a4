"""What happens later, durably: the only room that knows DBOS."""
