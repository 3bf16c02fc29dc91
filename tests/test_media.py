"""What can be given for a picture, and what never leaves through it."""

import base64
import io
import os
import pickle
import socket
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runware_sync.formats import data_uri
from runware_sync.media import mediums
from runware_sync.media.given import Bytes, Inline, LocalFile, Medium, Reference, classify
from runware_sync.results import GuideImage, Image, Text, Upload, Video

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
MP4 = b"\0\0\0\x20ftypisom" + bytes(40)
UUID = "0b9c8d7e-6f50-4413-9a2b-c3d4e5f60718"
URL = "https://example.com/a.png?x=1"
URI = data_uri(PNG, "image/png")
posix_only = pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")


def given_for(value: object, kind: str = "image") -> Medium:
    return classify(value, parameter="input_image", kind=kind)


def sent(value: object, *, local_files: bool = True) -> str:
    return given_for(value).wire(parameter="input_image", local_files=local_files)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "fox.png"
    path.write_bytes(PNG)
    return path


# -- what is accepted -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "travels"),
    [
        (UUID, UUID),
        (UUID.upper(), UUID.upper()),
        (f" {UUID}\n", UUID),
        (uuid.UUID(UUID), UUID),
        (URL, URL),
        ("HTTP://example.com", "HTTP://example.com"),
        (URI, URI),
        (PNG, URI),
        (bytearray(PNG), URI),
        (memoryview(PNG), URI),
        (io.BytesIO(PNG), URI),
        (base64.b64encode(PNG).decode(), URI),
        (base64.urlsafe_b64encode(JPEG).decode().rstrip("="), data_uri(JPEG, "image/jpeg")),
        (base64.encodebytes(PNG).decode(), URI),
        (Image(image_uuid=UUID, image_url=URL), UUID),
        (Image(image_url=URL), URL),
        (GuideImage(guide_image_uuid=UUID), UUID),
        (Upload(image_uuid=UUID), UUID),
        ("data:image/svg+xml,%3Csvg%3E", "data:image/svg+xml,%3Csvg%3E"),
        ("data:image/x-tomorrow;base64,QUJDRA==", "data:image/x-tomorrow;base64,QUJDRA=="),
        (data_uri(PNG, ""), data_uri(PNG, "")),
    ],
)
def test_everything_that_can_be_a_picture_travels(value: object, travels: str) -> None:
    """References as they are, content as a data URI with the type that its bytes tell."""
    assert travels == sent(value)
    assert travels == sent(value if not isinstance(value, io.BytesIO) else io.BytesIO(PNG), local_files=False)


def test_a_film_is_no_picture() -> None:
    """A result knows what it is, so that nothing is sent; a film stands for its sound alone."""
    film = Video(video_uuid=UUID)

    with pytest.raises(ValueError, match=r"input_image=.* is of kind video; .* of kind image"):
        classify(film, parameter="input_image")
    assert Reference(UUID) == classify(film, parameter="inputs.video", kind="video")
    assert Reference(UUID) == classify(film, parameter="inputs.audio", kind="audio")


@pytest.mark.parametrize("form", [str, Path, lambda path: os.fsencode(path) and path])
def test_files_are_read_when_the_call_is_made(picture: Path, form: Any) -> None:
    """And not before: what counts is what is in it then."""
    medium = given_for(form(picture))
    picture.write_bytes(JPEG)

    assert LocalFile(str(picture)) == medium
    assert data_uri(JPEG, "image/jpeg") == medium.wire(parameter="input_image")


