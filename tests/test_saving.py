"""Files appear whole or not at all, where they should, and nowhere else."""

import base64
import errno
import os
import stat
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runware_sync.content import saving
from runware_sync.content.saving import clean_name, write_whole
from runware_sync.results import Image, Results

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
JPEG = b"\xff\xd8\xff\xe0" + bytes(24)
posix_only = pytest.mark.skipif(os.name == "nt", reason="file modes of POSIX")


def image(data: bytes = PNG, **fields: Any) -> Image:
    return Image(**{"image_uuid": "u-1", **fields}, image_base64_data=base64.b64encode(data).decode())


def names(folder: Path | str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


@pytest.mark.parametrize("path", ["new/", "new", "there", "."])
def test_folders_get_our_own_name_with_the_contents_suffix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A slash, no suffix, or an existing folder means a folder."""
    monkeypatch.chdir(tmp_path)
    Path("there").mkdir()

    saved = image(JPEG).save(path)

    assert Path(path) / "u-1.jpg" == saved
    assert saved.read_bytes() == JPEG


def test_existing_folders_with_a_suffix_are_folders(tmp_path: Path) -> None:
    """Looking decides before the name does."""
    folder = tmp_path / "v1.png"
    folder.mkdir()

    assert folder / "u-1.png" == image().save(folder)


def test_the_folder_is_this_one_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`save()` writes here."""
    monkeypatch.chdir(tmp_path)

    assert Path("u-1.png") == image().save()


@pytest.mark.parametrize("name", ["fox.png", "FOX.PNG", "fox.v2"])
def test_typed_names_are_kept_exactly(tmp_path: Path, name: str) -> None:
    """No suffix is added, and folders on the way are made."""
    saved = image().save(tmp_path / "deep" / "er" / name)

    assert [name] == names(tmp_path / "deep" / "er")
    assert PNG == saved.read_bytes()


def test_a_name_of_another_type_is_kept_with_a_warning(tmp_path: Path) -> None:
    """The warning points at the line that saved."""
    with pytest.warns(UserWarning, match=r"fox.jpg is named like a JPEG file, but its content is PNG") as caught:
        saved = image().save(tmp_path / "fox.jpg")
    with pytest.warns(UserWarning, match="JPEG") as single:
        Results([image()]).save(tmp_path / "fox2.jpg")
    with pytest.warns(UserWarning, match="JPEG") as several:
        Results([image()]).save(tmp_path, name="{index}.jpg")

    assert PNG == saved.read_bytes()
    assert {__file__} == {warning.filename for warning in (*caught, *single, *several)}


def test_other_spellings_of_a_suffix_are_no_reason_to_warn(tmp_path: Path) -> None:
    """`.jpeg` is JPEG too."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image(JPEG).save(tmp_path / "fox.jpeg")


def test_unknown_content_is_called_bin(tmp_path: Path) -> None:
    """Rather than lie."""
    assert "u-1.bin" == image(b"whatever this may be").save(tmp_path).name


@pytest.mark.parametrize("uuid", ["../../x", "/etc/passwd", "..\\..\\x", "C:\\x", "a/../../b", "\0", "..", "nul", ""])
def test_names_from_the_server_never_leave_the_folder(tmp_path: Path, uuid: str) -> None:
    """Whatever a server calls a picture, it lands in the folder."""
    folder = tmp_path / "a" / "b"

    one = image(image_uuid=uuid, task_uuid=uuid).save(f"{folder}/")
    several = Results([image(image_uuid=uuid)]).save(folder, name="{uuid}-{image_uuid}")

    assert {folder} == {path.parent for path in (one, *several)}
    assert ["a"] == names(tmp_path)
    assert ["b"] == names(tmp_path / "a")


@given(st.text())
def test_clean_names_are_one_files_name_everywhere(name: str) -> None:
    """No separators, no dots in front, no devices, no trailing dots or spaces."""
    clean = clean_name(name)

    assert clean
    assert not set(clean) & set('/\\:*?"<>|\0\n')
    assert clean[0] not in ". "
    assert clean[-1] not in ". "
    assert clean.lower().partition(".")[0] not in {"con", "nul", "com1"}
    assert len(clean) <= 121


def test_long_names_are_cut(tmp_path: Path) -> None:
    """So that the system takes them."""
    assert image(image_uuid="u" * 5000).save(tmp_path).exists()


def test_existing_files_are_replaced_unless_told_otherwise(tmp_path: Path) -> None:
    """`overwrite=False` raises, and leaves the file alone."""
    target = tmp_path / "fox.png"
    target.write_bytes(b"mine")

    with pytest.raises(FileExistsError) as caught:
        image().save(target, overwrite=False)
    kept = target.read_bytes()
    image().save(target)

    assert b"mine" == kept
    assert str(target) == caught.value.filename
    assert PNG == target.read_bytes()
    assert ["fox.png"] == names(tmp_path)


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    """There is no moment between looking and writing in which somebody's file is lost."""
    target = tmp_path / "fox.png"
    write = saving._write_durably

    def slow(part: Path, data: bytes) -> None:
        write(part, data)
        target.write_bytes(b"theirs")

    monkeypatch.setattr(saving, "_write_durably", slow)
    if not has_links:
        monkeypatch.setattr(os, "link", no_links)

    with pytest.raises(FileExistsError) as caught:
        image().save(target, overwrite=False)

    assert b"theirs" == target.read_bytes()
    assert str(target) == caught.value.filename
    assert ["fox.png"] == names(tmp_path)


def no_links(*_names: object) -> None:
    raise OSError(errno.EPERM, "no links here")


def test_systems_without_links_save_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is reserved first."""
    monkeypatch.setattr(os, "link", no_links)

    saved = image().save(tmp_path / "fox.png", overwrite=False)

    assert PNG == saved.read_bytes()
    assert ["fox.png"] == names(tmp_path)


@posix_only
def test_a_link_that_fails_for_another_reason_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full folder is no file system without links."""

    def full(*_names: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)

    with pytest.raises(OSError, match="No space left"):
        image().save(tmp_path / "fox.png", overwrite=False)

    assert [] == names(tmp_path)


def test_a_reserved_name_is_given_back_when_saving_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No empty file stays behind."""
    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(Path, "replace", no_links)

    with pytest.raises(PermissionError):
        image().save(tmp_path / "fox.png", overwrite=False)

    assert [] == names(tmp_path)


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool) -> None:
    """The error says so and names the file; what was there before is untouched."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "old.png").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left") as caught:
        image().save(tmp_path / ("old.png" if overwrite else "new.png"), overwrite=overwrite)

    assert errno.ENOSPC == caught.value.errno
    assert str(tmp_path) in caught.value.filename
    assert ".part" not in str(caught.value)
    assert b"old" == (tmp_path / "old.png").read_bytes()
    assert ["old.png"] == names(tmp_path)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a limit on file sizes that raises")
