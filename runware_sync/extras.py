"""What is needed for some things only, and comes with an extra."""

__all__ = ["missing"]


def missing(what: str, *libraries: str) -> ImportError:
    """Return the error that says which extra to install.

    Args:
        what: What cannot be done without it, such as `"to_pil()"`.
        libraries: What is not installed, as people call it.
    """
    return ImportError(f"{what} needs {' and '.join(libraries)}: pip install 'runware-sync[notebook]'")
