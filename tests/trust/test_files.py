"""Files of this machine: what may leave it through a request, and where a result may go."""

import base64
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runware_sync import Caption, ControlNet, ImageInference, Runware
from runware_sync.content.saving import clean_name
from runware_sync.results import Image, Results
from runware_sync.sandbox import Sandbox

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
SECRET = "the key is found-nowhere-7421"  # noqa: S105 - recognised wherever it turns up
posix_only = pytest.mark.skipif(os.name == "nt", reason="links, pipes and devices of POSIX")

WAYS: dict[str, Callable[[Any], Any]] = {
    "flat": Caption,
    "seed": lambda value: ImageInference("a", model="m", seed_image=value),
    "nested": lambda value: ImageInference("a", model="m", control_net=[ControlNet(model="m", guide_image=value)]),
    "dict": lambda value: ImageInference("a", model="m", control_net=[{"model": "m", "guideImage": value}]),
    "list": lambda value: ImageInference("a", model="m", reference_images=[value]),
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a secret and a picture."""
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "fox.png").write_bytes(PNG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def refusal(sandbox: Sandbox, make: Callable[[], Any], **settings: Any) -> str:
    """Return why a call is refused; nothing has been sent by then."""
    with Runware("key-of-a-test", url=sandbox.url, **settings) as runware:
        with pytest.raises((ValueError, FileNotFoundError)) as caught:
            runware.run(make())
        assert [] == sandbox.tasks
        assert [] == [task for task in sandbox.received if task["taskType"] != "authentication"]
    assert SECRET not in str(caught.value)
    return str(caught.value)


# -- what leaves ------------------------------------------------------------------------------------------------------


@posix_only
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "secret.txt",
        "link.png",
        "/dev/zero",
        "/dev/stdin",
        "pipe",
        ".",
        "/",
        "/etc",
        "file:///etc/passwd",
        "~/fox.png",
        "//server/share/fox.png",
        "\\\\server\\share\\fox.png",
        "/proc/self/environ",
    ],
)
def test_nothing_but_a_picture_leaves_through_a_picture(folder: Path, sandbox: Sandbox, way: str, path: str) -> None:
    """Wherever in a request it stands, as text or as a path: nothing is sent, and nothing of it is told."""
    os.mkfifo("pipe")
    Path("link.png").symlink_to("secret.txt")

    for form in (path, Path(path)) if not path.startswith(("file:", "//")) else (path,):
        words = refusal(sandbox, partial(WAYS[way], form))
        assert any(name in words for name in ("input_image", "seed_image", "guide_image", "reference_images"))


@pytest.mark.parametrize("way", WAYS)
def test_no_file_is_read_where_that_is_switched_off(folder: Path, sandbox: Sandbox, way: str) -> None:
    """A service may pass its users' strings on: a picture that is there stays there, however it is named."""
    for form in ("fox.png", Path("fox.png"), str(folder / "fox.png")):
        words = refusal(sandbox, partial(WAYS[way], form), local_files=False)

        assert f"={str(form)!r} is a local file, and the client has local_files=False" in words
        assert any(name in words for name in ("input_image", "seed_image", "guide_image", "reference_images"))
        assert (str(folder) in str(form)) == (str(folder) in words)  # where it lies is nobody's business


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_is_sent_where_it_stands(folder: Path, sandbox: Sandbox, way: str) -> None:
    """The same requests work with what they may have: the refusals above are about the file."""
    with Runware("key-of-a-test", url=sandbox.url, timeout=1.0, max_retries=0) as runware:
        try:
            runware.run(WAYS[way]("fox.png"))
        except Exception:  # noqa: BLE001 - the sandbox may say that it is a bad picture
            assert sandbox.received
        sent = [task for task in sandbox.received if task["taskType"] != "authentication"]

    assert base64.b64encode(PNG).decode() in str(sent)


def test_no_other_text_is_a_file(folder: Path, sandbox: Sandbox) -> None:
    """A prompt that equals a file's name stays a prompt; so do models, and what is sent as it is."""
    for name in ("secret.txt", "fox.png", str(folder / "secret.txt")):
        with Runware("key-of-a-test", url=sandbox.url) as runware:
            runware.image_inference(name, negative_prompt=name, model="m:1@1", width=512, height=512)
            runware.prompt_enhance(name, prompt_max_length=60, prompt_versions=1)
            runware.text_inference(name, model="m:1@1")
        sent = str(sandbox.received)
        assert name in str([task.get("positivePrompt") for task in sandbox.received])
        assert SECRET not in sent
        assert base64.b64encode(PNG).decode() not in sent


@posix_only
def test_what_is_opened_is_what_is_looked_at(folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that becomes a link to something else at the last moment is judged by what was opened."""
    before = os.open

    def late(path: Any, *args: Any, **more: Any) -> int:
        if str(path).endswith("fox.png"):
            Path("fox.png").unlink()
            Path("fox.png").symlink_to("secret.txt")
        return before(path, *args, **more)

    monkeypatch.setattr(os, "open", late)

    assert "does not begin like" in refusal(sandbox, lambda: Caption("fox.png"))


# -- where results go -------------------------------------------------------------------------------------------------

HOSTILE = [
    "../x",
    "..",
    ".",
    "/etc/cron.d/x",
    "..\\..\\x",
    "C:\\Windows\\x",
    "C:x",
    "\\\\server\\share\\x",
    "a/../../x",
    "x\0.png",
    "x\n\r\tx",
    "con",
    "NUL.png",
    "com\N{SUPERSCRIPT ONE}",
    "lpt\N{SUPERSCRIPT THREE}.txt",
    "aux .png",
    "x. . .",
    "-rf",
    "~root",
    "$HOME",
    "x:stream",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "\N{FULLWIDTH FULL STOP}\N{FULLWIDTH FULL STOP}\N{FULLWIDTH SOLIDUS}x",
    "\udcff",
    "u" * 5000,
    "\N{CJK UNIFIED IDEOGRAPH-72D0}" * 200,
    "\N{MATHEMATICAL BOLD CAPITAL A}" * 200,
    "",
]


def hostile(name: str) -> Image:
    data = base64.b64encode(PNG).decode()
    return Image(image_uuid=name, task_uuid=name, seed=name, image_base64_data=data)  # type: ignore[arg-type]  # as a service may say it


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("template", ["{uuid}", "{index:02}-{seed}", "{image_uuid}/../{task_uuid}"])
def test_a_hostile_name_stays_in_its_folder(tmp_path: Path, name: str, template: str) -> None:
    """Whatever a server calls a result, it becomes one file in the folder, under a name that every system takes."""
    folder = tmp_path / "a" / "b"

    saved = [hostile(name).save(f"{folder}/"), *Results([hostile(name)]).save(folder / "c", name=template)]

    assert {folder, folder / "c"} == {path.parent for path in saved}
    assert ["a"] == [path.name for path in tmp_path.iterdir()]
    for path in saved:
        assert PNG == path.read_bytes()
        assert path.resolve().parent == path.parent.resolve()
        assert not set(path.name) & set('/\\:*?"<>|\0\n\r\t$~')
        assert path.name[0] not in ". "
        assert len(os.fsencode(path.name)) <= 255
        assert not any(unicodedata.category(sign) in {"Cc", "Cf", "Cs"} for sign in path.name)


@pytest.mark.parametrize("name", ["com\N{SUPERSCRIPT ONE}", "LPT\N{SUPERSCRIPT TWO}.x", "com0", "Nul", "prn.tar.gz"])
def test_names_of_devices_are_not_kept(name: str) -> None:
    """Windows writes to the device, whatever stands behind the dot, and knows three superscripts."""
    assert clean_name(name).startswith("_")


@posix_only
def test_a_link_in_the_folder_leads_nowhere(tmp_path: Path) -> None:
    """Somebody who can write there cannot choose what else is overwritten: links are replaced."""
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "u-1.png").symlink_to(precious)
    (folder / "00-7.png").symlink_to(precious)

    hostile("u-1").save(folder)
    Results([hostile("7")]).save(folder)

    assert b"precious" == precious.read_bytes()
    assert [PNG, PNG] == [(folder / name).read_bytes() for name in ("u-1.png", "00-7.png")]
    assert not any(path.is_symlink() for path in folder.iterdir())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a device that is always full")
def test_a_full_device_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own error, with the name that was asked for."""
    before = os.open

    def full(path: Any, flags: int, *mode: int) -> int:
        return before("/dev/full", os.O_WRONLY) if ".part" in str(path) else before(path, flags, *mode)

    monkeypatch.setattr(os, "open", full)

    with pytest.raises(OSError, match="No space left") as caught:
        hostile("u-1").save(tmp_path / "fox.png")

    assert str(tmp_path / "fox.png") == caught.value.filename
    assert [] == list(tmp_path.iterdir())
