"""Make the samples that the sandbox ships: `python tools/make_samples.py`; needs ffmpeg, which the product does not.

The film is two seconds of a paper boat on the sea, which begin again where they end. It is drawn here, picture by
picture. The sounds are the sandbox's own melody, compressed.
"""

import math
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from runware_sync.sandbox.sound import melody

SAMPLES: Final = Path(__file__).parents[1] / "runware_sync" / "sandbox" / "samples"
SIZE: Final = (320, 180)
FRAMES: Final = 48
RATE: Final = 24
FINE: Final = 4  # drawn this many times larger, and shrunk

H264: Final = "-c:v libx264 -profile:v baseline -pix_fmt yuv420p -preset veryslow -bf 0 -movflags +faststart"
VP9: Final = "-c:v libvpx-vp9 -b:v 0 -deadline best -row-mt 0"
PLAIN: Final = "-bitexact -map_metadata -1 -fflags +bitexact -flags:v +bitexact"

SKY: Final = ((250, 205, 160), (252, 236, 205))
WAVES: Final = (  # colour, height on the picture, size of the swell, waves across, turns a loop
    ((118, 178, 190), 0.60, 0.016, 2.0, -1),
    ((70, 140, 168), 0.70, 0.022, 1.5, 1),
    ((38, 98, 138), 0.82, 0.028, 1.0, -1),
)


def swell(x: float, moment: float, size: float, across: float, turns: int) -> float:
    """Return how far the water stands above its mean, as a part of the height."""
    return size * math.sin(math.tau * (across * x + turns * moment))


def draw(moment: float, size: tuple[int, int], *, alone: bool = False) -> Image.Image:
    """Draw one picture.

    Args:
        moment: 0 to 1, within the loop.
        size: In pixels.
        alone: Only the boat, on nothing.
    """
    wide, tall = size[0] * FINE, size[1] * FINE
    picture = Image.new("RGBA", (wide, tall))
    pen = ImageDraw.Draw(picture)
    if not alone:
        for row in range(tall):
            part = row / tall
            colour = tuple(round(a + (b - a) * part) for a, b in zip(*SKY, strict=True))
            pen.line(((0, row), (wide, row)), fill=(*colour, 255))
        sun = (0.74 * wide, 0.34 * tall)
        pen.circle(sun, 0.13 * tall, fill=(255, 246, 220, 255))
    for number, (colour, level, high, across, turns) in enumerate(WAVES):
        if number == 2:
            boat(pen, wide, tall, moment)
        if alone:
            continue
        top = [(x * wide / 80, tall * (level - swell(x / 80, moment, high, across, turns))) for x in range(81)]
        pen.polygon([*top, (wide, tall), (0, tall)], fill=(*colour, 255))
    return picture.resize(size, Image.Resampling.BOX)


def boat(pen: ImageDraw.ImageDraw, wide: int, tall: int, moment: float) -> None:
    """Draw the paper boat on the second wave, tilted as the water is."""
    _, level, high, across, turns = WAVES[1]
    x = 0.42
    lift = swell(x, moment, high, across, turns)
    ahead = swell(x + 0.05, moment, high, across, turns) - swell(x - 0.05, moment, high, across, turns)
    tilt = -math.atan2(ahead * tall, 0.1 * wide) * 1.6
    centre = (x * wide, tall * (level - lift - 0.03))

    def put(points: list[tuple[float, float]], colour: tuple[int, int, int]) -> None:
        turned = [
            (
                centre[0] + tall * (px * math.cos(tilt) - py * math.sin(tilt)),
                centre[1] + tall * (px * math.sin(tilt) + py * math.cos(tilt)),
            )
            for px, py in points
        ]
        pen.polygon(turned, fill=(*colour, 255))

    put([(-0.13, -0.02), (0.0, -0.25), (0.0, 0.02)], (255, 253, 246))
    put([(0.0, -0.25), (0.13, -0.02), (0.0, 0.02)], (226, 220, 210))
    put([(-0.28, -0.08), (0.0, 0.0), (0.28, -0.08), (0.16, 0.1), (-0.16, 0.1)], (246, 241, 232))
    put([(0.0, 0.0), (0.28, -0.08), (0.16, 0.1), (0.0, 0.1)], (214, 206, 196))


def run(*arguments: str) -> None:
    """Run ffmpeg."""
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", *arguments], check=True)  # noqa: S603, S607 - a tool of ours


def film(folder: Path, name: str, size: tuple[int, int], *, alone: bool = False) -> None:
    """Write one film in its three containers."""
    for number in range(FRAMES):
        draw(number / FRAMES, size, alone=alone).save(folder / f"{name}{number:03}.png")
    source = ["-framerate", str(RATE), "-i", str(folder / f"{name}%03d.png")]
    flat = ["-vf", "format=rgb24,format=yuv420p"]
    if alone:
        flat = ["-filter_complex", f"color=black:s={size[0]}x{size[1]}:r={RATE}[g];[g][0]overlay=shortest=1:format=rgb"]
    mp4 = SAMPLES / f"{name}.mp4"
    run(*source, *flat, *H264.split(), "-crf", "27", *PLAIN.split(), str(mp4))
    run("-i", str(mp4), "-c", "copy", *PLAIN.split(), str(mp4.with_suffix(".mov")))
    clear = "yuva420p" if alone else "yuv420p"
    run(*source, "-pix_fmt", clear, *VP9.split(), "-crf", "38", *PLAIN.split(), str(mp4.with_suffix(".webm")))


def sounds(folder: Path) -> None:
    """Write the melody in its compressed forms."""
    source = folder / "melody.wav"
    source.write_bytes(melody())
    for suffix, how in (("mp3", "-c:a libmp3lame -b:a 40k"), ("ogg", "-c:a libvorbis -q:a 1"), ("flac", "-c:a flac")):
        run("-i", str(source), *how.split(), *PLAIN.split(), str(SAMPLES / f"melody.{suffix}"))


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film(folder, "clip", SIZE)
        film(folder, "large", (2 * SIZE[0], 2 * SIZE[1]))
        film(folder, "cutout", SIZE, alone=True)
        sounds(folder)


if __name__ == "__main__":
    main()
