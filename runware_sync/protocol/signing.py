"""Signing a connection in, resuming a session, and doubting a sign-in that was good."""

import json

from attrs import define

from runware_sync.codes import Kind, classify, is_about_sign_in
from runware_sync.errors import ApiError
from runware_sync.failures import api_error
from runware_sync.protocol.frames import Item

__all__ = ["SignIn"]


@define(eq=False)
class SignIn:
    """What is known of the sign-in of the present connection, and of the session that outlives it."""

    uuid: str | None = None  # the service's name for the session, under which it is resumed
    done: bool = False
    refusal: ApiError | None = None  # why the sign-in was refused
    lapsed: ApiError | None = None  # the server doubts a sign-in that was good
    lapses: int = 0  # how often that happened since the last result

    def begin(self, key: str, *, resume: bool) -> str:
        """Return the text that signs a new connection in."""
        self.done = False
        self.refusal = self.lapsed = None
        task = {"taskType": "authentication", "apiKey": key}
        if resume and self.uuid:
            task["connectionSessionUUID"] = self.uuid
        return json.dumps([task])

    def accept(self, item: Item) -> bool:
        """Take the server's yes; return whether it is the first on this connection."""
        self.uuid = item.get("connectionSessionUUID") or self.uuid
        first = not self.done
        self.done = True
        return first

    def concerns(self, error: Item, *, known_task: bool) -> bool:
        """Tell whether an error speaks of the sign-in, and not only of a task."""
        code = str(error.get("code") or "")
        if error.get("taskType") == "authentication":
            return True
        if known_task:
            return is_about_sign_in(code)
        refused = classify(code) is Kind.AUTH
        return refused or not self.done if not error.get("taskUUID") else refused and not self.done

    def refuse(self, error: Item) -> None:
        """Take the server's no, or its doubt about an earlier yes: one, however many tasks it turns away."""
        if not self.done:
            self.refusal = self.refusal or api_error(error)
        elif self.lapsed is None:
            self.lapsed = api_error(error)
            self.lapses += 1
