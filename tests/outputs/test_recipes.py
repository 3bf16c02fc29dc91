"""What a saved picture tells about its making, and what it keeps to itself."""

import copy
import gc
import json
import pickle
import weakref
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from attrs import NOTHING, fields
from pictures import file, inline

from runware_sync import (
    ControlNet,
    ImageInference,
    Lora,
    PhotoMaker,
    RemoveBackground,
    TextInference,
    Upscale,
    VideoInference,
    recipe,
)
from runware_sync.content.inscriptions import inscription
from runware_sync.recipes import attach
from runware_sync.requests import Request, operations
from runware_sync.results import GuideImage, Image, Results, Text, Video
from runware_sync.secrecy import Secret, hide

UUID = "6d8f9a10-1c2b-4f3e-9a7d-0123456789ab"
PNG = file()


def saved(tmp_path: Path, request: Request[Any], kind: str = "PNG", **fields: Any) -> Path:
    """Save a picture that this request has brought."""
    image = inline(file(kind), **fields)
    attach(image, request, UUID)
    return image.save(tmp_path / f"fox.{kind.lower()}")


def told(path: Path) -> dict[str, Any]:
    """Return what a file says."""
    text = inscription(BytesIO(path.read_bytes()))
    assert text is not None
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_saved_picture_gives_its_request_back(tmp_path: Path, kind: str) -> None:
    """With every parameter, nested ones too, and ready to be run again under a UUID of its own."""
    request = ImageInference(
        'ein Fuchs, "Öl" 🦊',
        model="runware:101@1",
        width=512,
        steps=0,
        cfg_scale=2.5,
        check_nsfw=False,
        lora=[Lora(model="a:1@1", weight=0.5)],
        extra={"tomorrow": {"deep": [1, None, True]}},
        task_uuid=UUID,
        retry=0,
    )

    back = recipe(saved(tmp_path, request, kind))

    assert request == back
    assert (None, None) == (back.task_uuid, back.retry)
    assert UUID == told(tmp_path / f"fox.{kind.lower()}")["task_uuid"]


def test_one_picture_of_several_is_asked_for_by_its_own_seed(tmp_path: Path) -> None:
    """Running the recipe brings that picture, and only that one is paid for."""
    request = ImageInference("a fox", model="m", seed=7, number_results=4)

    assert ImageInference("a fox", model="m", seed=9) == recipe(saved(tmp_path, request, seed=9))
    assert ImageInference("a fox", model="m", seed=0) == recipe(saved(tmp_path, request, seed=0))


def test_without_a_seed_of_its_own_the_whole_call_is_asked_for(tmp_path: Path) -> None:
    """Then the picture is among what comes."""
    request = ImageInference("a fox", model="m", seed=7, number_results=4)

    assert request == recipe(saved(tmp_path, request, seed=None))


def test_parameters_can_be_changed(tmp_path: Path) -> None:
    """Those that the recipe has, and others; the seed of the picture gives way to one that is given."""
    path = saved(tmp_path, ImageInference("a fox", model="m", seed=7), seed=9)

    assert ImageInference("a fox", model="m", seed=1, steps=4, number_results=2) == recipe(
        path, seed=1, steps=4, number_results=2
    )
    with pytest.raises(TypeError, match="there is no parameter 'stepps'; did you mean 'steps'"):
        recipe(path, stepps=4)
    with pytest.raises(TypeError, match="steps='many'"):
        recipe(path, steps="many")


def test_media_have_to_be_given_again(tmp_path: Path) -> None:
    """The message names them; otherwise another picture would be bought without anybody noticing."""
    request = ImageInference(
        "a fox", model="m", seed_image=PNG, control_net=[ControlNet(model="c", guide_image=UUID, weight=0.5)]
    )
    path = saved(tmp_path, request)

    with pytest.raises(
        ValueError, match=r"fox.png' was made by ImageInference with media .* give seed_image=\.\.\., control_net"
    ):
        recipe(path)
    with pytest.raises(ValueError, match=r"give control_net=\.\.\. to recipe"):
        recipe(path, seed_image=PNG)
    assert ImageInference("a fox", model="m") == recipe(path, seed_image=None, control_net=None)
    assert request == recipe(path, seed_image=PNG, control_net=request.control_net)


