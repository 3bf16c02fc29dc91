"""Names on the wire."""

import attrs
import pytest

from runware_sync.names import about, wire_name, wire_name_of


@pytest.mark.parametrize(
    ("python", "wire"),
    [
        ("seed", "seed"),
        ("number_results", "numberResults"),
        ("task_uuid", "taskUUID"),
        ("image_url", "imageURL"),
        ("image_data_uri", "imageDataURI"),
        ("image_base64_data", "imageBase64Data"),
        ("nsfw_content", "NSFWContent"),
        ("check_nsfw", "checkNSFW"),
        ("cfg_scale", "CFGScale"),
        ("default_cfg", "defaultCFG"),
        ("url", "url"),
        ("from_", "from"),
    ],
)
def test_a_python_name_has_one_spelling_on_the_wire(python: str, wire: str) -> None:
    """Words are joined in camelCase, acronyms in capitals."""
    assert wire == wire_name(python)


def test_metadata_overrules_the_rule() -> None:
    """A field whose name breaks the rule says so where it is declared."""

    @attrs.frozen
    class Limits:
        x_min: int = attrs.field(default=0, metadata=about("Left.", wire="x_min"))
        y_min: int = attrs.field(default=0, metadata=about("Top."))

    assert ["x_min", "yMin"] == [wire_name_of(attribute) for attribute in attrs.fields(Limits)]


def test_about_keeps_what_was_said_only() -> None:
    """What is not said has no key, so that metadata stays small."""
    assert {"doc": "Width.", "least": 0, "multiple": 64, "unit": "px"} == about(
        "Width.", least=0, multiple=64, unit="px"
    )
