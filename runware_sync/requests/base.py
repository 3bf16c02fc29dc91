"""What every request takes, and what every nested object takes."""

import uuid as uuids
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar

from attrs import field, fields_dict, frozen

from runware_sync.names import about
from runware_sync.requests.declared import Declared
from runware_sync.requests.deferred import Nested
from runware_sync.requests.fitting import expected_of, fit
from runware_sync.requests.guidance import unknown, wire_names
from runware_sync.requests.wording import shortened

__all__ = [
    "Delivery",
    "Film",
    "Hosted",
    "OpenShape",
    "Output",
    "OutputFormat",
    "OutputType",
    "Request",
    "Shape",
    "as_uuid",
    "per_call",
]

R_co = TypeVar("R_co", covariant=True)  # so that a list of several kinds is one of requests for either

DeliveryMethod = Literal["sync", "async"]
OutputType = Literal["URL", "base64Data", "dataURI"]
OutputFormat = Literal["JPG", "PNG", "WEBP"]
FilmFormat = Literal["MP4", "WEBM", "MOV"]


def as_uuid(value: Any, where: str) -> str:
    """Return a UUID as text, in the usual spelling."""
    if not isinstance(value, str | uuids.UUID):
        raise TypeError(f"{where}={shortened(value)} must be a UUID, as an object or as a string")
    try:
        return str(uuids.UUID(str(value)))
    except ValueError:
        raise ValueError(f"{where}={shortened(value)} must be a UUID, such as {str(uuids.uuid4())!r}") from None


