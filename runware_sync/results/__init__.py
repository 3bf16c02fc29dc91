"""What comes back: frozen classes, one for each kind of result."""

from runware_sync.results.account import (
    Account,
    ApiKeyInfo,
    Balance,
    TeamMember,
    Usage,
    UsageBreakdown,
    UsageMeta,
    UsageRow,
    UsageTotals,
)
from runware_sync.results.audio import Audio
from runware_sync.results.base import Content, Record, Result, remember_source
from runware_sync.results.files import FileOutputs, OutputFile, ThreeD, TrainedModel
from runware_sync.results.image import GuideImage, Image, ImageOutputs, TextBlock
from runware_sync.results.mask import Detection, Mask
from runware_sync.results.models import ModelInfo, ModelPage, ModelUploadStatus
from runware_sync.results.picture import Picture
from runware_sync.results.sequence import Results, contents_of, facts_of, route_downloads
from runware_sync.results.tasks import StoredMedia, TaskDetails, Upload
from runware_sync.results.text import StructuredData, Text, TextUsage
from runware_sync.results.text_stream import TextStream
from runware_sync.results.video import Video, VideoOutputs

__all__ = [
    "Account",
    "ApiKeyInfo",
    "Audio",
    "Balance",
    "Content",
    "Detection",
    "FileOutputs",
    "GuideImage",
    "Image",
    "ImageOutputs",
    "Mask",
    "ModelInfo",
    "ModelPage",
    "ModelUploadStatus",
    "OutputFile",
    "Picture",
    "Record",
    "Result",
    "Results",
    "StoredMedia",
    "StructuredData",
    "TaskDetails",
    "TeamMember",
    "Text",
    "TextBlock",
    "TextStream",
    "TextUsage",
    "ThreeD",
    "TrainedModel",
    "Upload",
    "Usage",
    "UsageBreakdown",
    "UsageMeta",
    "UsageRow",
    "UsageTotals",
    "Video",
    "VideoOutputs",
    "contents_of",
    "facts_of",
    "remember_source",
    "route_downloads",
]
