"""The demo and the command line."""

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from runware_sync import Runware, cli
from runware_sync.demo import Tour
from runware_sync.gallery.sheet import Panel, checkerboard, contact_sheet, side_by_side
from runware_sync.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as service:
        yield service


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A portrait photograph: a dark disc before a light wall, stored on its side."""
    picture = Image.new("RGB", (900, 600), "#dfe7ee")
    ImageDraw.Draw(picture).ellipse((250, 150, 650, 450), "#7a2d1f")
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "disc.jpg", exif=exif)
    return tmp_path / "disc.jpg"


def test_the_tour_leaves_its_files_and_a_sheet(sandbox: Sandbox, tmp_path: Path) -> None:
    """Each step is one line with time, cost and file; the bill is what the service billed."""
    lines: list[str] = []
    with Runware(url=sandbox.url, api_key="any") as runware:
        tour = Tour(runware, tmp_path / "new" / "folder", echo=lines.append)

        sheet = tour.run()

    assert 11 == len(lines)
    assert all(" s " in line and "$0." in line for line in lines)
    assert all(any(path.name in line for line in lines) for path in sheet.parent.iterdir())
    assert sheet.name == "contact-sheet.png"
    assert 11 == len(list(sheet.parent.iterdir()))
    assert pytest.approx(sandbox.billed) == tour.spent
    with Image.open(sheet) as opened:
        assert 1500 < opened.width < 2000
        assert "PNG" == opened.format


def test_the_tour_works_on_a_photograph(sandbox: Sandbox, tmp_path: Path, photo: Path) -> None:
    """A photograph is turned the right way up, and every operation that takes a picture gets it."""
    with Runware(url=sandbox.url, api_key="any") as runware:
        sheet = Tour(runware, tmp_path / "out", photo=photo, echo=lambda _line: None).run()

    with Image.open(sheet.parent / "00-photo.jpg") as copy:
        assert (600, 900) == copy.size
    with Image.open(next(sheet.parent.glob("*-upscaled.jpg"))) as large:
        assert (1200, 1800) == large.size
    with Image.open(next(sheet.parent.glob("*-no-background.png"))) as cut_out:
        assert 0 == cut_out.convert("RGBA").getpixel((0, 0))[3]  # type: ignore[index]  # RGBA has four bands
    assert 9 == len(sandbox.tasks)


def test_the_command_runs_offline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a key, against the built-in service."""
    status = cli.main(["demo", "--out", str(tmp_path / "out")])

    assert 0 == status
    assert str(tmp_path / "out" / "contact-sheet.png") in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["demo", "missing.jpg"], 2, "missing.jpg"),
        (["demo", "--url", "ftp://example.org"], 2, "wss://"),
        (["demo", "--url", "wss://ws-api.example.org/v1"], 2, "RUNWARE_API_KEY"),
        (["demo", "--out", "file/below"], 1, "file"),
        (["demo", "file"], 1, "file"),
    ],
)
def test_what_goes_wrong_is_one_line(
    arguments: list[str],
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The exit status tells usage from failure; standard error has the reason, and no traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNWARE_API_KEY", raising=False)
    Path("file").write_text("no folder, no picture", "utf-8")

    found = cli.main(arguments)

    lines = capsys.readouterr().err.splitlines()
    assert (status, 1) == (found, len(lines))
    assert lines[0].startswith("runware-sync demo: ")
    assert said in lines[0]


def test_a_wrong_key_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the service says is passed on; the key is not."""
    with Sandbox(api_keys={"right"}) as service, pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNWARE_API_KEY", "wrong-secret")
        status = cli.main(["demo", "--url", service.url, "--out", str(tmp_path)])

    told = capsys.readouterr()
    assert 1 == status
    assert 1 == len(told.err.splitlines())
    assert "wrong-secret" not in told.err + told.out


def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is bought before it is known that the sheet can be made."""
    monkeypatch.setattr(cli, "find_spec", lambda _name: None)

    status = cli.main(["demo"])

    assert 1 == status
    assert "runware-sync[sandbox]" in capsys.readouterr().err


def test_ctrl_c_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Interrupted is not failed."""

    def interrupt(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Tour, "run", interrupt)

    assert 130 == cli.main(["demo"])
    assert "runware-sync demo: interrupted\n" == capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["demos"], ["demo", "--no-such-option"]])
def test_usage_errors_exit_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """As argparse does."""
    with pytest.raises(SystemExit) as exit_:
        cli.main(arguments)

    assert 2 == exit_.value.code
    assert "usage: runware-sync" in capsys.readouterr().err


def test_arguments_come_from_the_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m runware_sync --version` says the version."""
    monkeypatch.setattr(sys, "argv", ["runware-sync", "--version"])

    with pytest.raises(SystemExit) as exit_:
        runpy.run_module("runware_sync", run_name="__main__")

    assert 0 == exit_.value.code
    assert "runware-sync 0." in capsys.readouterr().out


def test_the_sandbox_has_its_own_options(capsys: pytest.CaptureFixture[str]) -> None:
    """`sandbox` is what `python -m runware_sync.sandbox` is."""
    with pytest.raises(SystemExit) as exit_:
        cli.main(["sandbox", "--help"])

    assert 0 == exit_.value.code
    assert "--port" in capsys.readouterr().out


# -- the contact sheet


def test_transparency_shows_as_a_checkerboard() -> None:
    """Where nothing is, two greys alternate; what is opaque stays."""
    picture = Image.new("RGBA", (64, 32))
    picture.paste("#ff0000", (0, 0, 16, 16))

    shown = checkerboard(picture, 16)

    assert (255, 0, 0) == shown.getpixel((8, 8))
    assert shown.getpixel((24, 8)) != shown.getpixel((40, 8))
    assert shown.getpixel((24, 8)) == shown.getpixel((40, 24))


def test_before_and_after_show_the_same_part() -> None:
    """The left half has the smaller picture's pixels, the right one the larger's."""
    before, after = Image.new("RGB", (40, 30), "#204060"), Image.new("RGB", (80, 60), "#a0c0e0")

    both = side_by_side(before, after, (100, 50))

    assert ((100, 50), (0x20, 0x40, 0x60), (0xA0, 0xC0, 0xE0)) == (
        both.size,
        both.getpixel((20, 25)),
        both.getpixel((80, 25)),
    )


def test_a_sheet_has_four_columns_and_grows_by_rows() -> None:
    """A panel that does not fit into a row opens the next; long texts are cut, not drawn over the edge."""
    wide, tall = Image.new("RGB", (300, 100), "#c04020"), Image.new("RGB", (100, 300), "#4020c0")
    text = Panel(title="words " * 30, caption="word " * 90, price="$1", text=["long " * 900, "short"])

    three = contact_sheet([text, Panel(title="b", picture=wide), Panel(title="c", picture=tall)], title="t", note="n")
    five = contact_sheet([text, text, text, Panel(title="d", picture=wide, columns=2)], title="t", note="n")

    assert three.width == five.width
    assert three.height < five.height
    assert set(three.crop((0, 0, 40, three.height)).getcolors(9) or ()) == {(40 * three.height, (0x14, 0x16, 0x1B))}