def _seconds(value: Any, where: str) -> float:
    """Return a time span that can be waited for."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{where}={shortened(value)} must be a number of seconds")
    if not 0 < value < float("inf"):
        raise ValueError(f"{where}={value} must be above 0, and finite")
    return float(value)


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Request(Declared, Generic[R_co]):
    """One task to be done, as an object: frozen, reusable, comparable, picklable."""

    task_type: ClassVar[str]
    flat_task_type: ClassVar[str | None] = None  # of the older, flat form, where it has a type of its own
    aliases: ClassVar[tuple[str, ...]] = ()  # older names of the task type that answers may bear
    result: ClassVar[str | None] = None  # the class of one result; None: items stay as they came
    many: ClassVar[bool] = False  # whether it returns `Results`, or a single one
    count: ClassVar[str | None] = None  # the field that says how many results there will be
    free: ClassVar[bool] = False
    stores: ClassVar[bool] = False  # whether it is itself the way in which media are stored
    live: ClassVar[bool] = False  # whether it returns a stream, which is read while the answer is made
    renewable: ClassVar[bool] = True  # whether what has failed may be bought anew without being asked
    window: ClassVar[float | None] = None  # seconds that a window lasts, where the work is long by nature
    film_window: ClassVar[float | None] = None  # the same, where only a film that goes in makes it long

    extra: Mapping[str, Any] | None = field(
        default=None,
        metadata=about(
            "Further parameters in the API's own spelling, sent as they are: what JSON can carry.", apart=True
        ),
    )
    task_uuid: str | uuids.UUID | None = field(
        default=None,
        eq=False,
        metadata=about("UUID for the task. Default: a new one for each call.", check=as_uuid, per_call=True),
    )
    retry: int | None = field(
        default=None,
        eq=False,
        metadata=about("Waiting windows after the first. Default: the client's `max_retries`.", least=0, per_call=True),
    )
    timeout: float | None = field(
        default=None,
        eq=False,
        metadata=about("Seconds that one waiting window lasts. Default: the client's.", check=_seconds, per_call=True),
    )
    on_partial: Callable[[list[Any]], None] | None = field(
        default=None,
        eq=False,
        metadata=about(
            "Called with each new list of results, in the calling thread; what it raises ends the call.", per_call=True
        ),
    )
    on_progress: Callable[[int], None] | None = field(
        default=None,
        eq=False,
        metadata=about("Called with the progress, 0 to 100, in the calling thread.", per_call=True),
    )

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        """Complete the classes of operations; those between are not made by anybody."""
        if hasattr(cls, "task_type"):
            super().__attrs_init_subclass__()

    @property
    def lasting(self) -> float | None:
        """Seconds that a window lasts by nature; `None` where the work is short, and the client decides."""
        film = getattr(getattr(self, "inputs", None), "video", None)
        return self.window if film is None or self.film_window is None else self.film_window

    @property
    def expected(self) -> int:
        """How many results the task will bring."""
        return 1 if self.count is None else max(1, getattr(self, self.count) or 1)


def per_call(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what concerns one call only, by its names, in the form in which a request keeps it.

    Raises:
        TypeError: One of them is of a type that cannot be; as in a request.
        ValueError: One is out of bounds.
    """
    known = fields_dict(Request)
    return {name: fit(value, expected_of(known[name]), name) for name, value in given.items()}


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Delivery(Request[R_co]):
    """What every task that is paid for takes."""

    include_cost: bool | None = field(
        default=None, metadata=about("Whether the price is reported with the result. Default: the client's setting.")
    )
    delivery_method: DeliveryMethod | str | None = field(
        default=None,
        metadata=about(
            "Whether the service answers at once, or is asked until it is done.",
            default="`'sync'`, and `'async'` where the work is long by nature",
        ),
    )
    webhook_url: str | None = field(
        default=None,
        metadata=about(
            "Address to which the service posts each finished result. The call then returns as soon as the service has"
            " taken the task; what comes back has the task's UUID and nothing else. `client.job(task_uuid)` collects"
            " the results."
        ),
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Hosted(Delivery[R_co]):
    """What every task takes that makes a file."""

    output_type: OutputType | str | None = field(
        default=None, metadata=about("How the file comes back; `read()` and `save()` do not mind.", default="`'URL'`")
    )
    upload_endpoint: str | None = field(
        default=None, metadata=about("Address to which the service sends the file with HTTP PUT, too.")
    )
    ttl: int | None = field(
        default=None, metadata=about("Seconds for which the link to the file lives.", usual="60 to 2592000")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Output(Hosted[R_co]):
    """What every task takes that makes a picture."""

    output_format: OutputFormat | str | None = field(
        default=None, metadata=about("Format of the file.", default="`'JPG'`")
    )
    output_quality: int | None = field(
        default=None,
        metadata=about("Quality of a lossy format; more keeps more detail.", least=20, most=99, default="95"),
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Film(Hosted[R_co]):
    """What every task takes that makes a film."""

    output_format: FilmFormat | str | None = field(
        default=None, metadata=about("Format of the file.", default="`'MP4'`")
    )
    output_quality: int | None = field(
        default=None,
        metadata=about("Quality of the picture; more keeps more detail.", least=20, most=99, default="95"),
    )


class Shape(Nested, Declared):
    """A nested object of a request; wherever one is taken, a mapping of its fields is taken too."""

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Return the object that a mapping describes, in Python's spelling of the names or in the API's.

        Raises:
            TypeError: The mapping holds a key that there is not, or one twice, or lacks one.
        """
        shape: Any = cls
        names = wire_names(shape)
        found: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for key, value in values.items():
            name = names.get(key)
            if name is None:
                others[key] = value
            elif name in found:
                raise TypeError(f"{cls.__name__}: {name} is given twice, under two spellings")
            else:
                found[name] = value
        return cls._made(found, others)

    @classmethod
    def _made(cls, found: dict[str, Any], others: dict[str, Any]) -> Self:
        for key in others:
            raise TypeError(f"{cls.__name__}: {unknown(str(key), cls)}")
        return cls(**found)


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class OpenShape(Shape):
    """A nested object whose keys depend on the model: those that are not known here travel untouched."""

    extra: Mapping[str, Any] | None = field(
        default=None, metadata=about("Further keys in the API's own spelling, sent as they are.", apart=True)
    )

    @classmethod
    def _made(cls, found: dict[str, Any], others: dict[str, Any]) -> Self:
        if others:
            found["extra"] = {**(found.get("extra") or {}), **others}
        return cls(**found)
