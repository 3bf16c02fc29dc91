"""What all task types have in common."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import define, field

from runware_sync.sandbox.billing import PRICES
from runware_sync.sandbox.clock import Clock
from runware_sync.sandbox.gallery import Gallery, Inline, Picture
from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.inputs import Inputs, nested
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.switches import Switches

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Commission", "Studio", "TaskType"]


@define(eq=False)
class Studio:
    """What a task type needs to do its work."""

    switches: Switches
    seed: int
    clock: Clock
    gallery: Gallery
    inputs: Inputs
    files_url: str


@define(eq=False)
class Commission:
    """One task that is to be done.

    Args:
        uuid: The task's UUID.
        request: The task object.
        pictures: The pictures that it names, by parameter.
        texts: Texts that were written for it, kept between its results.
    """

    uuid: str
    request: Mapping[str, Any]
    pictures: dict[str, Picture] = field(factory=dict)
    texts: list[str] = field(factory=list)


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

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that name pictures, with their values."""
        image = request.get("inputImage")
        if image is not None:
            yield "inputImage", image
        nested_image = nested(request, "inputs", "image")
        if nested_image is not None:
            yield "inputs.image", nested_image

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        return iter(())

    def is_heavy(self, commission: Commission) -> bool:
        """Tell whether making a result takes pixels, now; otherwise they are painted when somebody looks."""
        kinds = _output_types(commission.request)
        return kinds != ["URL"] or not all(picture.checked for picture in commission.pictures.values())

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make one result; raise `Problem` if it cannot be made."""
        raise AssertionError(f"{type(self).__name__} makes nothing")

    def subject(self, commission: Commission) -> Picture:
        """Return the picture that the task is about."""
        return next(iter(commission.pictures.values()))

    def needs_image(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield the problem of a missing input picture, or of a missing model with strict checking."""
        if next(self.media(request), None) is None:
            yield Problem("missingInputImage", "inputImage or inputs.image is required.", "inputImage", type="string")
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
        ttl = request.get("ttl")
        picture = self.studio.gallery.add(
            Picture(
                derived_uuid(self.studio.seed, commission.uuid, prefix, index),
                form.lower(),
                partial(_encoded, paint, form, quality if isinstance(quality, int) else 95),
                expires_at=None if not isinstance(ttl, int) else self.studio.clock.now() + ttl,
            )
        )
        fields: dict[str, Any] = {f"{prefix}UUID": picture.uuid}
        kinds = _output_types(request)
        if "URL" in kinds:
            fields[f"{prefix}URL"] = self.studio.files_url + picture.file_name
        if "base64Data" in kinds:
            fields[f"{prefix}Base64Data"] = Inline(picture, uri=False)
        if "dataURI" in kinds:
            fields[f"{prefix}DataURI"] = Inline(picture, uri=True)
        return fields

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
        image: Image = self._call()
        return image


def _encoded(paint: PaintedLater, form: str, quality: int) -> bytes:
    from runware_sync.sandbox import art

    return art.encode(paint(), form, quality)


def _output_types(request: Mapping[str, Any]) -> list[str]:
    kinds = request.get("outputType") or "URL"
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else [str(kinds)]
