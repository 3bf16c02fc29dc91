"""Texts that are read while they are written, over HTTP."""
