"""What the sandbox never does: ask anybody else, read a file, remember a key."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_talk import image, talk
from server import PATIENCE, Item

from runware_sync import Runware
from runware_sync.sandbox import Sandbox

KEY = "rk-found-nowhere-7421"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def tasks_that_name(url: str) -> Iterator[Item]:
    """Yield a task of each kind that can name an address."""
    flat: dict[str, Item] = {
        "imageInference": {
            "positivePrompt": "a",
            "model": "m:1@1",
            "seedImage": url,
            "maskImage": url,
            "webhookURL": url,
        },
        "caption": {"inputImage": url},
        "upscale": {"inputImage": url, "upscaleFactor": 2},
        "imageBackgroundRemoval": {"inputImage": url},
        "imageControlNetPreProcess": {"inputImage": url, "preProcessorType": "canny"},
        "imageMasking": {"inputImage": url, "model": "m:1@1"},
        "vectorize": {"inputs": {"image": url}, "model": "m:1@1"},
        "photoMaker": {"inputImages": [url], "positivePrompt": "rwre", "model": "m:1@1"},
        "imageUpload": {"image": url},
        "mediaStorage": {"media": url, "operation": "upload"},
        "videoInference": {
            "positivePrompt": "a",
            "model": "m:1@1",
            "frameImages": [{"inputImage": url}],
            "duration": 1,
        },
        "3dInference": {"inputs": {"image": url}, "model": "m:1@1"},
        "modelUpload": {"downloadURL": url, "category": "lora", "air": "a:1@1", "name": "n", "version": "1"},
        "textInference": {
            "messages": [{"role": "user", "content": url}],
            "model": "m:1@1",
            "inputs": {"images": [url]},
        },
        "training": {"inputs": {"dataset": url}, "model": "m:1@1"},
    }
    for task_type, fields in flat.items():
        yield {**image(), "taskType": task_type, **fields}


def test_no_address_is_ever_fetched(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither media, models and hooks that a task names, nor this machine: nobody is asked, not even for a name."""
    asked: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, talk(sandbox) as client:
        monkeypatch.setattr(socket.socket, "connect", lambda _sock, to: asked.append(to))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *to, **_more: asked.append(to))
        for end in (f"127.0.0.1:{listener.getsockname()[1]}", "pictures.example.test"):
            for task in tasks_that_name(f"http://{end}/a.png"):
                client.say(task)
        client.say({"taskType": "ping", "ping": True})
        while not any(item.get("pong") for item in client.hear().get("data", [])):
            pass
        sandbox.wait_for(lambda: len(sandbox.tasks) + len(sandbox.refused) >= 30, PATIENCE)
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()

    assert [] == asked
    assert len(sandbox.tasks) >= 20


def test_a_path_is_no_media(sandbox: Sandbox) -> None:
    """It reads no file: a path is what it looks like, bad base64."""
    with talk(sandbox) as client:
        for path in (str(Path(__file__)), "/etc/passwd", "file:///etc/passwd", "~/.ssh/id_rsa"):
            answer = client.ask({**image(), "taskType": "imageUpload", "image": path})
            assert answer["errors"]
            assert not answer.get("data")


def test_keys_are_not_recorded(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """Neither for tests to read, nor in logs at debug level; by websocket and by POST."""
    caplog.set_level(logging.DEBUG)
    with Runware(KEY, url=sandbox.url) as runware:
        runware.raw(
            {"taskType": "imageInference", "positivePrompt": "a", "model": "m:1@1", "width": 512, "height": 512}
        )
        "".join(runware.stream_text("a", model="m:1@1"))

    records = [sandbox.received, sandbox.tasks, sandbox.refused, sandbox.connections, sandbox]
    assert 2 == sum(task.get("apiKey") == "***" for task in sandbox.received)
    assert (
        KEY not in f"{records} {[vars(task) if hasattr(task, '__dict__') else task.request for task in sandbox.tasks]}"
    )
    assert KEY not in caplog.text
