"""Requests as objects: one class for each operation, and one for each nested object.

They load when they are used first.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from runware_sync.requests.account import AccountManagement
    from runware_sync.requests.adapters import ControlNet, Embedding, IpAdapter, Lora, Lycoris, Refiner
    from runware_sync.requests.audio import AudioInference
    from runware_sync.requests.audio_places import AudioInputs, AudioSettings, AudioSpeech, VoiceSample
    from runware_sync.requests.audio_settings import AudioModelSettings
    from runware_sync.requests.base import OpenShape, Request, Shape
    from runware_sync.requests.conversation import TextInference
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
    from runware_sync.requests.masking import ImageMasking, MaskingSettings
    from runware_sync.requests.models import ModelSearch, ModelUpload
    from runware_sync.requests.photo_maker import PhotoMaker
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
    from runware_sync.requests.retouching import RemoveBackground, RemoveBackgroundVideo, Upscale, UpscaleVideo
    from runware_sync.requests.storage import MediaStorage
    from runware_sync.requests.stream import StreamText
    from runware_sync.requests.tasks import GetResponse, GetTaskDetails, ImageUpload
    from runware_sync.requests.text import PromptEnhance
    from runware_sync.requests.text_places import (
        TextInputs,
        TextMessage,
        TextSettings,
        TextTool,
        TextToolCall,
        TextToolChoice,
    )
    from runware_sync.requests.three_d import ThreeDInference, ThreeDInputs
    from runware_sync.requests.three_d_settings import ThreeDSettings
    from runware_sync.requests.tools import Caption, ControlNetPreprocess
    from runware_sync.requests.training import ImportModel, Training, TrainingInputs
    from runware_sync.requests.tuning import ImageSettings
    from runware_sync.requests.vectorize import Vectorize, VectorizeInputs
    from runware_sync.requests.video import VideoInference
    from runware_sync.requests.video_places import (
        FrameImage,
        VideoAdvancedFeatures,
        VideoElement,
        VideoInputs,
        VideoReference,
        VideoSound,
        VideoSpeech,
    )
    from runware_sync.requests.video_settings import VideoSettings

__all__ = [
    "AcceleratorOptions",
    "AccountManagement",
    "AcePlusPlus",
    "AdvancedFeatures",
    "AudioInference",
    "AudioInputs",
    "AudioModelSettings",
    "AudioSettings",
    "AudioSpeech",
    "Caption",
    "CaptionInputs",
    "ControlNet",
    "ControlNetPreprocess",
    "Embedding",
    "FluxKontext",
    "FrameImage",
    "GetResponse",
    "GetTaskDetails",
    "HiresFix",
    "ImageInference",
    "ImageInputs",
    "ImageMasking",
    "ImageOnlyInputs",
    "ImageSettings",
    "ImageUpload",
    "ImportModel",
    "InputFont",
    "InstantID",
    "IpAdapter",
    "Lora",
    "Lycoris",
    "MaskingSettings",
    "MediaInputs",
    "MediaStorage",
    "ModelSearch",
    "ModelUpload",
    "OpenShape",
    "Outpaint",
    "PhotoMaker",
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
    "RemoveBackgroundVideo",
    "Request",
    "Safety",
    "Shape",
    "StreamText",
    "TextInference",
    "TextInputs",
    "TextMessage",
    "TextSettings",
    "TextTool",
    "TextToolCall",
    "TextToolChoice",
    "ThreeDInference",
    "ThreeDInputs",
    "ThreeDSettings",
    "Training",
    "TrainingInputs",
    "Ultralytics",
    "Upscale",
    "UpscaleSettings",
    "UpscaleVideo",
    "Vectorize",
    "VectorizeInputs",
    "VideoAdvancedFeatures",
    "VideoElement",
    "VideoInference",
    "VideoInputs",
    "VideoReference",
    "VideoSettings",
    "VideoSound",
    "VideoSpeech",
    "VoiceSample",
    "Watermark",
    "operations",
]

_OPERATIONS: Final = {
    "account": "AccountManagement",
    "audio": "AudioInference",
    "conversation": "TextInference",
    "image": "ImageInference",
    "masking": "ImageMasking",
    "models": "ModelSearch ModelUpload",
    "photo_maker": "PhotoMaker",
    "retouching": "RemoveBackground RemoveBackgroundVideo Upscale UpscaleVideo",
    "storage": "MediaStorage",
    "stream": "StreamText",
    "tasks": "GetResponse GetTaskDetails ImageUpload",
    "text": "PromptEnhance",
    "three_d": "ThreeDInference",
    "tools": "Caption ControlNetPreprocess",
    "training": "Training",
    "vectorize": "Vectorize",
    "video": "VideoInference",
}
_OTHERS: Final = {
    "adapters": "ControlNet Embedding IpAdapter Lora Lycoris Refiner",
    "audio_places": "AudioInputs AudioSettings AudioSpeech VoiceSample",
    "audio_settings": "AudioModelSettings",
    "base": "OpenShape Request Shape",
    "faces": "AcePlusPlus InstantID PhotoMakerSettings PuLID Ultralytics",
    "features": (
        "AcceleratorOptions AdvancedFeatures FluxKontext HiresFix Outpaint Region RegionalPrompting Safety Watermark"
    ),
    "places": (
        "CaptionInputs ImageInputs ImageOnlyInputs InputFont MediaInputs PreprocessSettings ProviderSettings"
        " ReferenceImage RemoveBackgroundSettings UpscaleSettings"
    ),
    "masking": "MaskingSettings",
    "text_places": "TextInputs TextMessage TextSettings TextTool TextToolCall TextToolChoice",
    "three_d": "ThreeDInputs",
    "three_d_settings": "ThreeDSettings",
    "training": "ImportModel TrainingInputs",
    "tuning": "ImageSettings",
    "vectorize": "VectorizeInputs",
    "video_places": "FrameImage VideoAdvancedFeatures VideoElement VideoInputs VideoReference VideoSound VideoSpeech",
    "video_settings": "VideoSettings",
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
