"""What the real service leaves open, as settings: each assumption about it can be turned round."""

from typing import Any, Literal

from attrs import Attribute, field, fields, frozen

__all__ = ["Switches"]


def _one_of(*allowed: str) -> Any:
    def check(_: object, attribute: "Attribute[str]", value: str) -> None:
        if value not in allowed:
            raise ValueError(f"{attribute.name}={value!r}: one of {', '.join(allowed)} is possible")

    return check


def _not_negative(_: object, attribute: "Attribute[float | None]", value: float | None) -> None:
    if value is not None and not value >= 0:
        raise ValueError(f"{attribute.name}={value!r}: must be 0 or more")


def _positive(_: object, attribute: "Attribute[int]", value: int) -> None:
    if not value > 0:
        raise ValueError(f"{attribute.name}={value!r}: must be more than 0")


def _choice(default: str, *others: str) -> Any:
    return field(default=default, validator=_one_of(default, *others))


def _seconds(default: float | None) -> Any:
    return field(default=default, validator=_not_negative)


@frozen(kw_only=True)
class Switches:
    """How one sandbox behaves. Every keyword of `Sandbox` that is not named in its signature is one of these.

    Args:
        latency: Seconds that each paid task takes; its results are spread evenly over them.
        long_latency: Seconds that a task takes which is long by nature (video, 3D, training), if that is more.
        strict: Check the documented ranges and refuse unknown parameters; otherwise only what is wildly wrong.
        legacy_types: Accept the older task types (`imageUpscale`, ...); otherwise they are `unsupportedTaskType`.
        balance: US dollars on the account; a task that costs more than what is left is `insufficientCredits`.
        price: US dollars for each paid result, in place of the price table.
        bill_failures: Failed results cost as much as delivered ones.
        auth_error: Shape of the answer to a wrong key: "A" to "H", or "none" for no answer at all.
        auth_close: Close code after a failed sign-in; `None` leaves the connection open.
        auth_reason: The reason that goes with `auth_close`.
        auth_delay: Seconds before the answer to a sign-in.
        unauthenticated_uuid: Whether the refusal of a task before the sign-in names the task.
        ping_before_auth: Whether pings are answered before the sign-in.
        answer_pings: Whether pings are answered at all.
        session_lifetime: Seconds for which a lost connection's session and its undelivered frames are kept.
        resume: Whether a resumed session keeps its UUID ("same") or gets another ("new").
        unknown_session: Answer to an unknown or expired session: a "fresh" one, or an "error".
        replay: Undelivered frames come "once", "twice", or not at all ("none").
        replay_first: Undelivered frames come before the answer to the sign-in.
        buffered: What is kept for replay: "all" frames of tasks, or "results" without errors and acknowledgements.
        idle_timeout: Seconds without a message from the client until the connection is closed; `None` for never.
        idle_close: The close code for that.
        idle_reset: What keeps a connection from being idle: "messages" of the client, or "any" frame either way.
        data_shape: `data` as an "array", or as an "object" where it holds one item.
        error_shape: "errors", "both" (`data: []` beside it), "object", "array" or "boolean" under `error`.
        frame_shape: Frames as an "object", or as an "array" of one.
        item_uuid: Whether results name their task.
        error_uuid: Whether errors name their task.
        error_type: Whether errors name the task type.
        parameter_list: Errors name their parameter in a list.
        binary: Frames are sent as binary messages.
        split: Results of one task come "each" in its own frame, all in "one", or in "random" groups.
        mix: Results of several tasks that finish together share a frame.
        pong_in_front: Each frame of results begins with a pong.
        shuffle: Results of one task finish in another order than that of their seeds.
        ack_status: Acknowledgements carry `status: processing`.
        progress: `getResponse` reports progress.
        failures_in_data: `getResponse` reports failures as items of `data`.
        unknown_task: Answer to a question about an unknown UUID: an "error" (`taskNotFound`), an "empty" list, or
            "silence".
        sync_questions: `getResponse` about a task with sync delivery is met with an "answer", with "silence", or the
            task is "unknown".
        unknown_media: Answer to a UUID of a file that is not there, or not any more: "notFound" (`mediaNotFound`), or
            "invalid" (`invalidInputImage`, ... by the parameter).
        task_log: Whether `getTaskDetails` knows any task.
        reuse: A submit with a UUID that was used before gets a "conflict" error, the results again
            ("answer"), or "silence"; or it is done and billed "again", as by a service that forgets UUIDs.
        malformed: A frame that is no array of tasks gets an "error" without UUID, "silence", or a "close".
        sync_limit: Seconds after which a task with sync delivery is given up on (it runs on, and is billed).
        sync_limit_code: The error code for that.
        enhance_frames: Texts of `promptEnhance` come in "one" frame, or "each" in its own.
        equal_texts: All texts of one `promptEnhance` are the same.
        structured_captions: `caption` answers with `structuredData`; models that name an age always do.
        upload_fails: The phase at which `modelUpload` fails, such as "optimized"; "none" for none.
        upload_type: Whether the items of `modelUpload` name their task type.
        plain_balance: Whether `accountManagement` tells the balance as a number, instead of an object.
        token_seconds: Seconds between two pieces of a text that is streamed.
        media_keys: Tools asked through `inputs` answer with `mediaUUID` and `mediaURL`.
        upload_url: Whether `imageUpload` answers with `imageURL`.
        max_message: Bytes of the largest message accepted; a larger one closes the connection with code 1009.
        storage: Bytes of files kept in memory; the longest unused are forgotten first.
    """

    latency: float = _seconds(0.0)
    long_latency: float = _seconds(1.5)
    strict: bool = False
    legacy_types: bool = True
    balance: float | None = _seconds(None)
    price: float | None = _seconds(None)
    bill_failures: bool = False
    auth_error: str = _choice("A", "B", "C", "D", "E", "F", "G", "H", "none")
    auth_close: int | None = None
    auth_reason: str = ""
    auth_delay: float = _seconds(0.0)
    unauthenticated_uuid: bool = True
    ping_before_auth: bool = True
    answer_pings: bool = True
    session_lifetime: float = _seconds(120.0)
    resume: Literal["same", "new"] = _choice("same", "new")
    unknown_session: Literal["fresh", "error"] = _choice("fresh", "error")
    replay: Literal["once", "twice", "none"] = _choice("once", "twice", "none")
    replay_first: bool = False
    buffered: Literal["all", "results"] = _choice("all", "results")
    idle_timeout: float | None = _seconds(120.0)
    idle_close: int = 1000
    idle_reset: Literal["messages", "any"] = _choice("messages", "any")
    data_shape: Literal["array", "object"] = _choice("array", "object")
    error_shape: Literal["errors", "both", "object", "array", "boolean"] = _choice(
        "errors", "both", "object", "array", "boolean"
    )
    frame_shape: Literal["object", "array"] = _choice("object", "array")
    item_uuid: bool = True
    error_uuid: bool = True
    error_type: bool = False
    parameter_list: bool = False
    binary: bool = False
    split: Literal["each", "one", "random"] = _choice("each", "one", "random")
    mix: bool = False
    pong_in_front: bool = False
    shuffle: bool = False
    ack_status: bool = False
    progress: bool = True
    failures_in_data: bool = False
    unknown_task: Literal["error", "empty", "silence"] = _choice("error", "empty", "silence")
    sync_questions: Literal["answer", "silence", "unknown"] = _choice("answer", "silence", "unknown")
    unknown_media: Literal["notFound", "invalid"] = _choice("notFound", "invalid")
    task_log: bool = True
    reuse: Literal["conflict", "answer", "silence", "again"] = _choice("conflict", "answer", "silence", "again")
    malformed: Literal["error", "silence", "close"] = _choice("error", "silence", "close")
    sync_limit: float | None = _seconds(None)
    sync_limit_code: str = "timeoutProvider"
    enhance_frames: Literal["one", "each"] = _choice("one", "each")
    equal_texts: bool = False
    structured_captions: bool = False
    upload_fails: Literal["none", "validated", "downloaded", "optimized", "stored", "ready"] = _choice(
        "none", "validated", "downloaded", "optimized", "stored", "ready"
    )
    upload_type: bool = True
    plain_balance: bool = False
    token_seconds: float = _seconds(0.0)
    media_keys: bool = False
    upload_url: bool = True
    max_message: int = field(default=256 * 2**20, validator=_positive)
    storage: int = field(default=512 * 2**20, validator=_positive)

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Switches":
        """Return switches from keywords; raise `TypeError` for an unknown one, with the known ones."""
        known = [attribute.name for attribute in fields(cls)]
        unknown = sorted(set(values).difference(known))
        if unknown:
            raise TypeError(f"the sandbox has no switch {', '.join(unknown)}; it has {', '.join(known)}")
        return cls(**values)
