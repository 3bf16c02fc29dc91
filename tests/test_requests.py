"""Every request class, and every nested object."""

import copy
import inspect
import logging
import pickle
import uuid as uuids
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from facts import MEDIUM, OPERATIONS, SHAPES, TABLE, fields, method_of, minimal, row_of, rows_of, subject

from runware_sync import requests, results
from runware_sync.names import wire_name_of
from runware_sync.requests import (
    AudioSpeech,
    Caption,
    ControlNet,
    ControlNetPreprocess,
    GetResponse,
    ImageInference,
    ImageInputs,
    ImageSettings,
    ImageUpload,
    Lora,
    PromptEnhance,
    ProviderSettings,
    RemoveBackground,
    RemoveBackgroundVideo,
    Request,
    Shape,
    TextInference,
    TextMessage,
    Upscale,
    UpscaleVideo,
    VideoInference,
    VideoSpeech,
    VoiceSample,
)

PER_CALL = {"task_uuid", "retry", "timeout", "on_partial", "on_progress"}
PICTURE = MEDIUM


def sample(cls: type[Any], **more: Any) -> Any:
    """Return an object with what the class requires."""
    return cls(**{**minimal(cls), **more})


# -- what the table of the API says ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", TABLE["operations"])
def test_every_operation_of_the_table_has_a_class(method: str) -> None:
    """Method and class have the same words."""
    assert method in {method_of(cls) for cls in OPERATIONS}


@pytest.mark.parametrize("name", TABLE["shapes"])
def test_every_shape_of_the_table_has_a_class(name: str) -> None:
    """Under the table's name."""
    assert name in {cls.__name__ for cls in SHAPES}


@pytest.mark.parametrize("cls", [*OPERATIONS, *SHAPES])
def test_a_class_has_the_fields_of_the_table(cls: type[Any]) -> None:
    """Every field is there, is required where it should be, and has its name on the wire, and its older ones."""
    have = fields(cls)

    for name, row in rows_of(cls).items():
        if name not in have and row.get("deprecated"):
            continue
        assert name in have
        assert row.get("required", False) == (have[name].default is attrs.NOTHING), name
        assert row["wire"] in {None, wire_name_of(have[name])}, name
        assert row.get("media") == have[name].metadata.get("media"), name
        assert set(row.get("aliases", ())) <= {*have[name].metadata.get("aliases", ())}, name


@pytest.mark.parametrize("cls", [*OPERATIONS, *SHAPES])
def test_firm_bounds_are_those_of_the_table(cls: type[Any]) -> None:
    """What the table is sure of is enforced, and nothing else."""
    for name, attribute in fields(cls).items():
        bounds = [attribute.metadata.get("least"), attribute.metadata.get("most")]
        assert [None, None] == bounds or row_of(cls, name)["bounds"] == bounds or name == "retry", name
        assert bounds == rows_of(cls).get(name, {}).get("bounds", bounds), name


# -- what holds for every class -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [*OPERATIONS, *SHAPES])
def test_every_field_is_described_once_and_shown(cls: type[Any]) -> None:
    """The docstring lists every field with its description."""
    doc = inspect.getdoc(cls) or ""

    for name, attribute in fields(cls).items():
        assert attribute.metadata["doc"].endswith((".", "`", "'")), name
        assert f"    {name}: {attribute.metadata['doc']}" in doc, name


@pytest.mark.parametrize("cls", OPERATIONS)
def test_a_request_takes_what_concerns_one_call(cls: type[Any]) -> None:
    """These fields are known by name everywhere, and two requests that differ in them are equal."""
    request = sample(cls)
    other = attrs.evolve(request, retry=1, timeout=3, on_progress=print)

    assert set() == PER_CALL - fields(cls).keys()
    assert request == other
    assert hash(request) == hash(other)
    assert (1, 3.0) == (other.retry, other.timeout)


@pytest.mark.parametrize("cls", [*OPERATIONS, *SHAPES])
def test_an_object_survives_copying_pickling_and_evolving(cls: type[Any]) -> None:
    """Frozen, comparable, picklable."""
    made = sample(cls)

    copies = [pickle.loads(pickle.dumps(made)), copy.deepcopy(made), attrs.evolve(made)]  # noqa: S301 - our own

    assert [made] * 3 == copies
    assert hash(made) == hash(attrs.evolve(made))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.extra = {}