def test_relative_paths_stay_the_same_file(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the program goes elsewhere before the call."""
    monkeypatch.chdir(picture.parent)
    medium = given_for("fox.png")
    monkeypatch.chdir("/")

    assert URI == medium.wire(parameter="input_image")


def test_a_name_without_suffix_is_a_file_if_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Existing files come before base64."""
    monkeypatch.chdir(tmp_path)
    name = base64.urlsafe_b64encode(PNG).decode()
    Path(name).write_bytes(JPEG)

    assert isinstance(given_for(name), LocalFile)


def test_open_files_are_read_at_once(picture: Path) -> None:
    """A request can be used again and again, a file object only once."""
    with picture.open("rb") as file:
        medium = given_for(file)

    assert Bytes(PNG, "image/png") == medium


@pytest.mark.parametrize(
    "medium", [Reference(UUID), Inline(URI), Bytes(PNG, "image/png"), LocalFile("/fox.png"), given_for(PNG)]
)
def test_media_are_values(medium: Medium) -> None:
    """Equal by content, hashable, picklable, shown in short, and classified only once."""
    assert medium == pickle.loads(pickle.dumps(medium))  # noqa: S301 - our own
    assert hash(medium) == hash(pickle.loads(pickle.dumps(medium)))  # noqa: S301 - our own
    assert medium is given_for(medium)
    assert len(repr(medium)) < 80


def test_content_is_shown_by_its_size() -> None:
    """Never as base64."""
    large = Bytes(bytes(2000000), "image/png")

    assert "Bytes(<image/png, 2.0 MB>)" == repr(large)
    assert "Inline(<2.0 MB data URI>)" == repr(Inline(data_uri(large.data, "image/png")))


@pytest.mark.parametrize(("kind", "data"), [("video", MP4), ("video[]", MP4), ("image[]", PNG), ("document", b"%PDF")])
def test_other_kinds_are_known_too(tmp_path: Path, kind: str, data: bytes) -> None:
    """Of documents the content is not checked."""
    path = tmp_path / "file.png"
    path.write_bytes(data)

    assert given_for(data, kind).wire(parameter="media").startswith("data:")
    assert given_for(str(path), kind).wire(parameter="media").startswith("data:")


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        ("nowhere.png", FileNotFoundError, "there is no such file; it may be a result, a UUID"),
        (Path("nowhere.png"), FileNotFoundError, "there is no such file"),
        ("", FileNotFoundError, "no such file"),
        ("a fox in the snow", FileNotFoundError, "no such file"),
        ("a\0b", FileNotFoundError, "no such file"),
        ("file:///etc/passwd", FileNotFoundError, "no such file"),
        ("x" * 100000, FileNotFoundError, "no such file"),
        ("\ud800", FileNotFoundError, "no such file"),
        ("https:// example.com", FileNotFoundError, "no such file"),
        (7, TypeError, "is of type int; it may be"),
        (True, TypeError, "is of type bool"),
        (None, TypeError, "is of type NoneType"),
        ([PNG], TypeError, "is of type list"),
        (object(), TypeError, "is of type object"),
        (Text(text="a"), TypeError, "is of type Text"),
        (Image(), ValueError, r"neither a UUID nor a URL; pass its \.read\(\)"),
        (io.StringIO("text"), TypeError, 'open it with mode "rb"'),
        (io.BytesIO(), ValueError, "is empty; was the file object read before"),
        (b"", ValueError, "is empty"),
        (b"root:x:0:0", ValueError, "does not begin like a file of the kind image"),
        (MP4, ValueError, "is a MP4 file, and not of the kind image"),
        (base64.b64encode(MP4).decode(), ValueError, "is a MP4 file"),
        (base64.b64encode(PNG * 99).decode() + "!", ValueError, "begins like a PNG in base64"),
        (data_uri(MP4, "image/png"), ValueError, "is a MP4 file"),
        (data_uri(b"<html>", "text/html"), ValueError, "data URI of type 'text/html'"),
        ("data:,hello", ValueError, "data URI of type 'text/plain'"),
        ("data:image/png;base64,", ValueError, "without content"),
        ("data:image/png;base64,!!!!", ValueError, "cannot be decoded"),
        ("\\\\server\\share\\fox.png", ValueError, "network share"),
        ("//server/share/fox.png", ValueError, "network share"),
        ("\\/server/share", ValueError, "network share"),
        ("\\\\.\\pipe\\x", ValueError, "network share or device"),
        (Path("//server/share/fox.png"), ValueError, "network share"),
    ],
)
def test_what_is_no_picture_is_refused_at_construction(value: object, error: type[Exception], words: str) -> None:
    """With the parameter's name, and what is allowed."""
    with pytest.raises(error, match=words) as caught:
        given_for(value)

    assert "input_image" in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("mode", ["rb", "r", "ab"])
def test_a_file_object_that_cannot_be_read_is_named_by_its_parameter(picture: Path, mode: str) -> None:
    """Closed, open as text, or open for writing."""
    with open(picture, mode, encoding="utf-8" if mode == "r" else None) as file:  # noqa: PTH123 - any mode
        if mode == "rb":
            file.close()
        with pytest.raises(ValueError, match="input_image: the file object cannot be read: "):
            given_for(file)


