"""What this library costs beside a bare websocket-client that does the same."""
