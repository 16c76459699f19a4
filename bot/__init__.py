"""Wiring and processes: settings, logs, the gate, the web and worker processes, the command line, the doctor."""
