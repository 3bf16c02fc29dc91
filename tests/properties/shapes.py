"""What a service may say, and what none would: any JSON, items with odd fields, and good ones in any order."""

from typing import Any

from hypothesis import strategies as st

Item = dict[str, Any]
KIND = "imageInference"
WORDS = ["data", "errors", "error", "taskUUID", "taskType", "status", "code", "message", "errorId", "pong", "x"]

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
anything = st.recursive(
    scalars,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.sampled_from(WORDS), children, max_size=4),
    max_leaves=12,
)
odd = st.none() | st.integers() | st.booleans() | st.lists(st.integers(), max_size=2) | st.just({"a": 1})


def field_of(*plausible: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for the value of one field: mostly what is plausible, now and then of any type."""
    return st.sampled_from(plausible) | odd


parts = st.fixed_dictionaries(
    {},
    optional={
        "taskUUID": field_of("a", "b", "c", "zzz", ""),
        "taskType": field_of(KIND, "promptEnhance", "getResponse", "getTaskDetails", "authentication", "ping"),
        "imageUUID": field_of("i", "j"),
        "imageURL": field_of("https://im.example.test/a.png"),
        "outputs": field_of({"files": [{"uuid": "f"}, 7]}, {"files": 7}),
        "text": field_of("t"),
        "status": field_of("success", "processing", "error", "queued"),
        "progress": field_of(1, 400, "x"),
        "error": field_of({"code": "x"}, "text", {"code": ["x"]}),
        "code": field_of("conflictTaskUUID", "taskNotFound", "invalidApiKey", "providerError", "rateLimitExceeded"),
        "message": field_of("no"),
        "pong": st.booleans(),
        "connectionSessionUUID": field_of("s"),
        "retryAfter": field_of(1, -1, 1e9),
        "request": field_of([], [{"taskUUID": "a"}], {"taskUUID": "a"}, [{"taskUUID": "a"}, {"taskUUID": "b"}]),
        "response": field_of(
            [], {}, {"data": [{"imageUUID": "k"}]}, {"errors": [{"code": "x"}]}, {"data": 7, "errors": "x"}
        ),
    },
)
