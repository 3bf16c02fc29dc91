"""What all task types have in common."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import define, field

from runware_sync.sandbox.billing import PRICES
from runware_sync.sandbox.catalogue import Catalogue
from runware_sync.sandbox.clock import Clock
from runware_sync.sandbox.gallery import Gallery, Inline, Picture, StoredFile
from runware_sync.sandbox.identifiers import derived_number, derived_uuid
from runware_sync.sandbox.inputs import Inputs, nested
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.record import Record
from runware_sync.sandbox.rules import OUTPUT_FORMATS, Problem, Rule, not_allowed
from runware_sync.sandbox.switches import Switches
from runware_sync.sandbox.tasks.checks import exclusive, within

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Commission", "PaintedLater", "Studio", "TaskType", "output_types"]


@define(eq=False)
class Studio:
    """What a task type needs to do its work."""

    switches: Switches
    seed: int
    clock: Clock
    gallery: Gallery
    inputs: Inputs
    files_url: str
    record: Record
    catalogue: Catalogue


@define(eq=False)
class Commission:
    """One task that is to be done.

    Args:
        uuid: The task's UUID.
        request: The task object.
        pictures: The pictures that it names, by parameter.
        files: The other files that it names, by parameter.
        texts: Texts that were written for it, kept between its results.
    """

    uuid: str
    request: Mapping[str, Any]
    pictures: dict[str, Picture] = field(factory=dict)
    files: dict[str, StoredFile] = field(factory=dict)
    texts: list[str] = field(factory=list)

    def given(self) -> list[StoredFile]:
        """Return everything that the task names."""
        return [*self.pictures.values(), *self.files.values()]


class TaskType:
    """One kind of paid or free task; the registry in `tasks/__init__.py` names them all.

    Subclasses say what they are called, what they check, which pictures they take, and how they make one result.
    """

    names: ClassVar[tuple[str, ...]] = ()
    """The current name on the wire, then the older ones."""
    rules: ClassVar[tuple[Rule, ...]] = ()
    parameters: ClassVar[frozenset[str]] = frozenset()
    """Parameters besides the common ones; others are refused by strict checking."""
    one_frame: ClassVar[bool] = False
    """Whether all results come together, whatever `split` says."""
    model_required: ClassVar[bool] = False
    """Whether the current form, with `inputs`, needs a model under strict checking."""
    output_formats: ClassVar[tuple[str, ...]] = OUTPUT_FORMATS
    """What its results can be had as; the first is the default."""
    deliveries: ClassVar[tuple[str, ...]] = ("sync", "async")
    """The delivery methods that the service documents; the first is the default. Others pass lenient checking."""
    long: ClassVar[bool] = False
    """Whether it takes minutes by nature."""
    phased: ClassVar[bool] = False
    """Whether its results are phases: pushed one by one, in their order, with a status of their own."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @property
    def name(self) -> str:
        """The current name."""
        return self.names[0]

    def expected(self, request: Mapping[str, Any]) -> int:
        """Return how many results the task will have."""
        return 1

    def price(self, request: Mapping[str, Any]) -> float:
        """Return US dollars for one result."""
        return PRICES.get(self.name, 0.0)

    def prices(self, request: Mapping[str, Any]) -> list[float]:
        """Return US dollars for each result."""
        return [self.price(request)] * self.expected(request)

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that name pictures, with their values."""
        image = request.get("inputImage")
        if image is not None:
            yield "inputImage", image
        nested_image = nested(request, "inputs", "image")
        if nested_image is not None:
            yield "inputs.image", nested_image

    def files(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any, Kind | None]]:
        """Yield the parameters that name other files, with their values and the kinds that they must be of."""
        return iter(())

    def formats(self, request: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what the results can be had as."""
        return self.output_formats

    def documented_deliveries(self, request: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the delivery methods that the service documents for this request, the default first."""
        return self.deliveries

    def delivery(self, request: Mapping[str, Any]) -> str:
        """Return how the results are delivered."""
        return str(request.get("deliveryMethod") or self.documented_deliveries(request)[0])

    def delivery_problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield the problem of a delivery method that there is not, or, with strict checking, not for this request."""
        documented = self.documented_deliveries(request)
        allowed = (
            documented if self.studio.switches.strict else tuple({"sync": 0, "async": 0, **dict.fromkeys(documented)})
        )
        if self.delivery(request) not in allowed:
            yield not_allowed("deliveryMethod", allowed)

    def lasts(self, request: Mapping[str, Any]) -> bool:
        """Tell whether this request takes minutes by nature."""
        return self.long

    def seconds(self, request: Mapping[str, Any]) -> float:
        """Return how long the task takes."""
        switches = self.studio.switches
        return max(switches.latency, switches.long_latency) if self.lasts(request) else switches.latency

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        return iter(())

    def settings_problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the values under `settings` that may also stand flat in the request."""
        return within(request, "settings", self.rules, strict=self.studio.switches.strict)

    def is_heavy(self, commission: Commission) -> bool:
        """Tell whether making a result takes pixels, now; otherwise they are painted when somebody looks."""
        kinds = output_types(commission.request)
        return kinds != ["URL"] or not all(file.checked for file in commission.given())

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make one result; raise `Problem` if it cannot be made."""
        raise AssertionError(f"{type(self).__name__} makes nothing")

    def seed_of(self, commission: Commission, index: int) -> int:
        """Return the seed of one result: the given one, or one of 32 bits that is drawn, plus the result's number."""
        given = commission.request.get("seed")
        seed = given if isinstance(given, int) else derived_number(self.studio.seed, commission.uuid, "seed")
        return seed + index

    def subject(self, commission: Commission) -> Picture:
        """Return the picture that the task is about."""
        return next(iter(commission.pictures.values()))

    def needs_image(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield the problem of a missing input picture, or of a missing model with strict checking."""
        if next(self.media(request), None) is None:
            yield Problem("missingInputImage", "inputImage or inputs.image is required.", "inputImage", type="string")
        if self.studio.switches.strict:
            yield from exclusive(request, "inputImage", "inputImages", "inputs")
        if self.model_required and self.studio.switches.strict and "inputs" in request and not request.get("model"):
            yield Rule("model", "string").missing()

    def outputs(
        self,
        commission: Commission,
        index: int,
        paint: "PaintedLater",
        *,
        prefix: str = "image",
        default: str = "JPG",
    ) -> dict[str, Any]:
        """Return the output fields of one picture, in the forms asked for.

        Args:
            commission: The task.
            index: The number of the result.
            paint: Returns the pixels.
            prefix: How the fields begin: `image` gives `imageUUID`, `imageURL`, ...
            default: The format if none is asked for.
        """
        request = commission.request
        form = str(request.get("outputFormat") or default).upper()
        quality = request.get("outputQuality")
        make = partial(_encoded, paint, form, quality if isinstance(quality, int) else 95)
        return self.fields_of(self.put_up(commission, Picture, (prefix, index), form, make), commission, prefix)

    def put_up(
        self,
        commission: Commission,
        form: type[StoredFile],
        name: tuple[str, int],
        suffix: str,
        make: Callable[[], bytes],
    ) -> StoredFile:
        """Put a result into the gallery; it lives as long as the request's `ttl` says.

        Args:
            commission: The task.
            form: `Picture`, or `StoredFile` for what has no pixels.
            name: What tells it from the other results of the task.
            suffix: Of its file name, in any case.
            make: Returns its bytes.
        """
        ttl = commission.request.get("ttl")
        return self.studio.gallery.add(
            form(
                derived_uuid(self.studio.seed, commission.uuid, *name),
                suffix.lower(),
                make,
                expires_at=None if not isinstance(ttl, int) else self.studio.clock.now() + ttl,
            )
        )

    def fields_of(self, file: StoredFile, commission: Commission, prefix: str) -> dict[str, Any]:
        """Return the output fields of one file, in the forms asked for."""
        fields: dict[str, Any] = {f"{prefix}UUID": file.uuid}
        kinds = output_types(commission.request)
        if "URL" in kinds:
            fields[f"{prefix}URL"] = self.studio.files_url + file.file_name
        if "base64Data" in kinds:
            fields[f"{prefix}Base64Data"] = Inline(file, uri=False)
        if "dataURI" in kinds:
            fields[f"{prefix}DataURI"] = Inline(file, uri=True)
        return fields

    def entry(self, file: StoredFile) -> dict[str, str]:
        """Return what stands for a file in `outputs.files`."""
        return {"uuid": file.uuid, "url": self.studio.files_url + file.file_name}

    def tool_result(self, commission: Commission, paint: "PaintedLater", *, default: str = "JPG") -> dict[str, Any]:
        """Return the fields of a tool's picture, with the UUID of the picture that it worked on."""
        media = self.studio.switches.media_keys and "inputs" in commission.request
        fields = self.outputs(commission, 0, paint, prefix="media" if media else "image", default=default)
        return {**fields, "inputImageUUID": self.subject(commission).uuid}


class PaintedLater:
    """A recipe for pixels: a function with its arguments, to be called when they are needed, as often as needed."""

    def __init__(self, function: Any, /, *arguments: Any, **settings: Any) -> None:
        self._call = partial(function, *arguments, **settings)

    def __call__(self) -> "Image":
        """Paint it."""
        image: Image = self._call()
        return image


def _encoded(paint: PaintedLater, form: str, quality: int) -> bytes:
    from runware_sync.sandbox import art

    return art.encode(paint(), form, quality)


def output_types(request: Mapping[str, Any]) -> list[str]:
    """Return the forms in which the results are wanted."""
    kinds = request.get("outputType") or "URL"
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else [str(kinds)]
