"""The Runware API as ordinary blocking Python, which never pays twice and never loses what was paid for.

    from runware_sync import Runware

    with Runware() as runware:
        images = runware.image_inference("a lighthouse at dusk", model="runware:101@1", width=1024, height=768)
        images.save("out/")

Importing this loads next to nothing; each name loads what it needs when it is used first.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from runware_sync._version import __version__

if TYPE_CHECKING:
    from runware_sync.client import Pending, Runware
    from runware_sync.errors import (
        ApiError,
        AuthenticationError,
        BudgetExceededError,
        ClientClosedError,
        ConfigurationError,
        ConflictError,
        ConnectionFailedError,
        ConnectionLostError,
        ConnectTimeoutError,
        ContentPolicyError,
        DownloadError,
        InsufficientCreditsError,
        InvalidRequestError,
        NotFoundError,
        ProviderError,
        RateLimitError,
        RunwareError,
        ServerError,
        TaskTimeoutError,
        UnexpectedResponseError,
    )
    from runware_sync.jobs import Job
    from runware_sync.requests import (
        AcceleratorOptions,
        AcePlusPlus,
        AdvancedFeatures,
        Caption,
        CaptionInputs,
        ControlNet,
        ControlNetPreprocess,
        Embedding,
        FluxKontext,
        GetResponse,
        GetTaskDetails,
        HiresFix,
        ImageInference,
        ImageInputs,
        ImageOnlyInputs,
        ImageSettings,
        ImageUpload,
        InputFont,
        InstantID,
        IpAdapter,
        Lora,
        Lycoris,
        MediaInputs,
        Outpaint,
        PhotoMakerSettings,
        PreprocessSettings,
        PromptEnhance,
        ProviderSettings,
        PuLID,
        ReferenceImage,
        Refiner,
        Region,
        RegionalPrompting,
        RemoveBackground,
        RemoveBackgroundSettings,
        Request,
        Safety,
        StreamText,
        Ultralytics,
        Upscale,
        UpscaleSettings,
        Watermark,
        operations,
    )
    from runware_sync.results import (
        GuideImage,
        Image,
        ImageOutputs,
        Results,
        StructuredData,
        TaskDetails,
        Text,
        TextBlock,
        TextStream,
        TextUsage,
        Upload,
    )

__all__ = [
    "AcceleratorOptions",
    "AcePlusPlus",
    "AdvancedFeatures",
    "ApiError",
    "AuthenticationError",
    "BudgetExceededError",
    "Caption",
    "CaptionInputs",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "ConnectTimeoutError",
    "ConnectionFailedError",
    "ConnectionLostError",
    "ContentPolicyError",
    "ControlNet",
    "ControlNetPreprocess",
    "DownloadError",
    "Embedding",
    "FluxKontext",
    "GetResponse",
    "GetTaskDetails",
    "GuideImage",
    "HiresFix",
    "Image",
    "ImageInference",
    "ImageInputs",
    "ImageOnlyInputs",
    "ImageOutputs",
    "ImageSettings",
    "ImageUpload",
    "InputFont",
    "InstantID",
    "InsufficientCreditsError",
    "InvalidRequestError",
    "IpAdapter",
    "Job",
    "Lora",
    "Lycoris",
    "MediaInputs",
    "NotFoundError",
    "Outpaint",
    "Pending",
    "PhotoMakerSettings",
    "PreprocessSettings",
    "PromptEnhance",
    "ProviderError",
    "ProviderSettings",
    "PuLID",
    "RateLimitError",
    "ReferenceImage",
    "Refiner",
    "Region",
    "RegionalPrompting",
    "RemoveBackground",
    "RemoveBackgroundSettings",
    "Request",
    "Results",
    "Runware",
    "RunwareError",
    "Safety",
    "ServerError",
    "StreamText",
    "StructuredData",
    "TaskDetails",
    "TaskTimeoutError",
    "Text",
    "TextBlock",
    "TextStream",
    "TextUsage",
    "Ultralytics",
    "UnexpectedResponseError",
    "Upload",
    "Upscale",
    "UpscaleSettings",
    "Watermark",
    "__version__",
    "operations",
]

_HOMES: Final = {
    "client": "Pending Runware",
    "errors": (
        "ApiError AuthenticationError BudgetExceededError ClientClosedError ConfigurationError ConflictError "
        "ConnectTimeoutError ConnectionFailedError ConnectionLostError ContentPolicyError DownloadError "
        "InsufficientCreditsError InvalidRequestError NotFoundError ProviderError RateLimitError RunwareError "
        "ServerError TaskTimeoutError UnexpectedResponseError"
    ),
    "jobs": "Job",
    "requests": (
        "AcceleratorOptions AcePlusPlus AdvancedFeatures Caption CaptionInputs ControlNet "
        "ControlNetPreprocess Embedding FluxKontext GetResponse GetTaskDetails HiresFix ImageInference "
        "ImageInputs ImageOnlyInputs ImageSettings ImageUpload InputFont InstantID IpAdapter Lora Lycoris "
        "MediaInputs Outpaint PhotoMakerSettings PreprocessSettings PromptEnhance ProviderSettings PuLID "
        "ReferenceImage Refiner Region RegionalPrompting RemoveBackground RemoveBackgroundSettings Request "
        "Safety StreamText Ultralytics Upscale UpscaleSettings Watermark operations"
    ),
    "results": (
        "GuideImage Image ImageOutputs Results StructuredData TaskDetails Text TextBlock TextStream TextUsage Upload"
    ),
}
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Load a public name when it is used first."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
