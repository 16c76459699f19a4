"""Wiring and processes: settings, logs, the door, the web and the worker, the command line."""
