"""A request class becomes a method: signature, documentation, both ways of calling."""

import inspect
import pickle
from typing import Any, TypeVar, cast
from unittest import mock

import pytest

from runware_sync import requests
from runware_sync.operation import operation
from runware_sync.requests import (
    Caption,
    GetResponse,
    ImageInference,
    PromptEnhance,
    RemoveBackground,
    Request,
    Upscale,
)

PICTURE = "11111111-2222-4333-8444-555555555555"


S = TypeVar("S")


class Facade:
    """A client that only notes what it is to run."""

    image_inference = operation(ImageInference)
    caption = operation(Caption)
    prompt_enhance = operation(PromptEnhance)
    remove_background = operation(RemoveBackground)
    upscale = operation(Upscale)
    get_response = operation(GetResponse)

    def __init__(self) -> None:
        self.ran: list[Request[Any]] = []

    def run(self, request: Request[S], /) -> S:
        """Note the request."""
        self.ran.append(request)
        return cast("S", "done")


def test_parameters_make_a_request() -> None:
    """The method takes what the class takes."""
    facade = Facade()

    facade.image_inference("a", model="m", width=512)

    assert [ImageInference("a", model="m", width=512)] == facade.ran


def test_a_request_object_stands_for_all_parameters() -> None:
    """It is run as it is, not a copy of it."""
    facade = Facade()
    request = Upscale(PICTURE, upscale_factor=2)

    facade.upscale(request)

    assert request is facade.ran[0]


def test_a_request_object_of_another_operation_is_refused() -> None:
    """Both classes are named."""
    with pytest.raises(TypeError, match="Upscale, not RemoveBackground"):
        Facade().upscale(RemoveBackground(PICTURE))  # both return an Image, so that checkers let it pass


@pytest.mark.parametrize(
    ("args", "kwargs", "words"), [((), {"upscale_factor": 2}, "upscale_factor"), ((1,), {}, "a second argument")]
)
def test_nothing_can_stand_beside_a_request_object(args: tuple[Any, ...], kwargs: dict[str, Any], words: str) -> None:
    """It would be unclear which one counts."""
    with pytest.raises(TypeError, match=f"{words} is given beside a Upscale object"):
        Facade().upscale(Upscale(PICTURE), *args, **kwargs)


def test_wrong_parameters_are_told_as_the_class_tells_them() -> None:
    """Nothing is run."""
    with pytest.raises(TypeError, match="did you mean 'upscale_factor'"):
        Facade().upscale(PICTURE, upscale_faktor=2)  # type: ignore[call-overload]  # the mistake


def test_the_method_is_an_ordinary_function() -> None:
    """It has its name, pickles by it, and is found where it is expected."""
    function = vars(Facade)["upscale"]

    assert inspect.isfunction(function)
    assert ("upscale", "Facade.upscale", __name__) == (function.__name__, function.__qualname__, function.__module__)
    assert function is pickle.loads(pickle.dumps(function))  # noqa: S301 - our own


def test_the_signature_is_the_requests() -> None:
    """The subject in front, what is required next, what concerns the call last, and the result's type."""
    signature = inspect.signature(Facade().image_inference)
    names = list(signature.parameters)

    assert ["positive_prompt", "model", "negative_prompt", "width"] == names[:4]
    assert ["task_uuid", "retry", "timeout", "on_partial", "on_progress"] == names[-5:]
    assert "Results[Image]" == signature.return_annotation
    assert inspect.Parameter.empty is signature.parameters["model"].default
    assert None is signature.parameters["width"].default
    assert {"number_results": 2} == signature.bind_partial(number_results=2).kwargs


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("seed_image", "seed_image: ImageInput | None = None"),
        ("reference_images", "reference_images: Sequence[ImageInput] | None = None"),
        ("lora", "lora: Sequence[Lora | Mapping[str, Any]] | None = None"),
        ("hires_fix", "hires_fix: bool | HiresFix | Mapping[str, Any] | None = None"),
        ("output_type", "output_type: Literal['URL', 'base64Data', 'dataURI'] | str | None = None"),
        ("on_progress", "on_progress: Callable[[int], None] | None = None"),
        ("width", "width: int | None = None"),
    ],
)
def test_types_are_shown_in_words(name: str, words: str) -> None:
    """Without quotes, and as short as they were written."""
    assert words == str(inspect.signature(Facade.image_inference).parameters[name])


@pytest.mark.parametrize(
    ("name", "returned"),
    [
        ("image_inference", "Results[Image]"),
        ("caption", "Text"),
        ("prompt_enhance", "Results[Text]"),
        ("get_response", "list[dict[str, Any]]"),
    ],
)
def test_the_result_is_shown(name: str, returned: str) -> None:
    """As the class declares it."""
    assert returned == str(inspect.signature(getattr(Facade, name)).return_annotation)


def test_the_documentation_is_the_requests() -> None:
    """With what can go wrong, and the other way to call."""
    doc = inspect.getdoc(Facade.upscale) or ""

    assert doc.startswith("Enlarge a picture.\n\nArgs:\n    input_image: Picture to enlarge.\n")
    assert "A request object, Upscale(...), can be given instead" in doc
    assert "Raises:" in doc
    assert "    retry: " in doc


def test_it_can_be_replaced_by_a_mock_with_its_signature() -> None:
    """Users test their own code."""
    fake = mock.create_autospec(Facade)

    fake.return_value.upscale(PICTURE, upscale_factor=2)

    fake.return_value.upscale.assert_called_once_with(PICTURE, upscale_factor=2)
    with pytest.raises(TypeError):
        fake.return_value.upscale(PICTURE, upscale_faktor=2)


def test_it_can_be_overridden() -> None:
    """And reached by `super()`."""

    class Louder(Facade):
        def caption(self, *args: Any, **kwargs: Any) -> Any:
            return ("louder", super().caption(*args, **kwargs))

    assert ("louder", "done") == Louder().caption(PICTURE)


@pytest.mark.parametrize("cls", requests.operations())
def test_every_operation_can_be_a_method(cls: type[Any]) -> None:
    """Whatever its fields."""
    facade: Any = type("Other", (), {"method": operation(cls)})

    assert list(inspect.signature(cls).parameters) == list(inspect.signature(facade().method).parameters)