@pytest.mark.parametrize("cls", [*OPERATIONS, *SHAPES])
def test_an_unknown_keyword_suggests_the_nearest_name(cls: type[Any]) -> None:
    """A slip is told apart from a parameter that is missing."""
    name = max(fields(cls), key=len)

    with pytest.raises(TypeError, match=f"{cls.__name__}: .*'{name}x'.*did you mean '{name}'"):
        cls(**{f"{name}x": 1})


@pytest.mark.parametrize("cls", OPERATIONS)
def test_only_the_subject_is_positional(cls: type[Any]) -> None:
    """A second value without a name is refused, with the reason; so is the first, where there is no subject."""
    parameters = list(inspect.signature(cls).parameters.values())
    first = subject(cls)
    words = "all arguments are given by name" if first is None else f"only {first} is positional"

    positional = [parameter.name for parameter in parameters if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    assert ([] if first is None else [first]) == positional
    assert first in {None, parameters[0].name}
    assert {parameters[0].KEYWORD_ONLY} == {parameter.kind for parameter in parameters[len(positional) :]}
    with pytest.raises(TypeError, match=words):
        cls(PICTURE, PICTURE)


@pytest.mark.parametrize("cls", OPERATIONS)
def test_the_result_of_an_operation_is_a_class_that_exists(cls: type[Any]) -> None:
    """It is named, since it loads when it is used first."""
    assert cls.result is None or issubclass(getattr(results, cls.result), results.Result)


@pytest.mark.parametrize("name", requests.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    """Names load when they are used."""
    assert name in dir(requests)
    assert getattr(requests, name).__name__ == name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """The module behaves like any other."""
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = requests.Nonsense


# -- wrong input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ({}, TypeError, "positive_prompt, model are missing"),
        ({"positive_prompt": "a"}, TypeError, "model is missing"),
        ({"model": None}, TypeError, "model=None must be a string"),
        ({"positive_prompt": 5}, TypeError, "positive_prompt=5 must be a string, or a Text, or None"),
        ({"width": "512"}, TypeError, "width='512' must be a whole number"),
        ({"width": True}, TypeError, "width=True must be a whole number"),
        ({"width": 512.0}, TypeError, "width=512.0 must be a whole number"),
        ({"strength": "a lot"}, TypeError, "strength='a lot' must be a number"),
        ({"strength": 1.5}, ValueError, "strength=1.5 must be from 0 to 1"),
        ({"cfg_scale": float("nan")}, ValueError, "cfg_scale=nan must be finite"),
        ({"output_quality": 10}, ValueError, "output_quality=10 must be from 20 to 99"),
        ({"check_nsfw": 1}, TypeError, "check_nsfw=1 must be True or False"),
        ({"scheduler": 3}, TypeError, "scheduler=3 must be a string"),
        ({"negative_prompt": b"a"}, TypeError, "negative_prompt=<1 bytes> must be a string"),
        ({"extra": [1]}, TypeError, r"extra=\[1\] must be a mapping"),
        ({"extra": {"x": float("nan")}}, ValueError, r"extra\['x'\]=nan must be finite"),
        ({"extra": {"x": b"\0"}}, TypeError, r"extra\['x'\]=<1 bytes> must be a string, a finite number, True, False"),
        ({"extra": {5: 1}}, TypeError, "extra has 5 among its keys, which must be strings"),
        ({"extra": {"x": [1, {3}]}}, TypeError, r"extra\['x'\]\[1\]=\{3\} must be a string"),
        (
            {"provider_settings": {"acme": {"guidance": float("inf")}}},
            ValueError,
            r"provider_settings\['acme'\]\['guidance'\]=inf must be finite",
        ),
        ({"provider_settings": {"bfl": {"a": object}}}, TypeError, r"bfl\['a'\]=<class 'object'> must be a string"),
        ({"settings": {"someNew": float("inf")}}, ValueError, r"settings\['someNew'\]=inf must be finite"),
        ({"settings": {"color_palette": [b"x"]}}, TypeError, r"settings: .*color_palette\[0\]=<1 bytes> must be a"),
        ({"inputs": {"someNew": Path("a.png")}}, TypeError, r"inputs\['someNew'\]=.*a.png'\) must be a string"),
        ({"lora": {"model": "a"}}, TypeError, "lora={'model': 'a'} must be a list of items that are each a Lora"),
        ({"lora": "a"}, TypeError, "lora='a' must be a list"),
        ({"lora": [3]}, TypeError, r"lora\[0\]=3 must be a Lora or a mapping of its fields"),
        ({"lora": [{}]}, TypeError, r"lora\[0\]: Lora: model is missing"),
        ({"lora": [{"model": "a", "wieght": 1}]}, TypeError, r"lora\[0\]: .*'wieght'.*'weight'"),
        ({"control_net": [{"model": "a", "startStep": 1, "start_step": 2}]}, TypeError, "start_step is given twice"),
        ({"hires_fix": 1}, TypeError, "hires_fix=1 must be a HiresFix or a mapping of its fields, or True or False"),
        ({"task_uuid": "x"}, ValueError, "task_uuid='x' must be a UUID"),
        ({"task_uuid": 5}, TypeError, "task_uuid=5 must be a UUID"),
        ({"timeout": 0}, ValueError, "timeout=0 must be above 0"),
        ({"timeout": True}, TypeError, "timeout=True must be a number of seconds"),
        ({"retry": -1}, ValueError, "retry=-1 must be at least 0"),
        ({"on_partial": 3}, TypeError, "on_partial=3 must be a function"),
        ({"numberResults": 4}, TypeError, "did you mean 'number_results'"),
        ({"bananas": 4}, TypeError, r"'bananas'; .* extra="),
        ({"seed_image": "no-such-file.png"}, FileNotFoundError, "seed_image='no-such-file.png'"),
        ({"reference_images": [PICTURE, "no.png"]}, FileNotFoundError, r"reference_images\[1\]='no.png'"),
        (
            {"reference_images": PICTURE},
            TypeError,
            r"reference_images=.* must be a list of items that are each image media \(.*\), or None$",
        ),
        ({"watermark": {"image": "no.png"}}, FileNotFoundError, "watermark: Watermark: image='no.png'"),
        ({"inputs": {"images": ["no.png"]}}, FileNotFoundError, r"inputs: ImageInputs: images\[0\]='no.png'"),
        ({"mask_image": PICTURE}, ValueError, "mask_image needs seed_image"),
        ({"mask_margin": 32}, ValueError, "mask_margin needs mask_image or inputs"),
        ({"outpaint": {"top": 64}}, ValueError, "outpaint needs seed_image or inputs"),
        ({"seed_image": PICTURE, "inputs": {}}, ValueError, "seed_image cannot be given together with inputs"),
        ({"use_prompt_weighting": True, "prompt_weighting": "compel"}, ValueError, "are alternatives"),
    ],
)
def test_wrong_input_fails_at_construction(values: dict[str, Any], kind: type[Exception], words: str) -> None:
    """The message names the parameter, what was given, and what is allowed."""
    given = values if not values or "positive_prompt" in values else {"positive_prompt": "a", "model": "m", **values}
    if values.get("positive_prompt") == 5:
        given = {"model": "m", **values}

    with pytest.raises(kind, match=f"ImageInference: .*{words}" if words[0] != "." else words):
        ImageInference(**given)


