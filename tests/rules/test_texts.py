"""Results without identity: texts are counted for each connection, and never told apart by what they say."""

import pytest
from till import bought, client_of

from runware_sync.sandbox import Fault, Sandbox


@pytest.mark.parametrize("frames", ["one", "each"])
def test_equal_texts_are_counted_and_never_merged(frames: str) -> None:
    """Three that say the same are three."""
    with Sandbox(equal_texts=True, enhance_frames=frames) as sandbox, client_of(sandbox) as runware:
        texts = runware.prompt_enhance("a fox", prompt_versions=3)

        assert len(texts) == 3
        assert len({str(text) for text in texts}) == 1
        assert sandbox.purchases == 3


@pytest.mark.parametrize("replay", ["once", "twice", "none"])
def test_equal_texts_survive_a_drop(replay: str) -> None:
    """Counted for each connection, so that those that come again are not taken for others."""
    faults = [Fault("drop", at=1, when="between", results=1)]
    with (
        Sandbox(equal_texts=True, enhance_frames="each", latency=0.3, replay=replay, faults=faults) as sandbox,
        client_of(sandbox) as runware,
    ):
        texts = runware.prompt_enhance("a fox", prompt_versions=3)

        assert len(texts) == 3
        assert len(bought(sandbox, "promptEnhance")) == 1
        assert sandbox.purchases == 3


def test_texts_that_came_before_a_loss_and_again_after_it_are_not_two() -> None:
    """One of three had come; after the loss all are told: three, none of them twice, and none beyond."""
    fault = Fault("drop", at=1, when="between", results=1)
    with (
        Sandbox(faults=[fault], enhance_frames="each", latency=0.3, replay="none") as sandbox,
        client_of(sandbox) as runware,
    ):
        texts = runware.prompt_enhance("a fox", prompt_versions=3)

        assert len({str(text) for text in texts}) == 3
        assert texts.surplus == ()
        assert sandbox.purchases == 3


def test_missing_texts_are_bought_by_their_number() -> None:
    """One has come, the others have failed for certain: a child buys two, and the first is kept."""
    fault = Fault("fail", at=1, results=1)
    with Sandbox(faults=[fault], enhance_frames="each") as sandbox, client_of(sandbox) as runware:
        texts = runware.prompt_enhance("a fox", prompt_versions=3)

        assert len(texts) == 3
        assert [3, 2] == [task["promptVersions"] for task in bought(sandbox, "promptEnhance")]
        assert sandbox.purchases == 3
