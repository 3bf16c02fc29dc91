"""How messages about what was given show it."""

__all__ = ["retold", "shortened"]


def shortened(value: object) -> str:
    """Return a value as a message shows it: never long, never the bytes of a file."""
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, str) and len(value) > 80:
        return f"{value[:60]!r}… ({len(value)} characters)"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:60]}… ({type(value).__name__})"


def retold(error: Exception, text: str) -> Exception:
    """Return an error of the same kind with another text."""
    kinds = (FileNotFoundError, TypeError)
    return next((kind(text) for kind in kinds if isinstance(error, kind)), ValueError(text))