@pytest.mark.parametrize(
    ("messages", "kind", "words"),
    [
        (5, TypeError, "messages=5 must be words, or a list of turns"),
        (b"hello", TypeError, "messages=<5 bytes> must be words"),
        ([], ValueError, "messages must hold a turn"),
        ([5], TypeError, r"messages\[0\]=5 must be a TextMessage, or a mapping of its fields"),
        ([{"role": "user", "contents": "hello"}], TypeError, r"messages\[0\]: .*'contents'.*'content'"),
    ],
)
def test_a_conversation_that_is_none_is_told(messages: Any, kind: type[Exception], words: str) -> None:
    """Each turn by its place."""
    with pytest.raises(kind, match=f"TextInference: .*{words}"):
        TextInference(messages, model="m:1@1")


def test_a_subject_given_twice_is_told() -> None:
    """By place and by name is once too often."""
    with pytest.raises(TypeError, match="positive_prompt is given twice"):
        ImageInference("a", positive_prompt="b", model="m")  # type: ignore[misc]  # the mistake


@pytest.mark.parametrize(
    ("cls", "values", "words"),
    [
        (Caption, {}, "exactly one of input_image, input_images, inputs"),
        (Caption, {"input_image": PICTURE, "inputs": {"image": PICTURE}}, "input_image and inputs"),
        (Caption, {"input_image": PICTURE, "prompt": "a", "template": "b"}, "prompt and template are alternatives"),
        (RemoveBackground, {}, "exactly one of input_image, inputs"),
        (RemoveBackground, {"input_image": PICTURE, "alpha_matting_erode_size": 0}, "from 1 to 255"),
        (
            RemoveBackground,
            {"input_image": PICTURE, "rgba": [0, 0, 0, 0], "settings": {"rgba": [1, 1, 1, 1]}},
            "rgba is given twice, here and in settings",
        ),
        (Upscale, {"input_image": PICTURE, "upscale_factor": 2, "target_megapixels": 4}, "are alternatives"),
        (
            ControlNetPreprocess,
            {"input_image": PICTURE, "pre_processor_type": "depth", "low_threshold_canny": 100},
            "low_threshold_canny can only be given with pre_processor_type='canny'",
        ),
        (
            ControlNetPreprocess,
            {"input_image": PICTURE, "include_hands_and_face_open_pose": True},
            "can only be given with pre_processor_type='openpose', not pre_processor_type=None",
        ),
        (
            ControlNetPreprocess,
            {"inputs": {"image": PICTURE}, "pre_processor_type": "canny"},
            "pre_processor_type cannot be given together with inputs; the model decides",
        ),
        *[
            (VideoInference, {"model": "m", name: [PICTURE], "inputs": {"image": PICTURE}}, f"{name} cannot .* inputs")
            for name in ("frame_images", "reference_images", "reference_videos", "input_audios")
        ],
        (Upscale, {"inputs": {"video": PICTURE}}, r"inputs.video cannot be given; for a film .* upscale_video"),
        (RemoveBackground, {"inputs": {"image": PICTURE, "video": PICTURE}}, "film .* remove_background_video"),
        (UpscaleVideo, {"inputs": {"image": PICTURE}}, "inputs.image cannot be given; for a picture .* upscale,"),
        (RemoveBackgroundVideo, {"inputs": {"image": PICTURE}}, "for a picture there is remove_background,"),
        (PromptEnhance, {"prompt": "a", "prompt_versions": 6}, "prompt_versions=6 must be from 1 to 5"),
        (ControlNet, {"model": "a", "start_step": 1, "start_step_percentage": 5}, "are alternatives"),
    ],
)
def test_rules_between_parameters_are_kept(cls: type[Any], values: dict[str, Any], words: str) -> None:
    """What cannot go together is a `ValueError` before anything is sent."""
    with pytest.raises(ValueError, match=words):
        cls(**values)


