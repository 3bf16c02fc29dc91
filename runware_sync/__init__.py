"""The Runware API as ordinary blocking Python."""
