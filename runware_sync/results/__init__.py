"""What comes back: frozen classes, one for each kind of result."""

from runware_sync.results.base import Content, Record, Result
from runware_sync.results.image import GuideImage, Image, ImageOutputs, TextBlock
from runware_sync.results.sequence import Results, route_downloads
from runware_sync.results.tasks import TaskDetails, Upload
from runware_sync.results.text import StructuredData, Text, TextUsage
from runware_sync.results.text_stream import TextStream

__all__ = [
    "Content",
    "GuideImage",
    "Image",
    "ImageOutputs",
    "Record",
    "Result",
    "Results",
    "StructuredData",
    "TaskDetails",
    "Text",
    "TextBlock",
    "TextStream",
    "TextUsage",
    "Upload",
    "route_downloads",
]