@pytest.mark.parametrize(
    "request_", [RemoveBackground(PNG), Upscale(PNG), PhotoMaker("img", input_images=[PNG], width=512, height=512)]
)
def test_tools_want_their_subject(tmp_path: Path, request_: Request[Any]) -> None:
    """By the name of the parameter."""
    subject = "input_images" if isinstance(request_, PhotoMaker) else "input_image"
    path = saved(tmp_path, request_)

    with pytest.raises(ValueError, match=f"give {subject}="):
        recipe(path)
    assert request_ == recipe(path, **{subject: getattr(request_, subject)})


def secretive() -> ImageInference:
    """Return a request full of what is nobody else's business."""
    address = "https://bucket.example.com/?sign=hush"
    return ImageInference(
        "a fox",
        model="m",
        webhook_url=address,
        upload_endpoint=address,
        seed_image=address,
        mask_image=UUID,
        reference_images=[PNG, Image(image_uuid=UUID)],
        extra={"a": address, "b": {"apiKey": "hush", "c": [f"data:image/png;base64,hush{UUID}"]}, "d": "hush" * 400},
        settings={"newImage": UUID, "callbackURL": address},
        on_partial=print,
        on_progress=print,
    )


def test_files_hold_no_addresses_media_or_secrets(tmp_path: Path) -> None:
    """Files are passed on."""
    image = inline(PNG)
    attach(image, secretive(), "task")

    data = image.save(tmp_path).read_bytes()

    assert b"a fox" in data
    assert not [word for word in (b"hush", b"http", UUID.encode(), b"bucket", b"print") if word in data]


@pytest.mark.parametrize(
    "name",
    [
        *("token", "accessToken", "ACCESS_TOKEN", "auth_token", "authtoken", "tokenValue", "access_tokens"),
        *("authorization", "Authorization", "X-Auth", "HTTPAuth", "bearer", "bearerHeader", "credentials"),
        *("secret", "clientSecret", "password", "db_passwd", "request-signature", "sessionCookie"),
        *("apiKey", "api_key", "apikey", "APIKey", "apiKeyId", "access-key", "accessKeyId", "privateKeyPem"),
    ],
)
@pytest.mark.parametrize("value", ["hush", {"a": ["hush"]}, ["hush"]])
def test_texts_under_the_name_of_a_secret_stay_out_of_files(tmp_path: Path, name: str, value: Any) -> None:
    """At any depth of what is open, and what stands beside them is kept."""
    hidden = {name: value, "b": 1}
    request = ImageInference("a fox", model="m", extra={"x": hidden, **hidden}, provider_settings={"acme": hidden})

    path = saved(tmp_path, request)

    assert b"hush" not in path.read_bytes()
    assert ImageInference(
        "a fox", model="m", extra={"x": {"b": 1}, "b": 1}, provider_settings={"acme": {"b": 1}}
    ) == recipe(path)


@pytest.mark.parametrize(
    "honest",
    [
        {"max_tokens": 512, "tokenLimit": 7, "token_merging": {"ratio": 0.5, "isOn": True}, "signature": [3, 4]},
        {"keyframe": "first", "key": "c minor", "key_scale": "major", "stopTokens": ["</s>"], "author": "me"},
        {"authentic": "yes", "secretary": "bird", "monkey": "api", "private": True, "tokenizer": "t5", "access": "all"},
    ],
)
def test_names_that_only_resemble_those_of_secrets_are_kept(tmp_path: Path, honest: dict[str, Any]) -> None:
    """Whole words count, and numbers are no secrets: a recipe that lost them would make another picture."""
    request = ImageInference("a fox", model="m", extra=honest, provider_settings={"acme": honest})

    assert request == recipe(saved(tmp_path, request))


def test_pickles_of_results_hold_none_either() -> None:
    """They travel to other machines, and callbacks could not."""
    for request in (secretive(), ImageInference("a fox", model="m", webhook_url="https://hush", seed=7)):
        image = inline(PNG)
        attach(image, request, "task")

        data = pickle.dumps(image)

        assert b"hush" not in data
        assert b"a fox" in data


