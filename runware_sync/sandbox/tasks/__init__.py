"""The task types that the sandbox knows: one class each, named here once.

A new task type is a module with a subclass of `TaskType`, and one line in `KINDS`.
"""

from typing import Final

from runware_sync.sandbox.tasks.account_management import AccountManagement
from runware_sync.sandbox.tasks.audio_inference import AudioInference
from runware_sync.sandbox.tasks.base import Commission, Studio, TaskType
from runware_sync.sandbox.tasks.caption import Caption
from runware_sync.sandbox.tasks.control_net_preprocess import ControlNetPreprocess
from runware_sync.sandbox.tasks.image_inference import ImageInference
from runware_sync.sandbox.tasks.image_masking import ImageMasking
from runware_sync.sandbox.tasks.image_upload import ImageUpload
from runware_sync.sandbox.tasks.media_storage import MediaStorage
from runware_sync.sandbox.tasks.models import ModelSearch, ModelUpload
from runware_sync.sandbox.tasks.photo_maker import PhotoMaker
from runware_sync.sandbox.tasks.prompt_enhance import PromptEnhance
from runware_sync.sandbox.tasks.remove_background import RemoveBackground
from runware_sync.sandbox.tasks.text_inference import TextInference
from runware_sync.sandbox.tasks.three_d_inference import ThreeDInference
from runware_sync.sandbox.tasks.training import Training
from runware_sync.sandbox.tasks.upscale import Upscale
from runware_sync.sandbox.tasks.vectorize import Vectorize
from runware_sync.sandbox.tasks.video_inference import VideoInference

__all__ = ["KINDS", "Commission", "Studio", "TaskType", "registry"]

KINDS: Final[tuple[type[TaskType], ...]] = (
    ImageInference,
    Caption,
    RemoveBackground,
    Upscale,
    PromptEnhance,
    ControlNetPreprocess,
    ImageUpload,
    VideoInference,
    AudioInference,
    ThreeDInference,
    Training,
    Vectorize,
    ImageMasking,
    PhotoMaker,
    MediaStorage,
    TextInference,
    ModelSearch,
    ModelUpload,
    AccountManagement,
)


def registry(studio: Studio) -> dict[str, TaskType]:
    """Return the task types under each name that they answer to."""
    found: dict[str, TaskType] = {}
    for kind in KINDS:
        task_type = kind(studio)
        names = kind.names if studio.switches.legacy_types else kind.names[:1]
        found.update(dict.fromkeys(names, task_type))
    return found
