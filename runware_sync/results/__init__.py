"""What comes back: frozen classes, one for each kind of result."""

from runware_sync.results.audio import Audio
from runware_sync.results.base import Content, Record, Result
from runware_sync.results.files import FileOutputs, OutputFile, ThreeD, TrainedModel
from runware_sync.results.image import GuideImage, Image, ImageOutputs, TextBlock
from runware_sync.results.mask import Detection, Mask
from runware_sync.results.sequence import Results, route_downloads
from runware_sync.results.tasks import TaskDetails, Upload
from runware_sync.results.text import StructuredData, Text, TextUsage
from runware_sync.results.text_stream import TextStream
from runware_sync.results.video import Video, VideoOutputs

__all__ = [
    "Audio",
    "Content",
    "Detection",
    "FileOutputs",
    "GuideImage",
    "Image",
    "ImageOutputs",
    "Mask",
    "OutputFile",
    "Record",
    "Result",
    "Results",
    "StructuredData",
    "TaskDetails",
    "Text",
    "TextBlock",
    "TextStream",
    "TextUsage",
    "ThreeD",
    "TrainedModel",
    "Upload",
    "Video",
    "VideoOutputs",
    "route_downloads",
]
