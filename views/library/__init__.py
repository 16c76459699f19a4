"""The audit tools that a cycle can choose, and bringing one."""
