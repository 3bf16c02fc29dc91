"""The look of things in a notebook: strings and bytes in, HTML out.

It knows no class of results. Every text is escaped, sources are data URIs of a media type that was found in the bytes,
links lead to http(s) only. Styles stand at the elements, and are those that JupyterLab leaves in a notebook that it
does not trust; colours are the theme's own, or shades that show on light and dark ground.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from runware_sync.formats import HEAD, data_uri, in_short, size_in_words, sniff

__all__ = [
    "PLAYED",
    "Html",
    "box",
    "caption",
    "escaped",
    "facts",
    "folded",
    "gallery",
    "link",
    "picture",
    "player",
    "stacked",
    "strong",
    "table",
    "text",
    "tile",
]

PLAYED: Final = 8388608  # bytes of a film or sound that is put into the notebook
_EDGE: Final = "1px solid rgba(128,128,128,0.35)"
_LONGEST: Final = 20000  # characters of one text, of which a person reads no more
_MOST_ROWS: Final = 200
_DEEPEST: Final = 4
_COLLECT: Final = re.compile(r"(client\.job\(&#x27;[0-9a-f-]{36}&#x27;\)\.result\(\))")


class Html(str):
    """Markup: the only kind of string that is not escaped on its way into the page."""

    __slots__ = ()


def escaped(value: object) -> Html:
    """Return any value as text for a page; markup stays what it is."""
    return value if isinstance(value, Html) else Html(html.escape(str(value)))


def _element(name: str, *inside: object, **attributes: object) -> Html:
    """Return an element."""
    told = "".join(f' {key}="{html.escape(str(value))}"' for key, value in attributes.items())
    end = "" if name == "img" else f"</{name}>"
    return Html(f"<{name}{told}>{''.join(map(escaped, inside))}{end}")


def text(words: str) -> Html:
    """Return a text as paragraphs that can be read, its line breaks kept."""
    if len(words) > _LONGEST:
        words = f"{words[:_LONGEST]}… ({len(words)} characters)"
    style = "white-space:pre-wrap;overflow-wrap:break-word;max-width:720px;line-height:1.5"
    return _element("div", words, style=style)


def caption(*parts: object) -> Html:
    """Return what stands below a picture: the parts that are there, in one small line."""
    told = [escaped(part) for part in parts if part not in {None, ""}]
    return _element("div", Html(" · ".join(told)), style="font-size:12px;line-height:1.5;opacity:0.8")


def strong(words: str) -> Html:
    """Return a heading, in the size of the text."""
    return _element("div", words, style="font-weight:bold")


def link(url: str | None, label: str | None = None) -> Html:
    """Return a link that opens a new page; of an address that is not http(s), the words alone.

    Args:
        url: Where it leads.
        label: Its words. Default: the address without its query, which may be long, and a secret.
    """
    if not url:
        return Html("")
    words = escaped(label or url.partition("?")[0])
    if not _leads_out(url):
        return words
    return _element("a", words, href=url, target="_blank", rel="noopener noreferrer")


def _leads_out(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not any(sign <= " " for sign in address)


def picture(source: str, *, alt: str, url: str | None = None, larger: str | None = None) -> Html:
    """Return a picture as wide as it is, or as its place allows.

    Args:
        source: It, as a data URI that `previews` has made.
        alt: What it shows, in words.
        url: Where it is in full size, one click away.
        larger: Where there is no such place: the same as a larger data URI, which a click unfolds.
    """
    style = "max-width:100%;height:auto;background:rgba(128,128,128,0.15);border-radius:4px"
    shown = _element("img", src=source, alt=alt, style=style)
    if url is not None and _leads_out(url):
        title = "open in full size"
        return _element("a", shown, href=url, target="_blank", rel="noopener noreferrer", title=title)
    if larger is not None:
        full = _element("img", src=larger, alt=alt, style=style)
        summary = _element("summary", shown, title="unfold", style="display:block;cursor:pointer")
        return _element("details", summary, full)
    return shown


def player(data: bytes, *, url: str | None = None) -> Html:
    """Return a film or a sound with its controls; what is too large, or neither, as a link with its size."""
    found = sniff(data[:HEAD])
    if found is None or found.family not in {"video", "audio"} or len(data) > PLAYED:
        name = "a file" if found is None else f"{found.name} file"
        return caption(link(url, "open") if url else None, f"{name}, {size_in_words(len(data))}")
    mime = "video/mp4" if found.name == "QuickTime" else found.mime  # one container; browsers know the one name only
    source = data_uri(data, mime)
    return _element(found.family, src=source, controls="", preload="metadata", style="max-width:100%")


def tile(inside: object, *below: object, wide: int = 240) -> Html:
    """Return one field of a gallery: something, and what is said about it below."""
    style = f"width:{wide}px;max-width:100%;margin:0;font-size:13px"
    return _element("div", inside, *below, style=style)


def gallery(tiles: Iterable[Html], *below: object) -> Html:
    """Return fields side by side, in as many rows as it takes, and a line about all of them."""
    row = _element("div", *tiles, style="display:flex;flex-wrap:wrap;gap:14px;align-items:flex-start;margin:0 0 8px")
    return _element("div", row, *below, style="margin:4px 0")


def stacked(*parts: object) -> Html:
    """Return parts below each other, without those that are not there."""
    style = "margin:4px 0"
    return _element("div", *(_element("div", part, style=style) for part in parts if part not in {None, ""}))


def folded(title: str, *inside: object) -> Html:
    """Return something that a click on its title opens."""
    summary = _element("summary", title, style="cursor:pointer;font-size:12px;opacity:0.8")
    return _element("details", summary, *inside, style="margin:4px 0")


def box(title: str, words: str, *inside: object) -> Html:
    """Return an error: its name, what happened, what to do, each in its own line.

    Args:
        title: Its name.
        words: What happened, and after semicolons what to do; a line to be pasted is set as code.
        inside: What else there is to know.
    """
    first, *advice = (_with_code(part) for part in words.split("; "))
    parts: list[object] = [strong(title), _element("div", first)]
    if advice:
        parts.append(
            _element("ul", *(_element("li", part) for part in advice), style="margin:4px 0 4px 20px;padding:0")
        )
    style = (
        "max-width:720px;padding:8px 12px;margin:4px 0;line-height:1.5;overflow-wrap:break-word;"
        f"border:{_EDGE};border-left:4px solid rgb(217,83,79);border-radius:4px;background:rgba(217,83,79,0.08)"
    )
    return _element("div", *parts, *inside, style=style)


def _with_code(words: str) -> Html:
    return Html(_COLLECT.sub(r"<code>\1</code>", escaped(words)))


# -- tables --------------------------------------------------------------------------------------------------------


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = (), depth: int = 0) -> Html:
    """Return objects as rows; columns that are empty in all of them are left out.

    Args:
        rows: The objects.
        columns: Names of the columns. Default: all that there are, in the order in which they appear.
        depth: How deep inside of other tables it stands.
    """
    names = [
        name
        for name in columns or dict.fromkeys(key for row in rows for key in row)
        if any(row.get(name) is not None for row in rows)
    ]
    head = _element("tr", *(_element("th", _title(name), style=_cell(bold=True)) for name in names))
    lines = [
        _element("tr", *(_element("td", _value(row.get(name), depth + 1), style=_cell()) for name in names))
        for row in rows[:_MOST_ROWS]
    ]
    more = caption(f"{len(rows) - _MOST_ROWS} more") if len(rows) > _MOST_ROWS else Html("")
    return Html(_framed(head, *lines) + more)


def facts(values: Mapping[str, Any], depth: int = 0) -> Html:
    """Return one object as a table of names and values, nested objects as tables inside."""
    return _framed(
        *(
            _element(
                "tr",
                _element("th", _title(name), style=_cell(bold=True)),
                _element("td", _value(value, depth + 1), style=_cell()),
            )
            for name, value in values.items()
            if value is not None
        )
    )


def _framed(*lines: Html) -> Html:
    whole = _element("table", _element("tbody", *lines), style="border-collapse:collapse;font-size:13px;margin:4px 0")
    return _element("div", whole, style="max-width:100%;overflow-x:auto")


def _cell(*, bold: bool = False) -> str:
    weight = "bold" if bold else "normal"
    return (
        f"border:{_EDGE};padding:3px 8px;text-align:left;vertical-align:top;font-weight:{weight};"
        "white-space:pre-wrap;overflow-wrap:break-word;max-width:560px"
    )


def _title(name: str) -> str:
    return str(name).replace("_", " ")


def _value(value: Any, depth: int) -> Html:
    if value is None or isinstance(value, Html):
        return Html(value or "")
    if isinstance(value, bool):
        return Html("yes" if value else "no")
    if isinstance(value, float):
        return escaped(f"{round(value, 6):,}" if abs(value) >= 1e-6 else repr(value))
    if isinstance(value, str):
        return _words(value)
    if depth < _DEEPEST and isinstance(value, Mapping) and value:
        inner = list(value.values())
        if len(inner) > 1 and all(isinstance(item, Mapping) and item.keys() == inner[0].keys() for item in inner):
            return table([{"": _title(name), **item} for name, item in value.items()], depth=depth)
        return facts(value, depth)
    if depth < _DEEPEST and isinstance(value, list | tuple) and value:
        if all(isinstance(item, Mapping) for item in value):
            return table(value, depth=depth)
        if not any(isinstance(item, Mapping | list | tuple) for item in value):
            return Html(", ".join(_value(item, depth) for item in value[:_MOST_ROWS]))
    return escaped(in_short(value))


def _words(value: str) -> Html:
    if _leads_out(value):
        return link(value)
    short = in_short(value)  # a count of bytes, if it is base64
    return escaped(short if short.startswith("<") else value[:_LONGEST])
