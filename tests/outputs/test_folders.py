"""Many results go into a folder: side by side, in order, each under a name of its own, in spite of failures."""

import errno
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pictures import file, inline, several
from server import PATIENCE

from runware_sync.content import folders, saving
from runware_sync.content.route import Route
from runware_sync.errors import DownloadError
from runware_sync.results import GuideImage, Image, Results, Video, route_downloads

PNG, JPEG = file(), file("JPEG")


class Shelf(Route):
    """Downloads that a test decides about, by the address."""

    def __init__(self, find: Callable[[str], bytes]) -> None:
        super().__init__()
        self.find = find
        self.asked: list[str] = []

    def download(self, url: str, *, family: str, **_limits: Any) -> bytes:
        self.asked.append(url)
        return self.find(url)


def far(count: int, find: Callable[[str], bytes]) -> tuple[Results[Image], Shelf]:
    """Return some results whose content is elsewhere."""
    shelf = Shelf(find)
    results = Results([Image(image_uuid=f"u-{n}", image_url=f"https://x/{n}", seed=n) for n in range(count)])
    route_downloads(results, shelf)
    return results, shelf


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("{index:02d}-{seed}.{ext}", ["00-7.png", "01-9.jpg", "02-u-2.png"]),
        ("{seed:04}", ["0007.png", "0009.jpg", "u-2.png"]),
        ("{uuid:.1}{uuid:>5}", ["u  u-0.png", "u  u-1.jpg", "u  u-2.png"]),
        ("{type}-{uuid}", ["image-u-0.png", "image-u-1.jpg", "image-u-2.png"]),
        ("{task_uuid}_{index}", ["t-1_0.png", "t-1_1.jpg", "t-1_2.png"]),
        ("{positive_prompt}-{index}", ["a_b-0.png", "a_b-1.jpg", "a_b-2.png"]),
        ("../{index}", ["_0.png", "_1.jpg", "_2.png"]),
        ("fox", ["fox.png", "fox.jpg", "fox-2.png"]),
        ("v1.{index}", ["v1.0.png", "v1.1.jpg", "v1.2.png"]),
    ],
)
def test_templates_name_the_files(tmp_path: Path, name: str, expected: list[str]) -> None:
    """Formats work, a seed that is not known is the UUID, and the suffix comes from the content."""
    made = [
        inline(data, image_uuid=f"u-{index}", seed=seed, positive_prompt="a/b")
        for index, (data, seed) in enumerate([(PNG, 7), (JPEG, 9), (PNG, None)])
    ]

    paths = Results(made, task_uuid="t-1").save(tmp_path / "out", name=name)

    assert expected == [path.name for path in paths]
    assert {tmp_path / "out"} == {path.parent for path in paths}


def test_equal_names_are_numbered(tmp_path: Path) -> None:
    """No result of a call ever takes the place of another, also where the system sees no difference of letters."""
    made = [inline(PNG, seed=0, positive_prompt=name) for name in ("fox", "Fox", "fox-2", "ﬁx", "fix")]

    paths = Results(made).save(tmp_path, name="{positive_prompt}")

    assert ["fox.png", "Fox-2.png", "fox-2-2.png", "ﬁx.png", "fix-2.png"] == [path.name for path in paths]
    assert 5 == len({path.name.casefold() for path in paths})


def test_unknown_content_gets_one_suffix(tmp_path: Path) -> None:
    """Named in the template or not."""
    made = Results([inline(b"whatever this may be", seed=1)])

    assert ["00-1.bin"] == [path.name for path in made.save(tmp_path / "a")]
    assert ["0.bin"] == [path.name for path in made.save(tmp_path / "b", name="{index}.{ext}")]


def test_a_field_that_nobody_filled_is_none(tmp_path: Path) -> None:
    """A guide has no seed, and may lack everything else."""
    guide = GuideImage(guide_image_base64_data=vars(inline(PNG))["image_base64_data"])

    assert ["file-none.png"] == [path.name for path in Results([guide]).save(tmp_path, name="{seed}-{task_uuid}")]


def test_what_the_service_did_not_tell_is_none(tmp_path: Path) -> None:
    """A template that works with prices works without them: the pictures are paid for, whether or not that is told."""
    made = Results([inline(PNG), inline(PNG, cost=0.5, nsfw_content=False)])

    paths = made.save(tmp_path, name="{cost:.2f}-{nsfw_content}-{index}")

    assert ["none-none-0.png", "0.50-False-1.png"] == [path.name for path in paths]


