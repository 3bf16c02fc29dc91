"""What stands for a file elsewhere on the net, which the sandbox never fetches."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from runware_sync.sandbox.identifiers import derived_number
from runware_sync.sandbox.kinds import Kind

__all__ = ["STAND_INS", "stand_in"]

STAND_INS: Final[Mapping[Kind, str]] = {
    "image": "jpg",
    "video": "mp4",
    "audio": "wav",
    "mesh": "glb",
    "archive": "zip",
    "document": "pdf",
}
"""By kind, the suffix of the file that stands in; other kinds have a picture."""

_SIZE: Final = (768, 512)


def stand_in(kind: Kind, url: str) -> bytes:
    """Return the bytes that stand for a URL: always the same for the same one."""
    match kind:
        case "video":
            from runware_sync.sandbox.samples import sample

            return sample("clip.mp4")
        case "audio":
            from runware_sync.sandbox.sound import melody

            return melody(derived_number("url", url))
        case "mesh":
            from runware_sync.sandbox.solids import solid

            return solid("GLB", derived_number("url", url))
        case "archive":
            return _archive(url)
        case "document":
            return _document()
        case _:
            return _picture(url)


def _picture(url: str) -> bytes:
    from runware_sync.sandbox import art

    words = " ".join(
        part for part in url.partition("://")[2].replace("?", "/").replace("-", " ").split("/")[1:] if part
    )
    width, height = _SIZE
    painted = art.paint(prompt=words or url, seed=derived_number("url", url), width=width, height=height)
    return art.encode(painted, "JPG")


def _archive(url: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("source.txt"), f"{url}\n")
    return file.getvalue()


def _document() -> bytes:
    """Return a PDF file of one empty page."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
    )
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return content + end % (size, table, size, len(content))
