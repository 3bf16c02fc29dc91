"""Requests as objects: one class for each operation, and one for each nested object.

They load when they are used first.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from runware_sync.requests.adapters import ControlNet, Embedding, IpAdapter, Lora, Lycoris, Refiner
    from runware_sync.requests.base import OpenShape, Request, Shape
    from runware_sync.requests.faces import AcePlusPlus, InstantID, PhotoMakerSettings, PuLID, Ultralytics
    from runware_sync.requests.features import (
        AcceleratorOptions,
        AdvancedFeatures,
        FluxKontext,
        HiresFix,
        Outpaint,
        Region,
        RegionalPrompting,
        Safety,
        Watermark,
    )
    from runware_sync.requests.image import ImageInference
    from runware_sync.requests.places import (
        CaptionInputs,
        ImageInputs,
        ImageOnlyInputs,
        InputFont,
        MediaInputs,
        PreprocessSettings,
        ProviderSettings,
        ReferenceImage,
        RemoveBackgroundSettings,
        UpscaleSettings,
    )
    from runware_sync.requests.stream import StreamText
    from runware_sync.requests.tasks import GetResponse, GetTaskDetails, ImageUpload
    from runware_sync.requests.text import PromptEnhance
    from runware_sync.requests.tools import Caption, ControlNetPreprocess, RemoveBackground, Upscale
    from runware_sync.requests.tuning import ImageSettings

__all__ = [
    "AcceleratorOptions",
    "AcePlusPlus",
    "AdvancedFeatures",
    "Caption",
    "CaptionInputs",
    "ControlNet",
    "ControlNetPreprocess",
    "Embedding",
    "FluxKontext",
    "GetResponse",
    "GetTaskDetails",
    "HiresFix",
    "ImageInference",
    "ImageInputs",
    "ImageOnlyInputs",
    "ImageSettings",
    "ImageUpload",
    "InputFont",
    "InstantID",
    "IpAdapter",
    "Lora",
    "Lycoris",
    "MediaInputs",
    "OpenShape",
    "Outpaint",
    "PhotoMakerSettings",
    "PreprocessSettings",
    "PromptEnhance",
    "ProviderSettings",
    "PuLID",
    "ReferenceImage",
    "Refiner",
    "Region",
    "RegionalPrompting",
    "RemoveBackground",
    "RemoveBackgroundSettings",
    "Request",
    "Safety",
    "Shape",
    "StreamText",
    "Ultralytics",
    "Upscale",
    "UpscaleSettings",
    "Watermark",
    "operations",
]

_OPERATIONS: Final = {
    "image": "ImageInference",
    "stream": "StreamText",
    "tasks": "GetResponse GetTaskDetails ImageUpload",
    "text": "PromptEnhance",
    "tools": "Caption ControlNetPreprocess RemoveBackground Upscale",
}
_OTHERS: Final = {
    "adapters": "ControlNet Embedding IpAdapter Lora Lycoris Refiner",
    "base": "OpenShape Request Shape",
    "faces": "AcePlusPlus InstantID PhotoMakerSettings PuLID Ultralytics",
    "features": (
        "AcceleratorOptions AdvancedFeatures FluxKontext HiresFix Outpaint Region RegionalPrompting Safety Watermark"
    ),
    "places": (
        "CaptionInputs ImageInputs ImageOnlyInputs InputFont MediaInputs PreprocessSettings ProviderSettings"
        " ReferenceImage RemoveBackgroundSettings UpscaleSettings"
    ),
    "tuning": "ImageSettings",
}
_HOMES: Final = {
    name: module for homes in (_OPERATIONS, _OTHERS) for module, names in homes.items() for name in names.split()
}


def __getattr__(name: str) -> Any:
    """Load a class when it is used first."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the classes, loaded or not."""
    return sorted({*globals(), *__all__})


def operations() -> "list[type[Request[Any]]]":
    """Return the class of every operation."""
    return [__getattr__(name) for names in _OPERATIONS.values() for name in names.split()]
