"""The sandbox's pixels: deterministic, different where they should be, and honest about masks and strengths."""

import functools
import hashlib
import io
import itertools
import re

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from runware_sync.sandbox import art
from runware_sync.sandbox.art.cast import CAST
from runware_sync.sandbox.art.guides import KINDS
from runware_sync.sandbox.art.masks import grown

painted = functools.partial(art.paint, prompt="a red fox in the snow", seed=7, width=128, height=128)
"""Paint small, with defaults for whatever a test does not care about."""


def distance(one: Image.Image, two: Image.Image) -> float:
    """Return the mean difference per channel, 0..255."""
    bands = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), two.convert("RGB"))).mean
    return sum(bands) / len(bands)


def on_plain_ground() -> Image.Image:
    """Draw a red disc in the middle of a light picture."""
    image = Image.new("RGB", (200, 160), (225, 228, 220))
    ImageDraw.Draw(image).ellipse((60, 40, 140, 120), fill=(200, 50, 40))
    return image


def alpha_at(image: Image.Image, x: int, y: int) -> int:
    """Return the alpha of one pixel."""
    return image.getchannel("A").crop((x, y, x + 1, y + 1)).tobytes()[0]


def is_black(image: Image.Image) -> bool:
    """Tell whether nothing was drawn."""
    return image.getbbox() is None


def test_the_same_request_gives_the_same_bytes() -> None:
    """Nothing but the arguments decides on a picture, and on its file."""
    first = art.encode(painted(prompt="city at night in the rain"), "PNG")
    again = art.encode(painted(prompt="city at night in the rain"), "PNG")

    assert hashlib.sha256(first).digest() == hashlib.sha256(again).digest()


@pytest.mark.parametrize(
    "paint",
    [
        functools.partial(painted, prompt="a lighthouse at dusk"),
        functools.partial(painted, prompt="a red fox in the snow, oil on canvas"),
        functools.partial(painted, seed=8),
        functools.partial(painted, steps=4),
        functools.partial(painted, cfg_scale=18.0),
        functools.partial(painted, model="civitai:4384@128713"),
        functools.partial(painted, negative_prompt="fox"),
    ],
)
def test_each_argument_shows(paint: functools.partial[Image.Image]) -> None:
    """Another prompt, seed, number of steps, CFG scale, model or negative prompt is another picture."""
    assert distance(painted(), paint()) > 0.5


def test_prompts_of_unknown_words_differ() -> None:
    """Words that mean nothing here are told apart all the same."""
    pictures = [painted(prompt=prompt) for prompt in ("zyx", "qwv", "lorem ipsum dolor", "ζωγραφιά", "")]

    assert all(distance(one, two) > 1 for one, two in itertools.combinations(pictures, 2))


@pytest.mark.parametrize("size", [(64, 64), (320, 96), (96, 320), (1, 1), (17, 3), (2, 200)])
def test_a_picture_has_the_size_that_was_asked_for(size: tuple[int, int]) -> None:
    """Any size from one pixel on works, of any proportions."""
    found = painted(width=size[0], height=size[1])

    assert size == found.size
    assert found.mode == "RGB"


@pytest.mark.parametrize("steps", [1, 2, 12, 30, 100])
def test_any_number_of_steps_works(steps: int) -> None:
    """Steps from 1 to 100 paint; noise goes away with them."""
    assert painted(steps=steps).size == (128, 128)


def test_few_steps_leave_noise() -> None:
    """A picture of one step is further from the finished one than a picture of ten."""
    finished = painted(steps=40)

    assert distance(painted(steps=1), finished) > distance(painted(steps=10), finished) > 0


def test_the_cfg_scale_raises_saturation() -> None:
    """A low CFG scale is faded, a high one strong in colour."""
    means = [
        ImageStat.Stat(painted(prompt="abstract waves", cfg_scale=scale).convert("HSV").getchannel("S")).mean[0]
        for scale in (1.0, 7.0, 20.0)
    ]

    assert means == sorted(means)
    assert means[2] > means[0] * 1.3


