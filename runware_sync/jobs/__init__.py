"""Calls that nobody waits for in a thread."""