def test_the_key_is_taken_out(tmp_path: Path) -> None:
    """Wherever it was written by mistake."""
    hide(Secret("not-for-files-1234"))

    path = saved(tmp_path, ImageInference("a fox, not-for-files-1234", model="m"))

    assert b"not-for-files" not in path.read_bytes()


def test_results_do_not_keep_media_alive() -> None:
    """What was sent may be large; a result outlives it."""

    def watch(_progress: int) -> None:
        """Stand for something large that a callback holds."""

    image, other = inline(PNG), inline(PNG)
    callback = weakref.ref(watch)

    attach(image, ImageInference("a fox", model="m", seed_image=PNG), UUID)
    attach(other, ImageInference("a fox", model="m", on_progress=watch), UUID)
    del watch
    gc.collect()

    assert PNG not in pickle.dumps(vars(image)["_recipe"])
    assert callback() is None


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda image: pickle.loads(pickle.dumps(image))])  # noqa: S301
def test_recipes_travel_with_their_results(tmp_path: Path, way: Any) -> None:
    """A result that comes from another process saves what it would have saved there."""
    request = ImageInference("a fox", model="m", seed=7)
    image = inline(PNG, seed=7)
    attach(Results([image]), request, UUID)

    assert request == recipe(way(image).save(tmp_path / "fox.png"))
    assert image == way(image)


def test_recipes_are_no_part_of_what_a_result_is() -> None:
    """Neither of its equality nor of its dict."""
    plain, known = inline(PNG), inline(PNG)
    attach(known, ImageInference("a fox", model="m"), UUID)

    assert plain == known
    assert plain.to_dict() == known.to_dict()


def test_metadata_can_be_left_out(tmp_path: Path) -> None:
    """Then the file is what came, byte for byte."""
    image = inline(PNG)
    attach(image, ImageInference("a fox", model="m"), UUID)

    one = image.save(tmp_path / "a.png", metadata=False)
    several = Results([image]).save(tmp_path / "b", metadata=False)
    single = Results([image]).save(tmp_path / "c.png", metadata=False)

    assert {PNG} == {path.read_bytes() for path in (one, *several, *single)}
    assert PNG != image.save(tmp_path / "d.png").read_bytes()
    assert recipe(Results([image]).save(tmp_path / "e.png")[0]) == recipe(Results([image]).save(tmp_path / "f")[0])


def test_guides_and_masks_carry_recipes_too(tmp_path: Path) -> None:
    """Everything with pixels does; texts and films have none to give."""
    guide = GuideImage(guide_image_uuid="g", guide_image_base64_data=vars(inline(PNG))["image_base64_data"])
    attach([guide, Text(text="a")], Upscale(PNG), UUID)
    text = Text(text="a")
    attach(text, TextInference("a", model="m"), UUID)

    assert "Upscale" == told(guide.save(tmp_path))["operation"]
    assert "_recipe" not in vars(text)


@pytest.mark.parametrize("cls", [each for each in operations() if each.result in {"Image", "GuideImage", "Mask"}])
def test_every_operation_with_pictures_can_be_told(tmp_path: Path, cls: type[Request[Any]]) -> None:
    """Whatever is declared is either plain, or left out on purpose; and what was left out is asked for."""
    request = cls(**least(cls))
    path = saved(tmp_path, request)
    media = {name: value for name, value in least(cls).items() if name.startswith("input_image")}

    assert cls.__name__ == told(path)["operation"]
    assert request == recipe(path, **media)


def least(cls: type[Request[Any]]) -> dict[str, Any]:
    """Return as little as makes a request, and a picture wherever one can be named."""
    samples = {"width": 512, "height": 512, "input_images": [PNG], "input_image": PNG, "model": "m"}
    known = [each for each in fields(cls) if each.default is NOTHING or each.name == "input_image"]
    return {each.name: samples.get(each.name, "a") for each in known}


def test_films_have_no_recipes() -> None:
    """Their files could not carry them."""
    film = Video(video_uuid="v")
    attach(film, VideoInference("waves", model="m", duration=5), UUID)

    assert "_recipe" not in vars(film)
