"""Frames of every generation, as two plain lists."""

import json
import math
from typing import Any

import pytest

from runware_sync.codes import Kind, classify
from runware_sync.errors import AuthenticationError
from runware_sync.failures import api_error
from runware_sync.protocol.frames import identity, is_failure, is_terminal, parse, text_of

INVALID = {"code": "invalidApiKey", "message": "no", "taskType": "authentication"}

SHAPES: dict[str, Any] = {
    "A": {"errors": [INVALID]},
    "B": {"error": INVALID},
    "C": [{"errors": [INVALID]}],
    "D": {"error": True, "errorId": 19, "errorMessageContentId": 1212, "errorMessage": "no"},
    "E": {"error": "no", "errorId": "19", "code": "invalidApiKey", "message": "no", "taskUUID": "u"},
    "F": {"error": {"code": "invalidApiKey", "message": "no"}, "taskUUID": "u", "taskType": "authentication"},
    "G": {"error": [INVALID]},
    "H": {"data": [], "errors": [INVALID]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_all_shapes_of_an_error_are_one(shape: str) -> None:
    """Each of the eight shapes on record is an authentication error with its message."""
    frame = parse(json.dumps(SHAPES[shape]))

    error = api_error(frame.errors[0])

    assert [] == frame.items
    assert len(frame.errors) == 1
    assert isinstance(error, AuthenticationError)
    assert error.message.startswith("no (invalidApiKey)")
    assert frame.errors[0].get("taskUUID") == ("u" if shape in "EF" else None)


@pytest.mark.parametrize(
    ("message", "items", "errors"),
    [
        ({"data": [{"taskUUID": "a"}]}, 1, 0),
        ({"data": {"taskUUID": "a"}}, 1, 0),
        ({"data": [{"taskUUID": "a"}], "errors": []}, 1, 0),
        ({"data": [{"taskUUID": "a"}], "errors": None, "error": False}, 1, 0),
        ({"data": [{"taskUUID": "a"}, 7, None], "errors": [{"code": "x"}, "text"]}, 1, 2),
        ([{"data": [{}]}, {"data": [{}], "errors": [{}]}], 2, 1),
        ({"taskType": "imageInference", "taskUUID": "a"}, 1, 0),
        ({"pong": True}, 1, 0),
        ({"unknown": 1}, 0, 0),
        ([], 0, 0),
    ],
)
def test_both_halves_of_every_shape_are_kept(message: Any, items: int, errors: int) -> None:
    """Lists or objects, arrays of frames, empty and missing halves."""
    frame = parse(json.dumps(message).encode())

    assert (items, errors) == (len(frame.items), len(frame.errors))


@pytest.mark.parametrize("message", ["", "{", "7", '"text"', "[7]", "null"])
def test_what_is_no_frame_is_refused(message: str) -> None:
    """Anything but objects is a ValueError, and nothing else."""
    with pytest.raises(ValueError, match=r"."):
        parse(message)


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"imageUUID": "i"}, "i"),
        ({"videoUUID": "v", "mediaUUID": "m"}, "v"),
        ({"guideImageUUID": "g", "inputImageUUID": "i"}, "g"),
        ({"outputs": {"files": [{"uuid": "1"}, {"uuid": "2"}]}}, "1+2"),
        ({"outputs": {"files": []}}, None),
        ({"text": "a"}, None),
        ({"inputImageUUID": "i", "text": "a"}, None),
    ],
)
def test_identity_is_the_result_s_own_uuid(item: dict[str, Any], name: str | None) -> None:
    """Never the task's UUID, never the text."""
    assert name == identity({**item, "taskUUID": "t"})


@pytest.mark.parametrize(
    ("item", "terminal", "failure"),
    [
        ({}, False, False),
        ({"status": "processing", "progress": 3}, False, False),
        ({"status": "queued"}, False, False),
        ({"status": "success"}, True, False),
        ({"status": "error", "error": {"code": "x"}}, True, True),
        ({"error": {"code": "x"}}, True, True),
        ({"error": None, "imageURL": "https://x"}, True, False),
        ({"imageBase64Data": "AA"}, True, False),
        ({"guideImageDataURI": "data:"}, True, False),
        ({"structuredData": {"age": 3}}, True, False),
        ({"text": ""}, True, False),
        ({"imageURL": None}, False, False),
    ],
)
def test_what_ends_a_result_and_what_only_reports(item: dict[str, Any], terminal: bool, failure: bool) -> None:
    """Output of any kind ends it; an acknowledgement does not."""
    whole = {"taskType": "t", "taskUUID": "u", **item}

    assert (terminal, failure) == (is_terminal(whole, "t"), is_failure(whole))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("insufficientCredits", Kind.QUOTA),
        ("textInferenceVideoInputInsufficientCredits", Kind.QUOTA),
        ("quotaExceeded", Kind.QUOTA),
        ("paymentRequired", Kind.QUOTA),
        ("rateLimit", Kind.RATE),
        ("inferenceRateLimitExceeded", Kind.RATE),
        ("inferenceRateLimitRequestTooLarge", Kind.TOO_LARGE),
        ("providerContentPolicyViolation", Kind.SAFETY),
        ("missingApiKey", Kind.AUTH),
        ("someNewApiKeyThing", Kind.AUTH),
        ("timeoutProvider", Kind.TIMEOUT),
        ("providerGatewayTimeout", Kind.TIMEOUT),
        ("modelNotFound", Kind.NOT_FOUND),
        ("taskExpired", Kind.NOT_FOUND),
        ("taskFailedOrNotFound", Kind.NOT_FOUND),
        ("internalServerError", Kind.SERVER),
        ("providerSomethingNew", Kind.PROVIDER),
        ("inferenceError", Kind.PROVIDER),
        ("conflictTaskUUID", Kind.CONFLICT),
        ("invalidWidth", Kind.VALIDATION),
        ("maxLycorisModelsExceeded", Kind.VALIDATION),
        ("unknownParameter", Kind.VALIDATION),
        ("somethingElse", Kind.UNKNOWN),
        ("", Kind.UNKNOWN),
    ],
)
def test_codes_are_classified_by_rules(code: str, kind: Kind) -> None:
    """Known codes and codes nobody has seen yet land where they belong."""
    assert kind is classify(code)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_json_never_becomes_text(number: float) -> None:
    """Whoever made it: several callers' tasks share a frame."""
    with pytest.raises(ValueError, match="JSON compliant"):
        text_of({"settings": {"x": [number]}})
    assert '{"x": [0.5, null, true, "\\u00e9"]}' == text_of({"x": [0.5, None, True, "é"]})
