"""What type checkers see of the operations. Checked by mypy and pyright, never run.

Each deliberate mistake is marked; a mark that is not needed is an error itself.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_type

from PIL.Image import Image as Pixels

from runware_sync import Grid, Job, Runware, grid, recipe
from runware_sync.requests import Caption, ControlNet, ImageInference, Lora, PromptEnhance, Request, StreamText, Upscale
from runware_sync.results import (
    Account,
    Audio,
    GuideImage,
    Image,
    Mask,
    ModelPage,
    ModelUploadStatus,
    Results,
    StoredMedia,
    TaskDetails,
    Text,
    TextStream,
    ThreeD,
    TrainedModel,
    Upload,
    Video,
)

runware = Runware()

assert_type(runware.image_inference("a", model="m"), Results[Image])
assert_type(runware.image_inference("a", model="m")[0], Image)
assert_type(runware.caption("a.png"), Text)
assert_type(runware.remove_background("a.png", rgba=[0, 0, 0, 0]), Image)
assert_type(runware.upscale("a.png", upscale_factor=2), Image)
assert_type(runware.prompt_enhance("a", prompt_versions=3), Results[Text])
assert_type(runware.control_net_preprocess("a.png", pre_processor_type="canny"), GuideImage)
assert_type(runware.stream_text("a", model="m"), TextStream)
assert_type(runware.image_upload(b""), Upload)
assert_type(runware.get_response("uuid"), list[dict[str, Any]])
assert_type(runware.get_task_details("uuid"), TaskDetails)

assert_type(runware.image_masking("a.png", model="m"), Mask)
assert_type(runware.photo_maker("a", input_images=["a.png"], width=512, height=512), Results[Image])
assert_type(runware.vectorize("a.png", model="m"), Image)
assert_type(runware.video_inference("a", model="m", duration=5), Results[Video])
assert_type(runware.upscale_video("a.mp4", model="m"), Video)
assert_type(runware.remove_background_video("a.mp4", model="m"), Video)
assert_type(runware.audio_inference("a", model="m"), Results[Audio])
assert_type(runware.text_inference("a", model="m"), Results[Text])
assert_type(runware.three_d_inference("a", model="m"), Results[ThreeD])
assert_type(runware.training(model="m", inputs={"dataset": "a.zip"}, import_model={"air": "a:1@1"}), TrainedModel)
assert_type(
    runware.model_upload(
        category="lora", architecture="sdxl", format="safetensors", name="a", version="1", download_url="https://a"
    ),
    ModelUploadStatus,
)
assert_type(runware.media_storage(b""), StoredMedia)
assert_type(runware.model_search("a"), ModelPage)
assert_type(runware.account_management(), Account)

# Jobs, in the same types.
assert_type(runware.submit(Caption("a.png")), Job[Text])
assert_type(runware.submit(Caption("a.png")).result(), Text)
assert_type(list(runware.map([Upscale("a.png")])), list[Image])
assert_type(runware.map([Upscale("a.png")], ordered=False, return_exceptions=False), Iterator[Image])
assert_type(runware.map([Upscale("a.png")], progress=True, return_exceptions=True), Iterator[Image | Exception])
assert_type(runware.map([Upscale("a.png")], return_exceptions=Path("a.png").exists()), Iterator[Image | Exception])
for outcome in runware.map([Upscale("a.png")], return_exceptions=True):
    assert_type(str(outcome) if isinstance(outcome, Exception) else outcome.save("out/"), str | Path)

# Several kinds together are requests for either.
either: Iterator[Text | Image] = runware.map([Caption("a.png"), Upscale("a.png", upscale_factor=2)])
kinds: list[Request[Text | Results[Image]]] = [Caption("a.png"), ImageInference("a", model="m")]
assert_type(runware.map(kinds), Iterator[Text | Results[Image]])
assert_type(list(map(runware.submit, kinds)), list[Job[Text | Results[Image]]])
for found in runware.map([Caption("a.png"), Upscale("a.png", upscale_factor=2)]):
    price: float | None = found.cost
assert_type(runware.job("uuid"), Job[Any])

# Files, pixels, recipes.
assert_type(runware.image_inference("a", model="m").save("out/", name="{seed}.{ext}", metadata=False), list[Path])
assert_type(runware.upscale("a.png").save("a.png", overwrite=False, metadata=False), Path)
assert_type(runware.control_net_preprocess("a.png").to_pil().size, tuple[int, int])
assert_type(runware.image_masking("a.png", model="m").to_numpy().shape, tuple[Any, ...])
assert_type(runware.prompt_enhance("a").contact_sheet(columns=2), Pixels)
assert_type(grid(runware, ImageInference("a", model="m"), steps=[4, 20]), Grid[Results[Image]])
assert_type(grid(runware, Caption("a.png"), prompt=("a", "b")).results, tuple[Text | Exception, ...])
assert_type(grid(runware, Caption("a.png"), prompt=("a", "b")).sheet(), Pixels)
assert_type(recipe("a.png", seed_image=Path("b.png")), Request[Any])

# A request object in place of the parameters, and by itself.
assert_type(runware.upscale(Upscale("a.png")), Image)
assert_type(runware.run(Caption("a.png")), Text)
assert_type(runware.run(PromptEnhance("a")), Results[Text])
assert_type(runware.run(StreamText("a", model="m")), TextStream)
request: Request[Results[Image]] = ImageInference("a", model="m")

# Nested objects, as objects and as dicts; results and texts as input.
image = runware.upscale("a.png")
text = runware.caption(image)
runware.image_inference(text, model="m", control_net=[ControlNet(model="c", guide_image=image), {"model": "c"}])
runware.image_inference(text, model="m", lora=[Lora(model="a", weight=1)], hires_fix=True, output_format="AVIF")
runware.image_inference("a", model="m", reference_images=[image, "b.png", b""], on_progress=print, retry=0)

# Mistakes.
runware.image_inference(model="m")  # type: ignore[call-overload]  # no subject
runware.image_inference("a")  # type: ignore[call-overload]  # no model
runware.image_inference("a", "m")  # type: ignore[call-overload]  # a model without its name
runware.image_inference("a", model="m", widht=1)  # type: ignore[call-overload]  # misspelt
runware.image_inference("a", model="m", width="1")  # type: ignore[call-overload]  # a string
runware.image_inference("a", model="m", lora=[1])  # type: ignore[list-item]  # no adapter
runware.image_inference(Caption("a.png"))  # type: ignore[arg-type]  # another operation's
runware.caption(5)  # type: ignore[call-overload]  # no picture
ImageInference("a")  # type: ignore[call-arg]  # no model
ImageInference("a", model="m").width = 3  # type: ignore[misc]  # frozen
