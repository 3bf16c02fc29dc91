"""What a client is told when the sandbox itself fails: something, in place of silence."""

import logging

from runware_sync.sandbox.rules import Problem

__all__ = ["problem_of"]

logger = logging.getLogger("runware_sync.sandbox")


def problem_of(error: Exception, doing: str) -> Problem:
    """Return what a client is told of an error: the problem that it is, or that the sandbox has failed.

    Args:
        error: What was raised. Unless it is a `Problem`, it is logged with its traceback.
        doing: What could not be done, for the log.
    """
    if isinstance(error, Problem):
        return error
    logger.error("the sandbox failed at %s", doing, exc_info=error)
    return Problem("internalServerError", f"The sandbox failed: {type(error).__name__}. Its log says where.")
