"""What a client's results know when they are shown: their input, and how large previews may be."""

import base64
import io
import pickle
import re
from collections.abc import Iterator

import pytest
from PIL import Image as Pixels

from runware_sync import ControlNetPreprocess, Runware
from runware_sync.results import Content, Image
from runware_sync.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(price=0.25) as sandbox:
        yield sandbox


def picture(runware: Runware) -> Image:
    [image] = runware.image_inference("a paper boat", model="m:1@1", width=256, height=256)
    return image


def shown(value: Content) -> int:
    """Return how many pictures are seen."""
    return value._repr_mimebundle_()["text/html"].count("<img ")


def test_a_guide_and_a_mask_know_what_they_were_made_from(sandbox: Sandbox) -> None:
    """From a blocking call, from a job, and from either form of the request; showing costs nothing."""
    with Runware(url=sandbox.url, api_key="any") as runware:
        image = picture(runware)
        data = image.read()
        request = ControlNetPreprocess(image, pre_processor_type="canny")
        made: list[Content] = [
            runware.control_net_preprocess(image, pre_processor_type="canny"),
            runware.control_net_preprocess(data, pre_processor_type="canny"),
            runware.submit(request).result(),
            runware.image_masking(inputs={"image": image}, model="runware:35@1"),
        ]
        elsewhere = runware.control_net_preprocess(str(image.uuid), pre_processor_type="canny")
        billed = sandbox.billed

        assert [2, 2, 2, 2] == [shown(value) for value in made]
        assert 1 == shown(elsewhere)
        assert billed == sandbox.billed


def test_a_request_leaves_the_results_it_was_given_behind() -> None:
    """What another process gets is the UUID: the file of an earlier result would travel for nothing."""
    image = Image(image_uuid="77a9ebca-9a7c-4d1a-8d2b-0123456789ab", image_base64_data="QUJD" * 100_000)
    request = ControlNetPreprocess(image, pre_processor_type="canny")

    packed = pickle.dumps(request)

    assert len(packed) < 2000
    assert request == pickle.loads(packed)  # noqa: S301 - our own
    assert request == ControlNetPreprocess(str(image.uuid), pre_processor_type="canny")


@pytest.mark.parametrize(("pixels", "side"), [(1048576, 256), (4096, 64)])
def test_the_client_says_how_large_previews_are(sandbox: Sandbox, pixels: int, side: int) -> None:
    """The setting reaches every result, and `with_options` keeps it."""

    with Runware(url=sandbox.url, api_key="any", preview_pixels=pixels) as runware:
        page = picture(runware.with_options(timeout=30))._repr_mimebundle_()["text/html"]

    [source] = re.findall(r'src="data:image/jpeg;base64,(.*?)"', page)
    assert (side, side) == Pixels.open(io.BytesIO(base64.b64decode(source))).size