# -- what is accepted -----------------------------------------------------------------------------------------------


def test_nested_objects_can_be_dicts_in_either_spelling() -> None:
    """People paste JSON from the documentation."""
    objects = ImageInference("a", model="m", control_net=[ControlNet(model="c", guide_image=PICTURE, start_step=2)])
    pythonic = ImageInference("a", model="m", control_net=[{"model": "c", "guide_image": PICTURE, "start_step": 2}])
    pasted = ImageInference("a", model="m", control_net=[{"model": "c", "guideImage": PICTURE, "startStep": 2}])

    assert objects == pythonic == pasted
    assert isinstance(pasted.control_net, tuple)
    assert isinstance(pasted.control_net[0], ControlNet)


def test_nested_objects_nest_further() -> None:
    """Regions lie two levels down, and fonts and references stand beside plain media."""
    request = ImageInference(
        "a",
        model="m",
        advanced_features={"regionalPrompting": {"injectSteps": 4, "regions": [{"prompt": "b", "mask": [0, 0, 9, 9]}]}},
        inputs={
            "referenceImages": [PICTURE, {"image": PICTURE, "tag": "cat"}],
            "fonts": [{"url": "https://f.example/x"}],
        },
    )

    assert isinstance(request.advanced_features, requests.AdvancedFeatures)
    assert isinstance(request.advanced_features.regional_prompting, requests.RegionalPrompting)
    assert (0, 0, 9, 9) == request.advanced_features.regional_prompting.regions[0].mask  # type: ignore[index, union-attr]  # a dict became these
    assert isinstance(request.inputs, ImageInputs)
    assert "cat" == request.inputs.reference_images[1].tag  # type: ignore[index, union-attr]  # a dict became this


def test_open_shapes_keep_keys_that_are_not_known() -> None:
    """Settings of tomorrow's models pass, untouched."""
    settings = ImageSettings.read({"quality": "high", "notYetKnown": {"a": 1}})
    provider = ProviderSettings.read({"bfl": {"promptUpsampling": True}, "newcomer": {"b": 2}})

    assert ImageSettings(quality="high", extra={"notYetKnown": {"a": 1}}) == settings
    assert ({"promptUpsampling": True}, {"newcomer": {"b": 2}}) == (provider.bfl, provider.extra)


