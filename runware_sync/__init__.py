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
        AudioInference,
        AudioInputs,
        AudioModelSettings,
        AudioSettings,
        AudioSpeech,
        Caption,
        CaptionInputs,
        ControlNet,
        ControlNetPreprocess,
        Embedding,
        FluxKontext,
        FrameImage,
        GetResponse,
        GetTaskDetails,
        HiresFix,
        ImageInference,
        ImageInputs,
        ImageMasking,
        ImageOnlyInputs,
        ImageSettings,
        ImageUpload,
        ImportModel,
        InputFont,
        InstantID,
        IpAdapter,
        Lora,
        Lycoris,
        MaskingSettings,
        MediaInputs,
        Outpaint,
        PhotoMaker,
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
        RemoveBackgroundVideo,
        Request,
        Safety,
        StreamText,
        TextInference,
        TextInputs,
        TextMessage,
        TextSettings,
        TextTool,
        TextToolCall,
        TextToolChoice,
        ThreeDInference,
        ThreeDInputs,
        ThreeDSettings,
        Training,
        TrainingInputs,
        Ultralytics,
        Upscale,
        UpscaleSettings,
        UpscaleVideo,
        Vectorize,
        VectorizeInputs,
        VideoAdvancedFeatures,
        VideoElement,
        VideoInference,
        VideoInputs,
        VideoSettings,
        VideoSpeech,
        Watermark,
        operations,
    )
    from runware_sync.results import (
        Audio,
        Detection,
        FileOutputs,
        GuideImage,
        Image,
        ImageOutputs,
        Mask,
        OutputFile,
        Results,
        StructuredData,
        TaskDetails,
        Text,
        TextBlock,
        TextStream,
        TextUsage,
        ThreeD,
        TrainedModel,
        Upload,
        Video,
        VideoOutputs,
    )

__all__ = [
    "AcceleratorOptions",
    "AcePlusPlus",
    "AdvancedFeatures",
    "ApiError",
    "Audio",
    "AudioInference",
    "AudioInputs",
    "AudioModelSettings",
    "AudioSettings",
    "AudioSpeech",
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
    "Detection",
    "DownloadError",
    "Embedding",
    "FileOutputs",
    "FluxKontext",
    "FrameImage",
    "GetResponse",
    "GetTaskDetails",
    "GuideImage",
    "HiresFix",
    "Image",
    "ImageInference",
    "ImageInputs",
    "ImageMasking",
    "ImageOnlyInputs",
    "ImageOutputs",
    "ImageSettings",
    "ImageUpload",
    "ImportModel",
    "InputFont",
    "InstantID",
    "InsufficientCreditsError",
    "InvalidRequestError",
    "IpAdapter",
    "Job",
    "Lora",
    "Lycoris",
    "Mask",
    "MaskingSettings",
    "MediaInputs",
    "NotFoundError",
    "Outpaint",
    "OutputFile",
    "Pending",
    "PhotoMaker",
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
    "RemoveBackgroundVideo",
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
    "TextInference",
    "TextInputs",
    "TextMessage",
    "TextSettings",
    "TextStream",
    "TextTool",
    "TextToolCall",
    "TextToolChoice",
    "TextUsage",
    "ThreeD",
    "ThreeDInference",
    "ThreeDInputs",
    "ThreeDSettings",
    "TrainedModel",
    "Training",
    "TrainingInputs",
    "Ultralytics",
    "UnexpectedResponseError",
    "Upload",
    "Upscale",
    "UpscaleSettings",
    "UpscaleVideo",
    "Vectorize",
    "VectorizeInputs",
    "Video",
    "VideoAdvancedFeatures",
    "VideoElement",
    "VideoInference",
    "VideoInputs",
    "VideoOutputs",
    "VideoSettings",
    "VideoSpeech",
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
        "AcceleratorOptions AcePlusPlus AdvancedFeatures AudioInference AudioInputs AudioModelSettings "
        "AudioSettings AudioSpeech Caption CaptionInputs ControlNet ControlNetPreprocess Embedding "
        "FluxKontext FrameImage GetResponse GetTaskDetails HiresFix ImageInference ImageInputs ImageMasking "
        "ImageOnlyInputs ImageSettings ImageUpload ImportModel InputFont InstantID IpAdapter Lora Lycoris "
        "MaskingSettings MediaInputs Outpaint PhotoMaker PhotoMakerSettings PreprocessSettings PromptEnhance "
        "ProviderSettings PuLID ReferenceImage Refiner Region RegionalPrompting RemoveBackground "
        "RemoveBackgroundSettings RemoveBackgroundVideo Request Safety StreamText TextInference TextInputs "
        "TextMessage TextSettings TextTool TextToolCall TextToolChoice ThreeDInference ThreeDInputs "
        "ThreeDSettings Training TrainingInputs Ultralytics Upscale UpscaleSettings UpscaleVideo Vectorize "
        "VectorizeInputs VideoAdvancedFeatures VideoElement VideoInference VideoInputs VideoSettings "
        "VideoSpeech Watermark operations"
    ),
    "results": (
        "Audio Detection FileOutputs GuideImage Image ImageOutputs Mask OutputFile Results StructuredData "
        "TaskDetails Text TextBlock TextStream TextUsage ThreeD TrainedModel Upload Video VideoOutputs"
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