def test_a_closed_buffer_is_named_by_its_parameter() -> None:
    """It has its own way to be read."""
    buffer = io.BytesIO(PNG)
    buffer.close()

    with pytest.raises(ValueError, match="input_image: the file object cannot be read: I/O operation on closed file"):
        given_for(buffer)


@given(st.text())
@example("/9j/4AAQSkZJRg==")
@example("data:,")
@example("https://")
@example("//")
def test_no_string_makes_it_fail_otherwise(text: str) -> None:
    """There is an answer, or one of three errors."""
    try:
        assert given_for(text)
    except (FileNotFoundError, ValueError) as error:
        assert "input_image" in str(error)  # noqa: PT017 - both ways are right


def test_folders_are_no_pictures(tmp_path: Path) -> None:
    """Neither as a string nor as a path."""
    for form in (str, Path):
        with pytest.raises(ValueError, match="is a folder, and not a regular file"):
            given_for(form(tmp_path))


@posix_only
def test_pipes_devices_and_sockets_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would block, or worse."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")

        for path, words in (("pipe", "a pipe"), ("/dev/zero", "a device"), ("socket", "a device or socket")):
            with pytest.raises(ValueError, match=words):
                given_for(path)
            with pytest.raises(ValueError, match=words):
                LocalFile(path).wire(parameter="input_image")


@posix_only
def test_a_file_that_becomes_a_pipe_is_not_waited_for(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even if that happens between looking and opening."""
    medium, regular = given_for(picture), picture.stat()
    picture.unlink()
    os.mkfifo(picture)
    monkeypatch.setattr(os, "stat", lambda _path: regular)

    with pytest.raises(ValueError, match="a pipe"):
        medium.wire(parameter="input_image")


@posix_only
@pytest.mark.parametrize("target", ["/etc/passwd", "secret.txt"])
def test_links_to_other_files_are_refused_by_content(tmp_path: Path, target: str) -> None:
    """A link named like a picture carries nothing else out of the machine."""
    (tmp_path / "secret.txt").write_text("the key is 4711\n")
    link = tmp_path / "fox.png"
    link.symlink_to(target)
    medium = given_for(link)

    with pytest.raises(ValueError, match="does not begin like a file of the kind image") as caught:
        medium.wire(parameter="input_image")

    assert "4711" not in str(caught.value)


@posix_only
def test_links_to_pictures_are_pictures(tmp_path: Path, picture: Path) -> None:
    """People keep links in their folders."""
    link = tmp_path / "link"
    link.symlink_to(picture)

    assert URI == sent(link)


def test_files_are_not_read_where_that_is_switched_off(picture: Path) -> None:
    """A service may pass its users' strings on."""
    for value in (picture, str(picture)):
        with pytest.raises(ValueError, match=r"^input_image=.*local_files=False"):
            sent(value, local_files=False)


@pytest.mark.parametrize("name", ["//server/share", "\\\\server\\share"])
def test_network_names_are_refused_when_read_too(name: str) -> None:
    """A pickled request may come from anywhere."""
    with pytest.raises(ValueError, match="network share"):
        LocalFile(name).wire(parameter="input_image")


def test_a_file_that_is_gone_is_named(picture: Path) -> None:
    """With its parameter."""
    medium = given_for(picture)
    picture.unlink()

    with pytest.raises(FileNotFoundError, match=r"input_image=.*not there any more"):
        medium.wire(parameter="input_image")


def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files before they are read; a sparse file of a terabyte costs nothing."""
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.write(PNG)
        file.truncate(mediums.LIMIT + 1)
    monkeypatch.setattr("runware_sync.media.given.LIMIT", 100)

    with pytest.raises(ValueError, match=r"has 104\.9 MB; at most 104\.9 MB are sent"):
        sent(path)
    for value in (PNG + bytes(100), io.BytesIO(PNG + bytes(100))):
        with pytest.raises(ValueError, match="at most"):
            given_for(value)


def test_audio_in_base64_may_begin_with_two_slashes() -> None:
    """That is no network share."""
    sound = base64.b64encode(b"\xff\xfb\x90\x00" + bytes(100)).decode()

    assert sound.startswith("//")
    assert isinstance(given_for(sound, "audio"), Bytes)