def test_what_only_json_has_to_know_is_kept_in_its_types() -> None:
    """Numbers of other libraries and members of enumerations become plain ones, at any depth."""

    class Whole:
        def __index__(self) -> int:
            return 7

    class Kind(str, Enum):  # noqa: UP042 - StrEnum would make it easy
        NEW = "new"

    given = {"a": (Whole(), Fraction(1, 2)), "b": {"c": Kind.NEW, "d": [True, None, 3, 0.5]}}
    expected = {"a": [7, 0.5], "b": {"c": "new", "d": [True, None, 3, 0.5]}}

    request = ImageInference("a", model="m", extra={"x": given}, provider_settings={"acme": given})

    assert repr({"x": expected}) == repr(request.extra)
    assert repr({"acme": expected}) == repr(request.provider_settings.extra)  # type: ignore[union-attr]  # it was a mapping


def test_a_mapping_is_copied_to_its_ground() -> None:
    """A request means the same each time, whatever becomes of what it was made of."""
    inner = {"guidance": [3]}
    request = ImageInference("a", model="m", extra={"x": inner})

    inner["guidance"].append(4)

    assert {"x": {"guidance": [3]}} == request.extra


def test_a_mapping_that_holds_itself_is_refused() -> None:
    """Rather than followed for ever."""
    endless: dict[str, Any] = {}
    endless["x"] = endless

    with pytest.raises(ValueError, match=r"ImageInference: extra\['x'\].* must not hold themselves"):
        ImageInference("a", model="m", extra=endless)


def test_texts_and_models_stand_for_their_strings() -> None:
    """Operations chain: a description becomes a prompt."""

    class Found:
        air = "civitai:1@2"

    request = ImageInference(results.Text(text="a fox"), model=Found(), vae=Found())

    assert ("a fox", "civitai:1@2", "civitai:1@2") == (request.positive_prompt, request.model, request.vae)


def test_words_that_are_spoken_may_be_a_text() -> None:
    """As any prompt: what a language model has written is read aloud."""
    said = results.Text(text="a fox")

    spoken: list[Any] = [AudioSpeech(text=said), VideoSpeech(text=said), VoiceSample(audio=PICTURE, text=said)]

    assert ["a fox"] * 3 == [each.text for each in spoken]


def test_a_signature_of_thoughts_goes_back_with_its_turn() -> None:
    """Some models want the one that came with their last answer."""
    answer = results.Text(text="Teal.", thought_signature="sealed")

    turn = TextMessage(role="assistant", content=answer, thought_signature=answer.thought_signature)

    assert turn == TextMessage.read({"role": "assistant", "content": "Teal.", "thoughtSignature": "sealed"})


def test_an_object_with_a_text_stands_for_its_text() -> None:
    """Not for what it is printed as: a stream is printed as itself."""

    class Said:
        text = "a fox"

    assert "a fox" == ImageInference(Said(), model="m").positive_prompt
    assert TextInference("a fox", model="m") == TextInference(Said(), model="m")


@pytest.mark.parametrize("text", [None, ""])
def test_a_text_without_words_is_no_prompt(text: str | None) -> None:
    """A description that only detects has none, nor has a stream that has not begun."""
    said = results.Text(text=text)

    with pytest.raises(ValueError, match=f"ImageInference: positive_prompt=Text.* has no words: its text is {text!r}"):
        ImageInference(said, model="m")
    with pytest.raises(ValueError, match=r"TextInference: messages=Text.* has no words"):
        TextInference(said, model="m")


def test_what_has_another_text_is_no_prompt() -> None:
    """Such as a picture of Pillow's, which keeps its remarks under that name."""

    class Remarked:
        text: Any = {"Comment": "a fox"}  # noqa: RUF012 - as it is there

    with pytest.raises(TypeError, match=r"positive_prompt=.* must be a string, or a Text"):
        ImageInference(Remarked(), model="m")
    with pytest.raises(TypeError, match=r"messages=.* must be words"):
        TextInference(Remarked(), model="m")


def test_a_result_stands_for_its_picture() -> None:
    """The UUID under which the service keeps it is what travels."""
    assert Upscale(PICTURE) == Upscale(results.Image(image_uuid=PICTURE))


def test_a_prompt_that_is_the_name_of_a_file_stays_a_prompt(tmp_path: Path) -> None:
    """Only media parameters look for files."""
    path = tmp_path / "secret.txt"
    path.write_text("secret")

    assert str(path) == ImageInference(str(path), model="m").positive_prompt


