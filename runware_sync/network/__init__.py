"""Bytes to and from the service: addresses, proxies, TLS, and frames of websockets; nothing of the API."""
