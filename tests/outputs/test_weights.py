"""The files of a training are files like others."""

import struct
from pathlib import Path
from typing import Any

import pytest

from runware_sync import FileOutputs, OutputFile, Results, Runware, TrainedModel
from runware_sync.content.route import Route
from runware_sync.formats import belongs, sniff
from runware_sync.results import route_downloads
from runware_sync.sandbox import Sandbox


def test_trained_weights_are_saved(tmp_path: Path) -> None:
    """From the sandbox, over the network, with the suffix of their kind; and the model can be used."""
    with Sandbox(long_latency=0) as sandbox, Runware("any-key", url=sandbox.url) as runware:
        model = runware.training(
            model="runware:flux@lora",
            inputs={"dataset": "https://files.example.test/set.zip"},
            import_model={"air": "acme:9@1", "name": "Ink"},
        )
        path = model.save(tmp_path)
        every = Results(model.files).save(tmp_path / "all", name="{index}-{type}")

    assert "acme:9@1" == model.air
    assert f"{model.uuid}.safetensors" == path.name
    assert ["0-trainedmodel.safetensors"] == [each.name for each in every]
    assert path.read_bytes() == every[0].read_bytes() == model.read()


def test_each_file_is_one_of_the_models_own_kind() -> None:
    """With its own UUID and link; without files there are none."""
    model = TrainedModel(
        task_uuid="t", outputs=FileOutputs(files=[OutputFile(uuid="a", url="https://x/a"), OutputFile(uuid="b")])
    )

    assert [("a", "https://x/a", "t"), ("b", None, "t")] == [(f.uuid, f.url, f.task_uuid) for f in model.files]
    assert {TrainedModel} == {type(file) for file in model.files}
    assert () == TrainedModel().files


def test_files_are_fetched_in_the_way_that_was_meant_for_the_whole() -> None:
    """Through the client's proxy, and with its certificates."""

    class Own(Route):
        def download(self, url: str, *, family: str, **_limits: Any) -> bytes:
            return f"{url} {family}".encode()

    model = TrainedModel(outputs=FileOutputs(files=[OutputFile(url="https://x/a"), OutputFile(url="https://x/b")]))
    route_downloads(model, Own())

    assert [b"https://x/a weights", b"https://x/b weights"] == [file.read() for file in model.files]


def test_notebooks_do_not_fetch_weights() -> None:
    """They are nothing to look at, and large."""
    model = TrainedModel(air="acme:9@1", outputs=FileOutputs(files=[OutputFile(url="https://nowhere.invalid/a")]))

    html = model._repr_mimebundle_()["text/html"]

    assert "acme:9@1" in html
    assert not model.at_hand
    assert "not shown" not in html


@pytest.mark.parametrize(
    ("head", "is_weights"),
    [
        (struct.pack("<Q", 300) + b'{"__metadata__":{}}', True),
        (b"PK\x03\x04" + bytes(20), True),
        (struct.pack("<Q", 1 << 40) + b'{"a":1}', False),
        (b'        {"a": 1}', False),
        (b"<!doctype html><html>", False),
    ],
)
def test_weights_are_known_by_their_first_bytes(head: bytes, is_weights: bool) -> None:
    """A web page, or an error as JSON, is none."""
    assert is_weights == belongs(sniff(head), "weights")