@pytest.mark.parametrize("subject", sorted(CAST))
def test_every_subject_can_be_painted(subject: str) -> None:
    """Each subject of the cast appears, in a place of its own or on the sea."""
    without = painted(prompt=f"a {subject} by the sea", negative_prompt=subject)

    assert distance(painted(prompt=f"a {subject} by the sea"), without) > 0.1


@pytest.mark.parametrize("place", ["sea", "pond", "mountain", "forest", "meadow", "desert", "city", "space", "reef"])
@pytest.mark.parametrize("words", ["night, aurora", "snow", "rain", "fog, watercolour", "sketch", "pixel art", "photo"])
def test_every_place_in_every_weather(place: str, words: str) -> None:
    """No combination of place, light, weather and technique fails."""
    assert painted(prompt=f"{place}, {words}", width=64, height=64).size == (64, 64)


def test_a_strength_moves_from_the_base_to_the_new_picture() -> None:
    """0 is the base, 1 the new picture, and the distance to the base grows in between."""
    base, new = painted(), painted(prompt="a lighthouse at dusk", width=96, height=200)
    found = [art.image_to_image(base, new, strength) for strength in (0.0, 0.2, 0.5, 0.8, 1.0)]
    away = [distance(base, image) for image in found]

    assert away[0] == 0
    assert all(one < two for one, two in itertools.pairwise(away))
    assert all(image.size == base.size for image in found)
    assert distance(found[-1], art.image_to_image(new, new, 1.0).resize(base.size)) < away[-1]


