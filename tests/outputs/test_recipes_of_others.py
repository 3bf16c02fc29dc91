"""A recipe may come from anybody: nothing in it is believed, and nothing is read, sent or asked because of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from pictures import file

from runware_sync import ImageInference, recipe
from runware_sync.content.inscriptions import inscribed

UUID = "6d8f9a10-1c2b-4f3e-9a7d-0123456789ab"
PNG = file()


def forged(tmp_path: Path, text: Any) -> Path:
    """Write a picture with a recipe that ours would not write."""
    path = tmp_path / "forged.png"
    path.write_bytes(inscribed(PNG, text if isinstance(text, str) else json.dumps(text)))
    return path


def like(**parameters: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "operation": "ImageInference",
        "task_uuid": UUID,
        "parameters": {"positive_prompt": "a fox", "model": "m", **parameters},
    }


def test_the_forged_ones_here_are_otherwise_good(tmp_path: Path) -> None:
    """So that each is refused for what is wrong with it."""
    assert ImageInference("a fox", model="m") == recipe(forged(tmp_path, like()))


@pytest.mark.parametrize(
    "parameters",
    [
        {"seed_image": "SECRET"},
        {"seedImage": "SECRET"},
        {"reference_images": ["SECRET"]},
        {"reference_images": [{"image": "SECRET"}]},
        {"control_net": [{"model": "c", "guide_image": "SECRET"}]},
        {"control_net": [{"model": "c", "guideImage": "SECRET"}]},
        {"inputs": {"images": ["SECRET"]}},
        {"inputs": {"references": {"a": "SECRET"}}},
        {"inputs": {"referenceImages": [{"image": "SECRET"}]}},
        {"webhook_url": "a"},
        {"upload_endpoint": "a"},
        {"extra": {"webhookURL": "a"}},
        {"extra": {"a": {"b": ["https://example.com"]}}},
        {"extra": {"seedImage": UUID}},
        {"extra": {"numberResults": 500}},
        {"extra": {"taskUUID": "a"}},
        {"extra": {"taskType": "modelUpload"}},
        {"settings": {"extra": {"uploadEndpoint": "a"}}},
        {"settings": {"x": {"apiKey": "a"}}},
        {"settings": {"accessToken": "a"}},
        {"extra": {"authorization": "a"}},
        {"provider_settings": {"acme": {"auth": {"a": ["b"]}}}},
        {"timeout": 5},
        {"retry": 90},
        {"task_uuid": "a"},
        {"on_partial": "print"},
    ],
)
def test_what_ours_never_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parameters: dict[str, Any]
) -> None:
    """Before anything is looked for on this machine, let alone read or sent."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(PNG)
    text = json.dumps(like(**parameters)).replace("SECRET", str(secret).replace("\\", "\\\\"))
    path = forged(tmp_path, text)
    monkeypatch.setattr(
        "runware_sync.media.given.classify", lambda *_args, **_how: pytest.fail("a medium was looked for")
    )

    with pytest.raises(ValueError, match=r"forged\.png' holds a recipe that this library has not written: it names"):
        recipe(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "damaged"),
        ("{", "damaged"),
        ("[1]", "damaged"),
        ("[" * 50000, "damaged"),
        ('{"version": NaN}', "damaged"),
        ({}, "damaged"),
        ({**like(), "version": "1"}, "damaged"),
        ({**like(), "version": 2}, r"newer version \(2\); update"),
        ({**like(), "parameters": []}, "damaged"),
        ({**like(), "left_out": 5}, "damaged"),
        ({**like(), "operation": "Nonsense"}, "'Nonsense', which makes no pictures here"),
        ({**like(), "operation": "ModelUpload"}, "'ModelUpload', which makes no pictures here"),
        ({**like(), "operation": "VideoInference"}, "makes no pictures"),
        ({**like(), "operation": ["x"] * 900}, "makes no pictures"),
        (like(colour="red"), "does not fit: .*no parameter 'colour'"),
        (like(steps="many"), "does not fit: .*steps='many'"),
        (like(lora=[{"model": 5}]), "does not fit"),
        ({**like(), "parameters": {"model": "m"}}, "does not fit: .*positive_prompt is missing"),
    ],
)
def test_damaged_and_foreign_recipes_say_what_is_wrong(tmp_path: Path, text: Any, words: str) -> None:
    """As a `ValueError` with the file's name, and nothing else."""
    with pytest.raises(ValueError, match=f"forged.png' .*{words}") as caught:
        recipe(forged(tmp_path, text))

    assert ValueError is type(caught.value)
    assert len(str(caught.value)) < 400


def test_left_out_names_are_not_believed_either(tmp_path: Path) -> None:
    """A name that there is not is not asked for."""
    assert ImageInference("a fox", model="m") == recipe(forged(tmp_path, {**like(), "left_out": ["<b>x</b>", 5, {}]}))


@pytest.mark.parametrize("data", [PNG, file("JPEG"), file("WEBP"), b"", b"text"])
def test_files_without_a_recipe_say_so(tmp_path: Path, data: bytes) -> None:
    """And which files have one."""
    path = tmp_path / "fox"
    path.write_bytes(data)

    with pytest.raises(ValueError, match="holds no recipe; PNG and JPEG files have one"):
        recipe(path)
    with pytest.raises(FileNotFoundError):
        recipe(tmp_path / "nowhere.png")
