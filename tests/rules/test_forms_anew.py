"""Row 5 after a task was turned away for its form: what is bought anew has the form that was understood."""

from inputs.pictures_at_hand import client_of, done, png

from runware_sync.sandbox import Fault, Sandbox

PATIENCE = 20.0


def test_row_5_what_goes_anew_is_in_the_form_that_was_understood() -> None:
    """The older task type is unknown, and the newer one comes too fast the first time."""
    fault = Fault("fail", types="upscale", at=1, code="rateLimitExceeded")
    with Sandbox(legacy_types=False, faults=[fault]) as sandbox, client_of(sandbox) as runware:
        assert runware.upscale(png(40, 30), upscale_factor=2, model="runware:501@1").uuid

        assert ["imageUpscale", "upscale", "upscale"] == [task["taskType"] for task in sandbox.received[1:]]
        assert 1 == sandbox.purchases


def test_row_5_what_goes_anew_names_the_picture_that_was_stored_again() -> None:
    """It had been forgotten, and after that the task comes too fast once."""
    with Sandbox() as sandbox, client_of(sandbox, upload_threshold=0) as runware:
        runware.upscale(png(40, 30), upscale_factor=2)
        sandbox.forget_media()
        sandbox.add_fault(Fault("fail", types=("upscale", "imageUpscale"), at=1, code="rateLimitExceeded"))

        assert runware.upscale(png(40, 30), upscale_factor=2).uuid

        assert 2 == done(sandbox)["imageUpload"]
        assert 2 == sandbox.purchases