def test_numbers_of_other_libraries_are_taken() -> None:
    """Seeds come out of arrays, and shares out of fractions."""

    class Whole:
        def __index__(self) -> int:
            return 7

    request = ImageInference("a", model="m", seed=Whole(), cfg_scale=Fraction(1, 2), strength=1)  # type: ignore[arg-type]  # numbers of other libraries

    assert (7, 0.5, 1) == (request.seed, request.cfg_scale, request.strength)
    assert int is type(request.seed)


def test_members_of_enumerations_stand_for_their_values() -> None:
    """Users keep the formats that they use in one."""

    class Format(str, Enum):  # noqa: UP042 - StrEnum would make it easy
        LOSSLESS = "PNG"

    assert "PNG" == ImageInference("a", model="m", output_format=Format.LOSSLESS).output_format
    assert str is type(ImageInference("a", model="m", output_format=Format.LOSSLESS).output_format)


def test_falsy_values_are_values() -> None:
    """Zero is a seed, and a prompt may be withheld."""
    request = ImageInference(None, model="m", seed=0, check_nsfw=False)

    assert (0, False, None) == (request.seed, request.check_nsfw, request.positive_prompt)


def test_enumerations_are_open() -> None:
    """New values of the server need no new version of this library."""
    assert "Euler z" == ImageInference("a", model="m", scheduler="Euler z").scheduler
    assert "AVIF" == ImageInference("a", model="m", output_format="AVIF").output_format


def test_what_is_given_is_not_changed_and_cannot_be_changed_afterwards() -> None:
    """Lists become tuples, mappings are copied."""
    loras = [{"model": "a"}]
    extra = {"x": 1}
    request = ImageInference("a", model="m", lora=loras, extra=extra)

    loras.append({"model": "b"})
    extra["y"] = 2

    assert (Lora(model="a"),) == request.lora
    assert {"x": 1} == request.extra


def test_an_own_task_uuid_is_kept_in_the_usual_spelling() -> None:
    """As an object or as a string, in any case."""
    uuid = uuids.uuid4()

    assert str(uuid) == ImageInference("a", model="m", task_uuid=uuid).task_uuid
    assert str(uuid) == ImageInference("a", model="m", task_uuid=str(uuid).upper()).task_uuid


def test_the_uuid_that_is_asked_about_is_part_of_the_question() -> None:
    """Elsewhere it concerns the call alone; here it is the subject."""
    assert GetResponse(PICTURE) != GetResponse(str(uuids.uuid4()))


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (ImageInference("a", model="m"), 1),
        (ImageInference("a", model="m", number_results=4), 4),
        (ImageInference("a", model="m", number_results=0), 1),
        (PromptEnhance("a", prompt_versions=3), 3),
        (Upscale(PICTURE), 1),
        (GetResponse(PICTURE, number_results=2), 2),
    ],
)
def test_a_request_knows_how_many_results_to_expect(request_: Request[Any], expected: int) -> None:
    """It is told by the field that the operation counts by."""
    assert expected == request_.expected


def test_what_is_shown_is_short() -> None:
    """Long prompts are cut, bytes never appear, and what was not given is left out."""
    png = b"\x89PNG\r\n\x1a\n" + bytes(20000)
    shown = repr(ImageInference("word " * 400, model="m", seed_image=png, lora=[{"model": "x"}]))

    assert shown.startswith("ImageInference('word word")
    assert "(2000 characters)" in shown
    assert "lora=(Lora(model='x'),)" in shown
    assert len(shown) < 400
    assert "None" not in shown


def test_a_request_compares_with_its_own_class_only() -> None:
    """Two classes with the same fields are two things."""
    assert ImageUpload(PICTURE) != Upscale(PICTURE)
    assert Lora(model="a") != requests.Lycoris(model="a")
    assert Lora(model="a") != "a"


def test_nothing_is_logged_on_the_way(caplog: pytest.LogCaptureFixture) -> None:
    """Making a request is silent."""
    with caplog.at_level(logging.DEBUG):
        sample(ImageInference)

    assert [] == caplog.records


def test_every_class_with_a_task_type_is_an_operation() -> None:
    """No request class is forgotten in the table of names."""

    def below(cls: type[Any]) -> set[type[Any]]:
        return {cls}.union(*(below(each) for each in cls.__subclasses__()))

    assert set(OPERATIONS) == {
        cls for cls in below(Request) if hasattr(cls, "task_type") and "runware" in cls.__module__
    }
    assert set(SHAPES) == {cls for cls in below(Shape) if attrs.has(cls) and cls.__name__ != "OpenShape"}
