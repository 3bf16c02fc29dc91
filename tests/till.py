"""A client at the sandbox's till: what it sent, what was taken on, and what was asked about it."""

from typing import Any

from runware_sync import Runware
from runware_sync.sandbox import Sandbox
from runware_sync.sandbox.record import TaskRecord

PATIENCE = 20.0
MODEL = "runware:101@1"
SMALL: dict[str, Any] = {"model": MODEL, "width": 128, "height": 128}
ROOT = "6f3c1b52-5f0e-4f0c-9d6a-0c9d3a1b7e21"
QUESTIONS = {"getResponse", "getTaskDetails"}
SPEECHLESS: dict[str, Any] = {"unknown_task": "silence", "sync_questions": "silence", "task_log": False}
"""A service that answers no question about tasks with sync delivery."""


def client_of(sandbox: Sandbox, **settings: Any) -> Runware:
    """Return a client of a sandbox, with patience for a slow machine."""
    return Runware("key-of-a-test", url=sandbox.url, **{"heartbeat": 2.0, "timeout": PATIENCE, **settings})


def hasty(sandbox: Sandbox, **settings: Any) -> Runware:
    """Return a client that soon takes a question for unanswered: 0.3 s in the place of 5 s."""
    runware = client_of(sandbox, **{"heartbeat": 0.3, **settings})
    runware._connection.exchange.session._inquiry.patience = 0.3
    return runware


def questions(sandbox: Sandbox, uuid: str | None = None) -> int:
    """Return how many questions were asked, in all or about one task."""
    asked = [task for task in sandbox.received if task["taskType"] in QUESTIONS]
    return sum(uuid in {None, task["taskUUID"]} for task in asked)


def sent(sandbox: Sandbox, task_type: str = "imageInference") -> list[str]:
    """Return the UUIDs of the tasks of a type that the sandbox received, each as often as it came."""
    return [task["taskUUID"] for task in sandbox.received if task["taskType"] == task_type]


def bought(sandbox: Sandbox, task_type: str = "imageInference") -> list[dict[str, Any]]:
    """Return the accepted tasks of a type, as they travelled."""
    return [task.request for task in sandbox.tasks if task.task_type == task_type]


def bill(sandbox: Sandbox) -> tuple[int, float]:
    """Return what was billed: results and US dollars."""
    return sandbox.purchases, sandbox.billed


def record_of(sandbox: Sandbox, uuid: str) -> TaskRecord:
    """Return what the sandbox remembers of one accepted task."""
    return next(task for task in sandbox.tasks if task.task_uuid == uuid)
