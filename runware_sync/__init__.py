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
    from runware_sync.calls.pending import Pending
    from runware_sync.client import Runware
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
    from runware_sync.grids import Grid, grid
    from runware_sync.jobs.job import Job
    from runware_sync.recipes import recipe
    from runware_sync.requests import (
        AcceleratorOptions,
        AccountManagement,
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
        MediaStorage,
        ModelSearch,
        ModelUpload,
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
        VideoReference,
        VideoSettings,
        VideoSound,
        VideoSpeech,
        VoiceSample,
        Watermark,
        operations,
    )
    from runware_sync.results import (
        Account,
        ApiKeyInfo,
        Audio,
        Balance,
        Detection,
        FileOutputs,
        GuideImage,
        Image,
        ImageOutputs,
        Mask,
        ModelInfo,
        ModelPage,
        ModelUploadStatus,
        OutputFile,
        Results,
        StoredMedia,
        StructuredData,
        TaskDetails,
        TeamMember,
        Text,
        TextBlock,
        TextStream,
        TextUsage,
        ThreeD,
        TrainedModel,
        Upload,
        Usage,
        UsageBreakdown,
        UsageMeta,
        UsageRow,
        UsageTotals,
        Video,
        VideoOutputs,
    )

# fmt: off
__all__ = [  # one to a line would be half of this module
    "AcceleratorOptions", "Account", "AccountManagement", "AcePlusPlus", "AdvancedFeatures", "ApiError", "ApiKeyInfo",
    "Audio", "AudioInference", "AudioInputs", "AudioModelSettings", "AudioSettings", "AudioSpeech",
    "AuthenticationError", "Balance", "BudgetExceededError", "Caption", "CaptionInputs", "ClientClosedError",
    "ConfigurationError", "ConflictError", "ConnectTimeoutError", "ConnectionFailedError", "ConnectionLostError",
    "ContentPolicyError", "ControlNet", "ControlNetPreprocess", "Detection", "DownloadError", "Embedding",
    "FileOutputs", "FluxKontext", "FrameImage", "GetResponse", "GetTaskDetails", "Grid", "GuideImage", "HiresFix",
    "Image", "ImageInference", "ImageInputs", "ImageMasking", "ImageOnlyInputs", "ImageOutputs", "ImageSettings",
    "ImageUpload", "ImportModel", "InputFont", "InstantID", "InsufficientCreditsError", "InvalidRequestError",
    "IpAdapter", "Job", "Lora", "Lycoris", "Mask", "MaskingSettings", "MediaInputs", "MediaStorage", "ModelInfo",
    "ModelPage", "ModelSearch", "ModelUpload", "ModelUploadStatus", "NotFoundError", "Outpaint", "OutputFile",
    "Pending", "PhotoMaker", "PhotoMakerSettings", "PreprocessSettings", "PromptEnhance", "ProviderError",
    "ProviderSettings", "PuLID", "RateLimitError", "ReferenceImage", "Refiner", "Region", "RegionalPrompting",
    "RemoveBackground", "RemoveBackgroundSettings", "RemoveBackgroundVideo", "Request", "Results", "Runware",
    "RunwareError", "Safety", "ServerError", "StoredMedia", "StreamText", "StructuredData", "TaskDetails",
    "TaskTimeoutError", "TeamMember", "Text", "TextBlock", "TextInference", "TextInputs", "TextMessage",
    "TextSettings", "TextStream", "TextTool", "TextToolCall", "TextToolChoice", "TextUsage", "ThreeD",
    "ThreeDInference", "ThreeDInputs", "ThreeDSettings", "TrainedModel", "Training", "TrainingInputs", "Ultralytics",
    "UnexpectedResponseError", "Upload", "Upscale", "UpscaleSettings", "UpscaleVideo", "Usage", "UsageBreakdown",
    "UsageMeta", "UsageRow", "UsageTotals", "Vectorize", "VectorizeInputs", "Video", "VideoAdvancedFeatures",
    "VideoElement", "VideoInference", "VideoInputs", "VideoOutputs", "VideoReference", "VideoSettings", "VideoSound",
    "VideoSpeech", "VoiceSample", "Watermark", "__version__", "grid", "operations", "recipe",
]
# fmt: on

_HOME_OF: Final = {
    "Pending": "calls.pending",
    "Runware": "client",
    "Job": "jobs.job",
    "recipe": "recipes",
    **dict.fromkeys(("Grid", "grid"), "grids"),
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is used first."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOME_OF.get(name) or ("errors" if name.endswith("Error") else None)
    if home is None:  # requests and results know their own names
        home = "requests" if name in import_module(f"{__name__}.requests").__all__ else "results"
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
