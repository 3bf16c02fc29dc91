"""Names on the wire, and what else is said about a field where it is declared.

The API writes its names in camelCase, acronyms in capitals. `wire_name` is that rule; a field whose name on the wire
breaks it says so in its metadata, which `about` makes.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["about", "wire_name", "wire_name_of"]

_ACRONYMS: Final = {"uuid": "UUID", "url": "URL", "uri": "URI", "nsfw": "NSFW", "cfg": "CFG"}
_CAPITAL_FIRST: Final = {"nsfw": "NSFW", "cfg": "CFG"}  # in capitals even as the first word: `CFGScale`, but `url`


def wire_name(python_name: str) -> str:
    """Return the API's spelling of a Python name: `number_results` is `numberResults`, `task_uuid` is `taskUUID`.

    A trailing underscore, as in `from_`, is dropped.
    """
    first, *rest = python_name.rstrip("_").split("_")
    words = (_ACRONYMS.get(word) or word[:1].upper() + word[1:] for word in rest)
    return _CAPITAL_FIRST.get(first, first) + "".join(words)


def wire_name_of(attribute: "Attribute[Any]") -> str:
    """Return the API's spelling of an attrs field: the one in its metadata, else by the rule."""
    wire = attribute.metadata.get("wire")
    return wire if isinstance(wire, str) else wire_name(attribute.name)


def about(
    doc: str,
    *,
    wire: str | None = None,
    aliases: tuple[str, ...] = (),
    least: float | None = None,
    most: float | None = None,
    multiple: float | None = None,
    media: str | None = None,
    client_only: bool = False,
    default: str | None = None,
    **more: object,
) -> dict[str, object]:
    """Return the metadata of a field: what is not said is left out.

    Args:
        doc: What the field means, in a sentence or two, with its unit.
        wire: The API's spelling where the rule does not give it.
        aliases: Other spellings on the wire that are understood when they come in.
        least: The smallest value that is accepted; of a string or a sequence, the smallest length.
        most: The largest value that is accepted; of a string or a sequence, the largest length.
        multiple: What the value must be a multiple of.
        media: The kind of media that the field takes, such as `"image"`, or `"image[]"` for a list.
        client_only: Whether the field is ours alone and never travels.
        default: What the server does when the field is not sent, in words; documentation only.
        more: Further facts, under their own names.
    """
    facts: dict[str, object] = {
        "wire": wire,
        "aliases": aliases or None,
        "least": least,
        "most": most,
        "multiple": multiple,
        "media": media,
        "client_only": client_only or None,
        "default": default,
        **more,
    }
    return {"doc": doc, **{name: value for name, value in facts.items() if value is not None}}
