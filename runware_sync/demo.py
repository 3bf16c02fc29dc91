"""A tour of the six operations, from one photograph to a contact sheet."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import define, field

from runware_sync import Runware
from runware_sync.results import Image

if TYPE_CHECKING:  # Pillow comes with an extra, and is asked for when the tour starts
    from PIL import Image as Pixels

    from runware_sync.gallery.sheet import Panel

__all__ = ["DEFAULT_MODEL", "Tour"]

DEFAULT_MODEL: Final = "runware:101@1"
_PHOTO: Final = "a red fox in the snow"
_PHOTO_SEED: Final = 4
_PROMPTS: Final = (
    "a lighthouse at dusk, oil on canvas",
    "a paper boat on a pond",
    "mountains under the moon",
    "a bowl of lemons",
)
_MANNERS: Final = ("oil on canvas", "at night under the moon", "in autumn, golden light", "soft watercolour")
_SEED: Final = 1
_LARGEST: Final = 1024  # pixels a side of the working copy: what every model takes


def _working_copy(photo: Path, target: Path) -> "Pixels.Image":
    """Write a photograph the right way up, as JPEG, at a size that every operation takes."""
    from PIL import Image as Pixels
    from PIL import ImageOps

    with Pixels.open(photo) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((_LARGEST, _LARGEST), Pixels.Resampling.LANCZOS)
    picture.save(target, quality=92)
    return picture


def _pixels(path: Path) -> "Pixels.Image":
    from PIL import Image as Pixels

    with Pixels.open(path) as opened:
        return opened.convert("RGBA")


def _line(number: str, what: str, seconds: float, cost: float | None, path: Path) -> str:
    return f"{number:>3}  {what:<24}{seconds:>7.2f} s  {_money(cost):>9}  {path.name}"


def _money(cost: float | None) -> str:
    return "" if cost is None else f"${cost:.4f}"


def _sides(width: int, height: int) -> tuple[int, int]:
    """Return a size of the same shape that every model takes: multiples of 64, near 768 the longer side."""
    scale = 768 / max(width, height)
    return max(256, round(width * scale / 64) * 64), max(256, round(height * scale / 64) * 64)


@define
class Tour:
    """All six operations on one photograph, or on a picture that is made first.

    Args:
        runware: The client.
        folder: Where the files go; made if it is not there.
        photo: The photograph; `None` makes a picture to work on.
        model: AIR identifier of the model that makes images.
        echo: Takes each line of the report.
    """

    runware: Runware
    folder: Path
    photo: Path | None = None
    model: str = DEFAULT_MODEL
    echo: Callable[[str], object] = print
    spent: float = field(default=0.0, init=False)
    _steps: int = field(default=0, init=False)
    _panels: "list[Panel]" = field(factory=list, init=False)

    def run(self) -> Path:
        """Take the tour, and return the contact sheet's path.

        Raises:
            RunwareError: An operation failed.
            OSError: The photograph cannot be read, or a file not be written.
        """
        from runware_sync.gallery.sheet import contact_sheet

        began = time.perf_counter()
        self.folder.mkdir(parents=True, exist_ok=True)
        subject, source = self._source()
        described = self._caption(subject)
        self._enhance(described if self.photo else _PHOTO)
        self._outline(subject, source)
        self._images(subject, described, source)
        self._cut_out(subject)
        self._enlarge(subject, source)
        seconds = time.perf_counter() - began
        self._panels.append(self._summary(seconds))
        sheet = self.folder / "contact-sheet.png"
        shape = min(1.25, max(0.6, source.height / source.width))
        contact_sheet(
            self._panels,
            title="runware-sync: six operations",
            note=f"{self.photo.name if self.photo else _PHOTO}   /   {self.model}   /   one connection, four threads",
            shape=shape,
        ).save(sheet)
        self.echo(_line("", "together", seconds, self.spent, sheet))
        return sheet

    # -- the steps ----------------------------------------------------------------------------------------------------

    def _source(self) -> "tuple[Image | Path, Pixels.Image]":
        """Return what the tour works on, as an argument and as pixels."""
        if self.photo is not None:
            path = self.folder / "00-photo.jpg"
            source = _working_copy(self.photo, path)
            self._show("photo", f"{self.photo.name}, {source.width} x {source.height}", "", source)
            return path, source
        began = time.perf_counter()
        made = self.runware.image_inference(
            _PHOTO, model=self.model, width=768, height=576, seed=_PHOTO_SEED, output_format="JPG"
        )
        path = made[0].save(self._path("photo.jpg"))
        self._report("image_inference", began, made.cost, path)
        source = _pixels(path)
        self._show("image_inference", f'"{_PHOTO}", seed {made[0].seed}', _money(made.cost), source)
        return made[0], source

    def _caption(self, subject: Image | Path) -> str:
        began = time.perf_counter()
        text = self.runware.caption(subject)
        self._write("caption", [str(text)], began, text.cost, "what the picture shows, in words")
        return str(text)

    def _enhance(self, prompt: str) -> None:
        began = time.perf_counter()
        texts = self.runware.prompt_enhance(prompt, prompt_versions=2, prompt_max_length=300)
        self._write("prompt_enhance", [str(text) for text in texts], began, texts.cost, f'from "{prompt}"')

    def _outline(self, subject: Image | Path, source: "Pixels.Image") -> None:
        began = time.perf_counter()
        width, height = _sides(*source.size)
        guide = self.runware.control_net_preprocess(
            subject,
            pre_processor_type="canny",
            low_threshold_canny=50,
            high_threshold_canny=120,
            width=width,
            height=height,
            output_format="PNG",
        )
        path = guide.save(self._path("guide.png"))
        self._report("control_net_preprocess", began, guide.cost, path)
        self._show("control_net_preprocess", "canny edges, thresholds 50 and 120", _money(guide.cost), _pixels(path))

    def _images(self, subject: Image | Path, described: str, source: "Pixels.Image") -> None:
        """Make four images from four threads at once."""
        width, height = _sides(*source.size)
        given = [f"{described}, {manner}" for manner in _MANNERS] if self.photo else _PROMPTS
        paths = [self._path(f"image-{number}.jpg", number) for number in range(1, len(given) + 1)]
        began = time.perf_counter()

        def make(prompt: str, path: Path, seed: int) -> tuple[Image, float]:
            images = self.runware.image_inference(
                prompt,
                model=self.model,
                width=width,
                height=height,
                seed=seed,
                output_format="JPG",
                seed_image=subject if self.photo else None,
                strength=0.6 if self.photo else None,
            )
            images[0].save(path)
            return images[0], time.perf_counter() - began

        with ThreadPoolExecutor(len(given)) as pool:
            made = list(pool.map(make, given, paths, range(_SEED, _SEED + len(given))))
        for (image, seconds), path, shown in zip(made, paths, _MANNERS if self.photo else _PROMPTS, strict=True):
            self._report("image_inference", time.perf_counter() - seconds, image.cost, path, "in a thread of its own")
            self._show("image_inference", f'"{shown}", seed {image.seed}', _money(image.cost), _pixels(path))

    def _cut_out(self, subject: Image | Path) -> None:
        began = time.perf_counter()
        image = self.runware.remove_background(subject, output_format="PNG")
        path = image.save(self._path("no-background.png"))
        self._report("remove_background", began, image.cost, path)
        self._show("remove_background", "transparent, over a checkerboard", _money(image.cost), _pixels(path))

    def _enlarge(self, subject: Image | Path, source: "Pixels.Image") -> None:
        from runware_sync.gallery.sheet import side_by_side

        began = time.perf_counter()
        image = self.runware.upscale(subject, upscale_factor=2, output_format="JPG")
        path = image.save(self._path("upscaled.jpg"))
        self._report("upscale", began, image.cost, path)
        after = _pixels(path)
        both = side_by_side(source, after, (792, round(384 * source.height / source.width)))
        told = f"{source.width} x {source.height}, its pixels enlarged, beside {after.width} x {after.height}"
        self._show("upscale", told, _money(image.cost), both, 2)

    def _summary(self, seconds: float) -> "Panel":
        from runware_sync.gallery.sheet import Panel

        return Panel(
            title="together",
            caption="the images side by side, the rest one after the other",
            price=_money(self.spent),
            text=[f"{self._steps} calls", f"{seconds:.1f} seconds", f"{_money(self.spent)} spent"],
        )

    # -- the report ---------------------------------------------------------------------------------------------------

    def _path(self, name: str, ahead: int = 1) -> Path:
        """Return where the next step's file goes, or that of a step some places ahead."""
        return self.folder / f"{self._steps + ahead:02}-{name}"

    def _report(self, operation: str, began: float, cost: float | None, path: Path, note: str = "") -> None:
        self._steps += 1
        self.spent += cost or 0.0
        line = _line(f"{self._steps}", operation, time.perf_counter() - began, cost, path)
        self.echo(f"{line:<74}{note}".rstrip())

    def _write(self, operation: str, texts: Sequence[str], began: float, cost: float | None, caption: str) -> None:
        from runware_sync.gallery.sheet import Panel

        path = self._path(f"{operation.replace('_', '-')}.txt")
        path.write_text("\n\n".join(texts) + "\n", "utf-8")
        self._report(operation, began, cost, path)
        self._panels.append(Panel(title=operation, caption=caption, price=_money(cost), text=texts))

    def _show(self, title: str, caption: str, price: str, picture: "Pixels.Image", columns: int = 1) -> None:
        from runware_sync.gallery.sheet import Panel

        self._panels.append(Panel(title=title, caption=caption, price=price, picture=picture, columns=columns))
