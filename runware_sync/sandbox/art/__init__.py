"""The sandbox's pixels: pictures from prompts, and tools that work on the pixels they are given.

Everything here is a pure function of its arguments: the same inputs give the same bytes with one version of Pillow.
"""

from .cutout import remove_background
from .files import decode, encode, stored
from .guides import preprocess
from .masks import subjects
from .paint import paint
from .tools import image_to_image, inpaint, outpaint, upscale
from .tracing import traced
from .words import describe, enhance

__all__ = [
    "decode",
    "describe",
    "encode",
    "enhance",
    "image_to_image",
    "inpaint",
    "outpaint",
    "paint",
    "preprocess",
    "remove_background",
    "stored",
    "subjects",
    "traced",
    "upscale",
]