@pytest.mark.parametrize("size", [(128, 128), (64, 64), (300, 200)])
def test_what_a_mask_protects_stays_exactly(size: tuple[int, int]) -> None:
    """Black stays to the last bit, white is repainted, whatever the mask's size."""
    base, new = painted(), painted(prompt="a lighthouse at dusk")
    mask = Image.new("L", size)
    mask.paste(255, (size[0] // 2, 0, *size))

    found = art.inpaint(base, new, mask, 1.0)

    left, right = (0, 0, 60, 128), (72, 0, 128, 128)
    assert base.crop(left).tobytes() == found.crop(left).tobytes()
    assert distance(new.crop(right), found.crop(right)) < 1
    assert distance(base.crop(right), found.crop(right)) > 5


def test_an_empty_mask_changes_nothing_and_a_full_one_everything() -> None:
    """All black is the base, all white the new picture."""
    base, new = painted(), painted(prompt="a lighthouse at dusk")

    assert base.tobytes() == art.inpaint(base, new, Image.new("L", (9, 9)), 1.0).tobytes()
    assert new.tobytes() == art.inpaint(base, new, Image.new("L", (9, 9), 255), 1.0).tobytes()


def test_outpainting_keeps_the_picture_and_adds_to_its_sides() -> None:
    """The old picture stands where the four sides put it, unchanged when there is no blur."""
    base, new = painted(), painted(prompt="a lighthouse at dusk", width=256, height=192)

    found = art.outpaint(base, new, 16, 64, 48, 32)

    assert found.size == (128 + 64 + 32, 128 + 16 + 48)
    assert base.tobytes() == found.crop((32, 16, 160, 144)).tobytes()
    assert found.crop((160, 0, 224, 192)).getbbox() is not None


def test_outpainting_with_blur_blends_only_the_seam() -> None:
    """With a blur, the middle of the old picture stays; its edge towards a new side does not."""
    base, new = painted(), painted(prompt="a lighthouse at dusk", width=192, height=128)

    found = art.outpaint(base, new, right=64, blur=24)

    assert base.crop((0, 0, 100, 128)).tobytes() == found.crop((0, 0, 100, 128)).tobytes()
    assert base.tobytes() != found.crop((0, 0, 128, 128)).tobytes()
    assert art.outpaint(base, new).tobytes() == base.tobytes()


def test_upscaling_multiplies_the_size() -> None:
    """Both sides grow by the factor; transparency stays; a factor of 0 is refused."""
    assert art.upscale(painted(), 2).size == (256, 256)
    assert art.upscale(Image.new("RGBA", (10, 20)), 1.5).size == (15, 30)
    assert art.upscale(Image.new("RGBA", (10, 20)), 2).mode == "RGBA"
    with pytest.raises(ValueError, match="above 0"):
        art.upscale(painted(), 0)


def test_a_background_becomes_transparent_and_the_subject_stays() -> None:
    """On a plain ground, the corners are clear and the middle is opaque, with its colours."""
    found = art.remove_background(on_plain_ground())

    assert found.mode == "RGBA"
    assert [alpha_at(found, x, y) for x, y in ((0, 0), (199, 0), (0, 159), (199, 159), (30, 80))] == [0] * 5
    assert alpha_at(found, 100, 80) == 255
    assert found.getpixel((100, 80)) == (200, 50, 40, 255)


@pytest.mark.parametrize(
    ("post_process", "alpha_matting"), [(False, False), (True, False), (False, True), (True, True)]
)
def test_a_mask_is_white_where_the_subject_is(*, post_process: bool, alpha_matting: bool) -> None:
    """With `only_mask`, the result is the mask, about as large as the disc."""
    mask = art.remove_background(
        on_plain_ground(), only_mask=True, post_process=post_process, alpha_matting=alpha_matting
    )

    assert mask.mode == "L"
    share = ImageStat.Stat(mask).mean[0] / 255
    assert share == pytest.approx(5027 / 32000, rel=0.12)


def test_a_new_ground_takes_the_place_of_the_old_one() -> None:
    """With `rgba`, the subject stands on that colour; alpha is understood as 0..1 and as 0..255."""
    found = art.remove_background(on_plain_ground(), rgba=(0, 255, 0, 1.0))
    glassy = art.remove_background(on_plain_ground(), rgba=(0, 255, 0, 128))

    assert found.getpixel((2, 2)) == (0, 255, 0, 255)
    assert alpha_at(glassy, 2, 2) == 128
    assert alpha_at(glassy, 100, 80) == 255


def test_transparent_input_stays_transparent() -> None:
    """What was clear before does not become visible by cutting out."""
    image = on_plain_ground().convert("RGBA")
    image.putalpha(0)

    assert art.remove_background(image).getchannel("A").getextrema() == (0, 0)


def test_canny_finds_the_edges_of_a_square_and_nothing_else() -> None:
    """A white square on black has edges along its four sides, of about one pixel, and none in flat areas."""
    image = Image.new("RGB", (120, 100))
    image.paste((255, 255, 255), (30, 20, 90, 80))

    edges = art.preprocess(image, "canny").convert("L")

    assert is_black(edges.crop((0, 0, 26, 100)))
    assert is_black(edges.crop((36, 26, 84, 74)))
    for side in ((26, 40, 36, 60), (84, 40, 94, 60), (50, 16, 70, 26), (50, 74, 70, 84)):
        white = ImageStat.Stat(edges.crop(side)).sum[0] / 255
        assert 18 <= white <= 42, side


def test_cannys_thresholds_count() -> None:
    """A faint edge is found with low thresholds, and not with high ones."""
    image = Image.new("RGB", (60, 60), (100, 100, 100))
    image.paste((125, 125, 125), (30, 0, 60, 60))

    assert not is_black(art.preprocess(image, "canny", low=10, high=40))
    assert is_black(art.preprocess(image, "canny", low=200, high=255))


@pytest.mark.parametrize("kind", KINDS)
def test_each_guide_depends_on_the_picture(kind: str) -> None:
    """Every preprocessor returns RGB of the picture's size, the same each time, another for another picture."""
    one, two = painted(prompt="a lighthouse at dusk", width=200, height=160), on_plain_ground()

    found = art.preprocess(one, kind)

    assert found.size == one.size
    assert found.mode == "RGB"
    assert found.tobytes() == art.preprocess(one, kind.upper().replace("_", "-")).tobytes()
    assert found.tobytes() != art.preprocess(two, kind).tobytes()


def test_a_guide_can_have_another_size() -> None:
    """Width and height set the size; one of them keeps the proportions."""
    image = on_plain_ground()

    assert art.preprocess(image, "depth", width=64, height=64).size == (64, 64)
    assert art.preprocess(image, "scribble", width=100).size == (100, 80)
    assert art.preprocess(image, "tile", height=80).size == (100, 80)


def test_straight_lines_are_found() -> None:
    """MLSD finds the sides of a square, and nothing in an empty picture."""
    image = Image.new("RGB", (160, 160))
    image.paste((255, 255, 255), (40, 40, 120, 120))

    assert not is_black(art.preprocess(image, "mlsd"))
    assert is_black(art.preprocess(Image.new("RGB", (160, 160), (9, 9, 9)), "mlsd"))


def test_hands_and_face_add_to_a_pose() -> None:
    """The figure has more dots when hands and face are wanted; an empty picture has no figure."""
    image = on_plain_ground()

    plain, full = (art.preprocess(image, "openpose", hands_and_face=wanted) for wanted in (False, True))

    assert ImageStat.Stat(full).sum[0] > ImageStat.Stat(plain).sum[0] > 0
    assert is_black(art.preprocess(Image.new("RGB", (90, 90), (200, 200, 200)), "openpose"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (7, 90)])
def test_guides_of_tiny_pictures(kind: str, size: tuple[int, int]) -> None:
    """No preprocessor fails on a picture of a few pixels."""
    assert art.preprocess(Image.new("RGB", size, (90, 120, 40)), kind).size == size


def test_an_unknown_guide_is_refused() -> None:
    """The message names those that there are."""
    with pytest.raises(ValueError, match=r"'crystal'.*canny"):
        art.preprocess(on_plain_ground(), "crystal")


def test_captions_tell_pictures_apart() -> None:
    """A caption is one English sentence that depends on the pixels."""
    captions = [
        art.describe(image)
        for image in (
            on_plain_ground(),
            painted(prompt="city at night in the rain", height=64),
            painted(prompt="a bowl of lemons", width=64),
            painted(prompt="a paper boat on a pond"),
            Image.new("L", (5, 5)),
        )
    ]

    assert len(set(captions)) == len(captions)
    assert all(re.fullmatch(r"An? [^.]+\.", caption) for caption in captions)


def test_richer_prompts_are_distinct_and_keep_the_prompt() -> None:
    """Each version starts with the prompt, all differ, and the seed decides."""
    texts = art.enhance("a red fox", versions=12, max_length=None, seed=3)

    assert len(set(texts)) == 12
    assert all(text.startswith("a red fox, ") for text in texts)
    assert texts == art.enhance("a red fox", versions=12, max_length=None, seed=3)
    assert texts != art.enhance("a red fox", versions=12, max_length=None, seed=4)
    assert art.enhance("", versions=1, max_length=None)[0]


@pytest.mark.parametrize("limit", [5, 24, 64, 300])
def test_richer_prompts_respect_a_length(limit: int) -> None:
    """No version is longer than asked."""
    texts = art.enhance("a red fox in the snow", versions=5, max_length=limit)

    assert len(texts) == 5
    assert all(0 < len(text) <= limit for text in texts)


@pytest.mark.parametrize(("name", "kind"), [("JPG", "JPEG"), ("png", "PNG"), ("WebP", "WEBP")])
def test_files_round_trip(name: str, kind: str) -> None:
    """A file has the format that was asked for, in any case, and decodes to about the same picture."""
    image = painted()
    data = art.encode(image, name)

    with Image.open(io.BytesIO(data)) as file:
        assert kind == file.format
        assert not file.getexif()
    assert distance(image, art.decode(data)) < 4
    assert data == art.encode(image, name)


def test_png_is_lossless_and_keeps_alpha() -> None:
    """Colours and transparency come back to the bit."""
    cut = art.remove_background(on_plain_ground())

    assert cut.tobytes() == art.decode(art.encode(cut, "PNG")).tobytes()
    assert art.decode(art.encode(cut, "WEBP")).mode == "RGBA"


def test_jpg_puts_transparent_pictures_on_white() -> None:
    """There is no alpha in a JPG, and no black either."""
    found = art.decode(art.encode(Image.new("RGBA", (16, 16), (0, 0, 0, 0)), "JPG"))

    assert found.mode == "RGB"
    assert found.getpixel((8, 8)) == (255, 255, 255)


def test_quality_makes_files_larger() -> None:
    """A lower quality is a smaller file, for JPG and WEBP."""
    for name in ("JPG", "WEBP"):
        assert len(art.encode(painted(), name, 30)) < len(art.encode(painted(), name, 95))


def test_an_unknown_format_is_refused() -> None:
    """There are three formats."""
    with pytest.raises(ValueError, match="'TIFF'"):
        art.encode(painted(), "TIFF")


@pytest.mark.parametrize("data", [b"", b"no image", b"\x89PNG\r\n\x1a\n" + bytes(40), b"\xff\xd8\xff" + bytes(99)])
def test_garbage_is_refused(data: bytes) -> None:
    """What is no image is a ValueError, whatever Pillow raises."""
    with pytest.raises(ValueError, match="image"):
        art.decode(data)


@pytest.mark.parametrize("name", ["PNG", "JPG", "WEBP"])
def test_a_file_cut_short_is_refused(name: str) -> None:
    """Half a file is a ValueError."""
    data = art.encode(painted(), name)

    with pytest.raises(ValueError, match="image"):
        art.decode(data[: len(data) // 2])


def test_a_picture_of_too_many_pixels_is_refused_unread() -> None:
    """A small file that unpacks to gigabytes is refused."""
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")

    with pytest.raises(ValueError, match=r"too large|image"):
        art.decode(file.getvalue())


def test_the_orientation_of_a_photograph_is_honoured() -> None:
    """A picture taken sideways comes out upright."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20), (10, 200, 30)).save(file, "JPEG", exif=exif)

    assert art.decode(file.getvalue()).size == (20, 40)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_decodes_to_colours(mode: str) -> None:
    """Whatever a file holds becomes RGB, or RGBA when it is transparent."""
    file = io.BytesIO()
    Image.new(mode, (8, 8)).save(file, "TIFF")

    assert art.decode(file.getvalue()).mode in {"RGB", "RGBA"}


def test_uploads_are_shrunk_to_a_limit() -> None:
    """The longer side ends at 2048 pixels, the proportions stay; small pictures stay as they are."""
    assert art.stored(Image.new("L", (4096, 1024))).size == (2048, 512)
    assert art.stored(Image.new("L", (9000, 1))).size == (2048, 1)
    assert art.stored(Image.new("RGB", (300, 200))).size == (300, 200)


@pytest.mark.parametrize("reach", [1, 2, 5, 40, -1, -3, -40])
def test_a_mask_grows_and_shrinks_by_a_square(reach: int) -> None:
    """Exactly as by the filters that take as long as the square is large."""
    mask = Image.effect_noise((96, 64), 90).point([0] * 150 + [255] * 106)
    ImageDraw.Draw(mask).rectangle((20, 0, 90, 63), fill=255 if reach < 0 else 0)
    ImageDraw.Draw(mask).ellipse((50, 20, 55, 28), fill=0 if reach < 0 else 255)
    wanted = mask
    for _ in range(abs(reach)):
        wanted = wanted.filter(ImageFilter.MaxFilter(3) if reach > 0 else ImageFilter.MinFilter(3))

    assert wanted.tobytes() == grown(mask, reach).tobytes()
