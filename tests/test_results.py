"""What results are, and what sequences of them are."""

import base64
import copy
import inspect
import pickle
from typing import Any

import attrs
import pytest

from runware_sync import results
from runware_sync.content.route import Route
from runware_sync.errors import DownloadError
from runware_sync.names import wire_name_of
from runware_sync.results import (
    Content,
    GuideImage,
    Image,
    ImageOutputs,
    ModelUploadStatus,
    Record,
    Results,
    StructuredData,
    TaskDetails,
    Text,
    TextBlock,
    Upload,
    route_downloads,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
RECORDS = [value for value in vars(results).values() if inspect.isclass(value) and issubclass(value, Record)]


def image(**fields: Any) -> Image:
    return Image(task_uuid="t", image_uuid="u", **fields)


def again(value: Any) -> Any:
    """Return what another process would get."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


@pytest.mark.parametrize("cls", RECORDS)
def test_every_field_is_described_and_optional(cls: type[Any]) -> None:
    """A description stands at each field, and an answer may lack any of them."""
    assert all(attribute.metadata["doc"].endswith(".") for attribute in attrs.fields(cls))
    assert cls() == cls()
    assert cls.__doc__


@pytest.mark.parametrize(
    ("cls", "name", "wire"),
    [
        (Image, "nsfw_content", "NSFWContent"),
        (Image, "image_data_uri", "imageDataURI"),
        (GuideImage, "guide_image_uuid", "guideImageUUID"),
        (Upload, "image_uuid", "imageUUID"),
        (TextBlock, "font_name", "fontName"),
        (StructuredData, "age_group", "ageGroup"),
    ],
)
def test_fields_have_the_wires_names(cls: type[Any], name: str, wire: str) -> None:
    """The rule, or the metadata, gives the API's spelling."""
    assert wire == wire_name_of(getattr(attrs.fields(cls), name))


def test_results_are_frozen() -> None:
    """A result is what came, and stays so."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        image().seed = 7  # type: ignore[misc]  # just that


def test_results_are_equal_by_their_fields() -> None:
    """Also the unknown ones; class matters, what was fetched does not."""
    read = image(image_base64_data=base64.b64encode(PNG).decode())
    read.read()

    assert read == image(image_base64_data=base64.b64encode(PNG).decode())
    assert hash(read) == hash(image(image_base64_data=base64.b64encode(PNG).decode()))
    assert image(seed=1) != image(seed=2)
    assert image(extra={"a": 1}) != image(extra={"a": 2})
    assert Upload(image_uuid="u") != Image(image_uuid="u")
    assert image() != "u"


def test_how_an_answer_came_plays_no_part_in_a_comparison() -> None:
    """Only answers that were asked for have a status; where the status is what was wanted, it counts."""
    assert image(status="success") == image()
    assert hash(image(status="success")) == hash(image())
    assert "success" == image(status="success").to_dict()["status"]
    assert ModelUploadStatus(status="validated") != ModelUploadStatus(status="ready")


def test_repr_is_short_and_without_base64() -> None:
    """It shows what identifies a result, not what fills it."""
    shown = repr(image(image_base64_data="QUJD" * 400000, seed=7, positive_prompt="fox " * 500))

    assert "<1.2 MB base64>" in shown
    assert "seed=7" in shown
    assert len(shown) < 400
    assert "cost" not in shown


def test_results_become_dicts_with_pythons_names() -> None:
    """`None` is left out, nested objects are opened, unknown fields are merged in."""
    result = image(
        seed=0,
        outputs=ImageOutputs(text_blocks=[TextBlock(text="hello", extra={"zIndex": 3})]),
        structured_prompt={"style": ["oil"]},
        extra={"newField": {"a": 1}},
    )

    assert {
        "task_uuid": "t",
        "image_uuid": "u",
        "seed": 0,
        "outputs": {"text_blocks": [{"text": "hello", "zIndex": 3}]},
        "structured_prompt": {"style": ["oil"]},
        "newField": {"a": 1},
    } == result.to_dict()


@pytest.mark.parametrize(
    "result",
    [
        image(seed=7, extra={"a": [1]}, image_base64_data=base64.b64encode(PNG).decode()),
        GuideImage(guide_image_url="https://example.com/a.png"),
        Text(text="a fox", structured_data=StructuredData(age_group="20-29")),
        TaskDetails(request=[{"taskType": "caption"}], response={"data": []}),
        Upload(image_uuid="u"),
    ],
)
def test_results_travel_by_pickle_and_copy(result: Any) -> None:
    """Into other processes, without what was fetched or how."""
    route_downloads(result, Route())
    if result == image(seed=7, extra={"a": [1]}, image_base64_data=base64.b64encode(PNG).decode()):
        result.read()

    assert result == again(result)
    assert result == copy.deepcopy(result)
    assert not [name for name in vars(again(result)) if name.startswith("_")]


def test_pickles_of_an_older_version_are_understood() -> None:
    """Fields that it did not have are `None`."""
    result = Image.__new__(Image)
    result.__setstate__({"image_uuid": "u"})

    assert Image(image_uuid="u") == result


@pytest.mark.parametrize(
    ("result", "uuid", "url"),
    [
        (Image(image_uuid="a", image_url="b", media_uuid="c", media_url="d"), "a", "b"),
        (Image(media_uuid="c", media_url="d"), "c", "d"),
        (GuideImage(guide_image_uuid="e", guide_image_url="f"), "e", "f"),
        (Upload(image_uuid="g", image_url="h"), "g", "h"),
        (Image(), None, None),
    ],
)
def test_uuid_and_url_have_one_name_everywhere(result: Any, uuid: str | None, url: str | None) -> None:
    """Whatever the server calls them."""
    assert (uuid, url) == (result.uuid, result.url)


@pytest.mark.parametrize(
    "fields",
    [
        {"image_base64_data": base64.b64encode(PNG).decode()},
        {"image_base64_data": "data:image/png;base64," + base64.b64encode(PNG).decode()},
        {"image_data_uri": "data:image/png;base64," + base64.b64encode(PNG).decode()},
    ],
)
def test_inline_content_is_decoded_once(fields: dict[str, Any]) -> None:
    """Whatever the output type was, and the same bytes are returned again."""
    result = image(**fields)

    first = result.read()

    assert first == PNG
    assert first is result.read()
    assert PNG == GuideImage(**{f"guide_{name}": value for name, value in fields.items()}).read()


@pytest.mark.parametrize(
    ("fields", "words"),
    [({}, "without content"), ({"image_base64_data": "!!!"}, "cannot be decoded")],
)
def test_missing_content_is_an_error_that_names_the_task(fields: dict[str, Any], words: str) -> None:
    """Not an empty file."""
    with pytest.raises(DownloadError, match=words) as caught:
        Image(**fields, task_type="imageInference", task_uuid="t-7").read()

    assert "t-7" == caught.value.task_uuid
    assert str(caught.value).startswith("imageInference t-7: ")


def test_content_is_downloaded_along_the_route_that_was_set() -> None:
    """Once, and with the family that the class stands for."""
    asked: list[tuple[str, str]] = []

    class Recording(Route):
        def download(self, url: str, *, family: str, **_limits: Any) -> bytes:
            asked.append((url, family))
            return PNG

    result, beyond = image(image_url="https://example.com/a"), image(image_url="https://example.com/b")
    route_downloads([Results([result], surplus=[beyond]), Text(text="a")], Recording())

    assert [PNG] * 3 == [result.read(), result.read(), beyond.read()]
    assert [("https://example.com/a", "image"), ("https://example.com/b", "image")] == asked


def test_failed_downloads_name_the_task_and_are_tried_again() -> None:
    """A failure is not kept."""
    answers: list[DownloadError | bytes] = [DownloadError("gone"), PNG]

    class Failing(Route):
        def download(self, url: str, *, family: str, **_limits: Any) -> bytes:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

    result = Image(image_url="https://example.com/a", task_uuid="t-7", task_type="upscale")
    route_downloads(result, Failing())

    with pytest.raises(DownloadError, match="upscale t-7: gone"):
        result.read()
    assert result.read() == PNG


def test_text_is_its_string() -> None:
    """Prompts are made of it."""
    assert "a fox, oil" == f"{Text(text='a fox')}, oil"
    assert not str(Text(structured_data=StructuredData(age_group="20-29")))


def test_results_are_a_sequence() -> None:
    """Index, slice, length, iteration, membership."""
    a, b, c = (image(seed=seed, cost=0.1) for seed in range(3))
    several = Results([a, b, c], task_uuid="t", surplus=[c])

    assert several[0] is a
    assert several[-1] is c
    assert Results([b, c], task_uuid="t") == several[1:]
    assert "t" == several[1:].task_uuid
    assert [a, b, c] == list(several)
    assert 3 == len(several)
    assert b in several
    assert 1 == several.index(b)
    assert [c, b, a] == list(reversed(several))
    with pytest.raises(IndexError):
        several[3]


def test_results_are_equal_by_items_and_surplus() -> None:
    """The task plays no part; a list is no `Results`."""
    assert Results([image()], task_uuid="a") == Results([image()], task_uuid="b")
    assert Results([image()]) != Results([image()], surplus=[image()])
    assert Results([image()]) != [image()]
    assert hash(Results([image()])) == hash(Results([image()]))


def test_results_cannot_be_changed() -> None:
    """They are what came."""
    several = Results([image()])

    with pytest.raises(AttributeError):
        several.task_uuid = "x"
    with pytest.raises(AttributeError):
        del several.task_uuid


def test_cost_is_the_sum_of_what_is_known() -> None:
    """Surplus was paid too; without any cost there is none."""
    assert 0.5 == Results([image(cost=0.1), image(), image(cost=0.2)], surplus=[image(cost=0.2)]).cost
    assert 0.0 == Results([image(cost=0.0)]).cost
    assert Results([image()]).cost is None
    assert Results(["raw"]).cost is None


def test_results_show_number_and_cost() -> None:
    """In one short line."""
    assert "Results(2 Image, cost=0.3, surplus=1)" == repr(
        Results([image(cost=0.1), image(cost=0.2)], surplus=[image()])
    )
    assert "Results(none)" == repr(Results())


def test_results_travel_by_pickle() -> None:
    """Items, task and surplus."""
    several = Results([image(seed=1)], task_uuid="t", surplus=[image(seed=2)])

    back = again(several)

    assert several == back
    assert "t" == back.task_uuid


def test_results_become_dicts() -> None:
    """A table for pandas is one call away."""
    assert [{"text": "a"}, {"text": "b"}] == Results([Text(text="a"), Text(text="b")]).to_dicts()


def test_texts_are_not_saved() -> None:
    """They are no files."""
    with pytest.raises(TypeError, match="Text is no file"):
        Results([Text(text="a")]).save("out")


def test_content_says_what_it_must_be() -> None:
    """Every class with content names a family that downloads are checked against."""
    families = {cls.family for cls in RECORDS if issubclass(cls, Content) and hasattr(cls, "family")}

    assert {"image", "video", "audio", "mesh", "weights"} == families
