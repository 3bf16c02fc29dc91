"""The calls of a storm: what each asks for, how it is made, and what is noted of its end."""

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

from attrs import define, field, frozen

from runware_sync import ImageInference, Runware, RunwareError

__all__ = ["FREE", "KINDS", "TEXTS", "Errand", "Outcome", "collect", "drawn", "perform"]

_MODEL: Final = "runware:101@1"
_SMALL: Final[dict[str, Any]] = {"model": _MODEL, "width": 128, "height": 128}
_WRITER: Final = "minimax:m2@0"
_PATIENCE: Final = 300.0  # seconds for what ends by itself
_UNHURRIED: Final = 20.0  # seconds of a window in which something is collected
HEAVY: Final = 24 * 2**20
"""Bytes of the largest frames, in either direction."""
_PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@frozen
class Errand:
    """One call that is to be made.

    Args:
        number: Which one it is; its words say so, by which the sandbox's record is told apart.
        kind: A key of `KINDS`.
        asked: Results that it asks for.
        seed: An explicit first seed, or none.
        watched: Whether a function is told of new results on the way.
    """

    number: int
    kind: str
    asked: int = 1
    seed: int | None = None
    watched: bool = False

    @property
    def words(self) -> str:
        """The prompt."""
        return f"storm {self.number}: a lighthouse"


@define
class Outcome:
    """How a call has ended.

    Args:
        errand: The call.
        seconds: How long it took.
        names: Identities of the results that it returned, or that its error carried; `None` for a text.
        surplus: Results beyond those asked for.
        error: What it raised.
        partial: Identities told of on the way.
        collected: Identities of what `client.job(...)` brought after the error.
        late: What collecting raised instead, if nothing came.
    """

    errand: Errand
    seconds: float = 0.0
    names: list[str | None] = field(factory=list)
    surplus: int = 0
    error: BaseException | None = None
    partial: set[str] = field(factory=set)
    collected: list[str | None] = field(factory=list)
    late: BaseException | None = None


Tell = Callable[[Sequence[Any]], None]


def _image(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    return client.image_inference(
        errand.words, number_results=errand.asked, seed=errand.seed, on_partial=tell, **_SMALL
    )


def _inline(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    images = client.image_inference(errand.words, output_type="base64Data", on_partial=tell, **_SMALL)
    assert images[0].read()
    return images


def _large(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    large = {**_SMALL, "width": 512, "height": 512, "output_format": "PNG"}
    images = client.image_inference(errand.words, output_type="base64Data", on_partial=tell, **large)
    assert images[0].read()
    return images


def _heavy(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    return client.image_inference(errand.words, extra={"padding": "x" * HEAVY}, on_partial=tell, **_SMALL)


def _raw(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    task = {"positivePrompt": errand.words, "numberResults": errand.asked, **_SMALL}
    return client.raw({"taskType": "imageInference", **task}, on_partial=tell)


def _job(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    request = ImageInference(errand.words, number_results=errand.asked, seed=errand.seed, on_partial=tell, **_SMALL)
    return client.submit(request).result()


def _video(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    return client.video_inference(errand.words, model="klingai:5@3", duration=5, timeout=client_timeout(client))


def client_timeout(client: Runware) -> float:
    """Return the seconds of one window."""
    return client._settings.timeout


def _enhanced(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    return client.prompt_enhance(errand.words, prompt_versions=errand.asked)


def _written(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    return client.text_inference(errand.words, model=_WRITER, number_results=errand.asked)


def _streamed(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    with client.stream_text(errand.words, model=_WRITER) as stream:
        assert "".join(stream)
    return [None]


def _upload(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    return client.image_upload(_PNG)


def _search(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    return [client.model_search("a", limit=3)]


def _account(client: Runware, errand: Errand, tell: Tell | None) -> Any:
    return client.account_management(operation="getDetails")


KINDS: Final[dict[str, tuple[int, Callable[[Runware, Errand, Tell | None], Any]]]] = {
    "image": (34, _image),
    "job": (14, _job),
    "raw": (8, _raw),
    "inline": (8, _inline),
    "enhanced": (10, _enhanced),
    "written": (6, _written),
    "upload": (8, _upload),
    "search": (4, _search),
    "account": (4, _account),
    "video": (2, _video),
    "streamed": (2, _streamed),
    "large": (0, _large),
    "heavy": (0, _heavy),
}
"""How often each kind of call is drawn, and how it is made; those of weight 0 are dealt, a few in a storm."""

FREE: Final = frozenset({"upload", "search", "account"})
TEXTS: Final = frozenset({"enhanced", "written", "streamed"})
"""Kinds whose results have no identity: one that comes twice on one connection cannot be told from two."""
_MANY: Final = frozenset({"image", "job", "raw", "enhanced", "written"})
_SEEDED: Final = frozenset({"image", "job"})
_TOLD: Final = frozenset({"image", "job", "raw", "inline"})


def drawn(random: Random, number: int, kind: str | None = None) -> Errand:
    """Draw one call."""
    chosen = kind or random.choices(list(KINDS), [weight for weight, _ in KINDS.values()])[0]
    return Errand(
        number,
        chosen,
        asked=random.choice((1, 1, 2, 3, 4)) if chosen in _MANY else 1,
        seed=random.randrange(1, 2**31) if chosen in _SEEDED and random.random() < 0.5 else None,
        watched=chosen in _TOLD and random.random() < 0.6,
    )


def perform(client: Runware, errand: Errand) -> Outcome:
    """Make one call, and note how it ends; whatever it raises."""
    outcome = Outcome(errand)

    def tell(results: Sequence[Any]) -> None:
        outcome.partial.update(name for name in map(_name, results) if name)

    began = time.monotonic()
    try:
        results = KINDS[errand.kind][1](client, errand, tell if errand.watched else None)
    except BaseException as error:  # noqa: BLE001 - the laws say what it may be
        outcome.error = error
        results = getattr(error, "results", [])
    outcome.seconds = time.monotonic() - began
    outcome.surplus = len(getattr(results, "surplus", ()))
    outcome.names = [_name(result) for result in (results if isinstance(results, Sequence) else [results])]
    return outcome


def collect(client: Runware, outcome: Outcome, *, thoroughly: bool = True) -> None:
    """Collect what a call that failed has bought.

    Args:
        client: Who collects it.
        outcome: The call.
        thoroughly: Whether it must be there, so that waiting for it is worth while.
    """
    uuid = getattr(outcome.error, "task_uuid", None)
    if uuid is None:
        return
    unhurried = client.with_options(timeout=max(_UNHURRIED, client_timeout(client)))
    collector = unhurried if thoroughly else client.with_options(max_retries=0)
    try:
        results = collector.job(uuid).result(_PATIENCE)
    except (RunwareError, TimeoutError) as error:
        outcome.late = error
        results = getattr(error, "results", [])
    outcome.collected = [_name(result) for result in (results if isinstance(results, Sequence) else [results])]


def _name(result: Any) -> str | None:
    """Return what tells a result apart; `None` for a text."""
    if isinstance(result, dict):
        return result.get("imageUUID")
    for name in ("image_uuid", "video_uuid"):
        if found := getattr(result, name, None):
            return str(found)
    return None