def test_a_write_that_stops_half_way_leaves_nothing(tmp_path: Path) -> None:
    """The system itself ends the write, after some of the bytes."""
    import resource
    import signal

    before, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_whole(tmp_path / "large.png", bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)

    assert [] == names(tmp_path)


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the disk is busy."""

    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)

    with pytest.raises(KeyboardInterrupt):
        image().save(tmp_path / "fox.png")

    assert [] == names(tmp_path)


@posix_only
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_umask_decides_who_may_read(tmp_path: Path, mask: int, mode: int) -> None:
    """As for any file that a program makes."""
    before = os.umask(mask)
    try:
        saved = [image().save(tmp_path / "a.png"), image().save(tmp_path / "b.png", overwrite=False)]
    finally:
        os.umask(before)

    assert [mode, mode] == [stat.S_IMODE(path.stat().st_mode) for path in saved]


def test_an_error_names_the_file_that_was_wanted_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the temporary one, and none that there is not."""

    def forbidden(path: Path, *_others: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", forbidden)

    with pytest.raises(PermissionError) as caught:
        image().save(tmp_path / "fox.png")

    assert f"[Errno {errno.EACCES}] Permission denied: {str(tmp_path / 'fox.png')!r}" == str(caught.value)


@pytest.mark.parametrize("place", ["bar.png/x.png", "bar.png/a/x.png", "bar.png/"])
@pytest.mark.parametrize("made", [image(), Results([image()])])
def test_a_file_where_the_folder_would_be_is_told(tmp_path: Path, made: Any, place: str) -> None:
    """In the same words, whoever saves."""
    (tmp_path / "bar.png").write_bytes(b"precious")

    with pytest.raises(NotADirectoryError):
        made.save(f"{tmp_path}/{place}")

    assert b"precious" == (tmp_path / "bar.png").read_bytes()


@posix_only
def test_links_are_replaced_and_not_followed(tmp_path: Path) -> None:
    """What a link points at is not ours to change."""
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / "fox.png").symlink_to("precious")

    image().save(tmp_path / "fox.png")
    (tmp_path / "dangling.png").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        image().save(tmp_path / "dangling.png", overwrite=False)

    assert b"precious" == (tmp_path / "precious").read_bytes()
    assert PNG == (tmp_path / "fox.png").read_bytes()
    assert not (tmp_path / "nowhere").exists()


def test_several_results_go_into_a_folder(tmp_path: Path) -> None:
    """Index and seed are the names, the content gives the suffix."""
    paths = Results([image(seed=7), image(JPEG, seed=8), image(seed=None)]).save(tmp_path / "out")

    assert ["00-7.png", "01-8.jpg", "02-u-1.png"] == [path.name for path in paths]
    assert [PNG, JPEG, PNG] == [path.read_bytes() for path in paths]


def test_names_can_be_chosen(tmp_path: Path) -> None:
    """By any field; what a file name cannot hold becomes an underscore."""
    paths = Results([image(seed=7, positive_prompt="a/b: c")]).save(tmp_path, name="{positive_prompt}_{seed:04}")

    assert [tmp_path / "a_b_ c_0007.png"] == paths


def test_one_result_may_go_to_a_file_name(tmp_path: Path) -> None:
    """Several may not."""
    assert [tmp_path / "fox.png"] == Results([image()]).save(tmp_path / "fox.png")
    with pytest.raises(ValueError, match="name of one file, and there are 2 results"):
        Results([image(), image()]).save(tmp_path / "foxes.png")
    with pytest.raises(ValueError, match="there are 0 results"):
        Results([]).save(tmp_path / "foxes.png")
    assert ["fox.png"] == names(tmp_path)


def test_folders_of_several_may_look_like_a_version(tmp_path: Path) -> None:
    """Only a known suffix makes a file name of it."""
    assert tmp_path / "v1.2" / "00-7.png" == Results([image(seed=7)]).save(tmp_path / "v1.2")[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("{colour}", "uses 'colour'; there are .*index"),
        ("{seed:xyz}", "cannot be filled in"),
        ("{0}", "uses|cannot be filled in"),
        ("{index.secret}", "cannot be filled in"),
    ],
)
def test_names_that_cannot_work_are_refused_before_anything_is_written(tmp_path: Path, name: str, words: str) -> None:
    """With the reason."""
    with pytest.raises(ValueError, match=words):
        Results([image(seed=1), image(seed=2)]).save(tmp_path, name=name)

    assert [] == names(tmp_path)


def test_an_empty_sequence_saves_nothing(tmp_path: Path) -> None:
    """And that is no error."""
    assert [] == Results([]).save(tmp_path)