def test_unknown_fields_are_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    """With the names that there are."""
    results, shelf = far(2, lambda _url: PNG)

    with pytest.raises(ValueError, match=r"uses 'sed'; there are cost, ext, .*index, .*seed, .*uuid"):
        results.save(tmp_path / "out", name="{sed}")

    assert [] == shelf.asked
    assert not (tmp_path / "out").exists()


def test_files_are_downloaded_side_by_side(tmp_path: Path) -> None:
    """Each of these is there only when all have been asked for; they are written in order all the same."""
    meeting = threading.Barrier(4, timeout=PATIENCE)

    def together(_url: str) -> bytes:
        meeting.wait()
        return PNG

    results, _ = far(4, together)

    assert [f"0{n}-{n}.png" for n in range(4)] == [path.name for path in results.save(tmp_path)]


def test_one_failure_takes_nothing_from_the_others(tmp_path: Path) -> None:
    """They are saved; then the error is raised, and tells which are."""

    def find(url: str) -> bytes:
        if url.endswith(("1", "3")):
            raise DownloadError(f"gone {url[-1]}")
        return PNG

    results, _ = far(5, find)

    with pytest.raises(DownloadError, match="gone 1") as caught:
        results.save(tmp_path)

    assert ["00-0.png", "02-2.png", "04-4.png"] == names(tmp_path)
    note = caught.value.__notes__[0]
    assert "not saved: results[1, 3]; saved all the same: " in note
    assert str(tmp_path / "04-4.png") in note


def test_a_file_that_is_there_is_left_and_the_others_are_saved(tmp_path: Path) -> None:
    """`overwrite=False` raises for it, when the rest is safe."""
    (tmp_path / "01-8.png").write_bytes(b"mine")

    with pytest.raises(FileExistsError) as caught:
        several(3).save(tmp_path, overwrite=False)

    assert ["00-7.png", "01-8.png", "02-9.png"] == names(tmp_path)
    assert b"mine" == (tmp_path / "01-8.png").read_bytes()
    assert "not saved: results[1]" in caught.value.__notes__[0]


def test_where_nothing_can_be_written_nothing_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note says so."""

    def full(*_given: Any, **_how: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folders, "write_whole", full)

    with pytest.raises(OSError, match="No space left") as caught:
        several(2).save(tmp_path)

    assert ["not saved: results[0, 1]; none was saved"] == caught.value.__notes__


def test_an_interrupt_ends_it_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing further is asked for, and what was written stays."""
    held = threading.Event()
    results, shelf = far(60, lambda url: PNG if url.endswith("/0") or held.wait(PATIENCE) else b"")
    write = saving.write_whole

    def interrupted(target: Path, data: bytes, **how: Any) -> None:
        write(target, data, **how)
        raise KeyboardInterrupt

    monkeypatch.setattr(folders, "write_whole", interrupted)

    with pytest.raises(KeyboardInterrupt):
        results.save(tmp_path)
    asked = len(shelf.asked)
    held.set()

    assert ["00-0.png"] == names(tmp_path)
    assert asked <= 10


def test_inline_content_is_decoded_by_who_saves(tmp_path: Path) -> None:
    """Once, and in no other thread; what was read before is not read again."""
    readers: list[int] = []

    class Watched(Image):
        def _fetch(self, limit: int | None = None) -> bytes:
            readers.append(threading.get_ident())
            return super()._fetch()

    encoded = vars(inline(PNG))["image_base64_data"]
    made = Results([Watched(image_base64_data=encoded, seed=seed) for seed in range(3)])

    assert [] == readers
    made.save(tmp_path)
    made.save(tmp_path)

    assert [threading.get_ident()] * 3 == readers


def test_films_are_saved_like_pictures(tmp_path: Path) -> None:
    """They have no recipe to carry, and no seed need be known."""
    film = Video(video_uuid="v", video_url="https://x/0")
    route_downloads(film, Shelf(lambda _url: b"\0\0\0\x18ftypisom" + bytes(24)))

    assert ["00-v.mp4"] == [path.name for path in Results([film]).save(tmp_path)]
