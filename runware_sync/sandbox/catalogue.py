"""The sandbox's catalogue of models: a few of each kind, and those that were added."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

__all__ = ["Catalogue"]

Entry = dict[str, Any]

# AIR, name, version, category, architecture, tags
_ROWS: Final = """
runware:100@1|FLUX Quick|1.0|checkpoint|flux1s|base,fast,photo
runware:101@1|FLUX Painter|1.0|checkpoint|flux1d|base,photo,art
runware:102@1|FLUX Fill|1.0|checkpoint|flux1d|inpainting,edit
runware:97@1|Broad Canvas|3.0|checkpoint|hidream|base,art
civitai:139562@344487|Daylight XL|4.0|checkpoint|sdxl|photo,portrait
civitai:101055@128078|XL Base|1.0|checkpoint|sdxl|base,photo
civitai:133005@782002|Heavy Metal XL|9.2|checkpoint|sdxl|photo,cinematic
civitai:25694@143906|Soft Focus|2.1|checkpoint|sd1x|photo,portrait
civitai:43331@176425|Ink and Wash|6.0|checkpoint|sd1x|art,painting
civitai:36520@76907|Ghost Mixture|1.0|checkpoint|sd1x|anime,dark
civitai:4384@128713|Dream Weaver|8.0|checkpoint|sd1x|art,fantasy
civitai:30240@125771|Paper Dolls|2.3|checkpoint|sd1x|anime,flat
civitai:7371@46846|Animated Feature|1.22|checkpoint|sd1x|anime,3d
civitai:11367@13590|Night Market|3.3|checkpoint|sd1x|anime,city
runware:110@2|Wide Angle Two|2.0|checkpoint|sdxl|photo,landscape
acme:7@1|Ink|1.0|lora|sdxl|ink,drawing
acme:8@1|Pencil Study|1.1|lora|sdxl|pencil,drawing
acme:9@2|Watercolour Edges|2.0|lora|flux1d|painting,soft
acme:11@1|Pixel Garden|1.0|lora|sd1x|pixel,game
acme:12@1|Clay Figures|0.9|lora|flux1d|clay,3d
acme:13@1|Old Postcards|1.0|lora|sdxl|vintage,photo
acme:14@1|Neon Rain|1.2|lora|sdxl|neon,city
acme:15@3|Anime Lines|3.0|lora|sd1x|anime,lines
acme:21@1|Fabric Folds|1.0|lycoris|sd1x|cloth,detail
acme:22@1|Stained Glass|1.0|lycoris|sd1x|glass,art
runware:20@1|Edges XL|1.0|controlnet|sdxl|canny
runware:25@1|Poses XL|1.0|controlnet|sdxl|openpose
runware:27@1|Depth XL|1.0|controlnet|sdxl|depth
civitai:38784@44716|Edges|1.1|controlnet|sd1x|canny
civitai:38784@44811|Scribbles|1.1|controlnet|sd1x|scribble
runware:120@1|Clear Colours|1.0|vae|sdxl|colour
civitai:88390@94027|Steady Eyes|1.0|vae|sd1x|portrait
acme:31@1|No Blur|1.0|embeddings|sd1x|negative
acme:32@1|Good Hands|1.0|embeddings|sd1x|negative
acme:33@1|Film Grain|1.0|embeddings|sdxl|positive,photo
"""
_TOLD: Final = (
    "name version category architecture type conditioning comment shortDescription defaultScheduler defaultSteps"
    " defaultStrength defaultWeight positiveTriggerWords negativeTriggerWords"
).split()
"""What a search tells of a model as it was said when the model was added."""
_PAGE: Final = 20
_GUIDANCE: Final = ("defaultCFG", "defaultCFGScale", "defaultGuidanceScale")


@cache
def _supplied() -> tuple[Entry, ...]:
    return tuple(_entry(row) for row in _ROWS.split("\n") if row)


def _entry(row: str) -> Entry:
    air, name, version, category, architecture, tags = row.split("|")
    words = tags.split(",")
    entry: Entry = {
        "air": air,
        "name": name,
        "version": version,
        "category": category,
        "architecture": architecture,
        "tags": words,
        "source": "featured" if air.startswith("runware:") else "community",
        "heroImage": None,
        "private": False,
        "isFavorite": False,
        "shortDescription": f"{name}: {', '.join(words)}.",
    }
    if category == "checkpoint":
        size = 512 if architecture == "sd1x" else 1024
        entry |= {
            "type": "inpainting" if "inpainting" in words else "base",
            "defaultWidth": size,
            "defaultHeight": size,
        }
        entry |= {
            "defaultSteps": 28 if architecture == "flux1d" else 20,
            "defaultCFG": 7.0,
            "capabilities": ["imageInference"],
        }
    elif category == "lora":
        entry |= {"defaultWeight": 1, "positiveTriggerWords": name.lower().replace(" ", "")}
    elif category == "controlnet":
        entry["conditioning"] = words[0]
    return entry


class Catalogue:
    """The models that there are."""

    def __init__(self) -> None:
        self._added: dict[str, Entry] = {}

    def __contains__(self, air: object) -> bool:
        return any(entry["air"] == air for entry in self._all())

    def name_of(self, air: str) -> str:
        """Return a model's name; its AIR if it is not known here, as any AIR may be used."""
        return next((str(entry.get("name")) for entry in self._all() if entry["air"] == air), air)

    def add(self, request: Mapping[str, Any], air: str) -> None:
        """Enter a model that was uploaded, or trained."""
        tags = request.get("tags")
        guidance = next((request[name] for name in _GUIDANCE if request.get(name) is not None), None)
        self._added[air] = {
            "air": air,
            **{name: request[name] for name in _TOLD if name in request},
            **({} if guidance is None else {"defaultCFG": guidance}),
            "tags": [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
            "heroImage": request.get("heroImageURL"),
            "source": "community",
            "private": bool(request.get("private", False)),
        }

    def find(self, request: Mapping[str, Any]) -> tuple[list[Entry], int]:
        """Return a page of the models that a search finds, and how many there are in all."""
        found = [entry for entry in self._all() if _matches(entry, request)]
        key = str(request.get("sort") or "").removeprefix("-")
        if key == "name":
            found.sort(key=lambda entry: str(entry.get("name")).lower(), reverse=str(request["sort"]).startswith("-"))
        limit, offset = request.get("limit") or _PAGE, request.get("offset") or 0
        return found[offset : offset + limit], len(found)

    def _all(self) -> Iterable[Entry]:
        return (*self._added.values(), *_supplied())


def _matches(entry: Entry, request: Mapping[str, Any]) -> bool:
    words = str(request.get("search") or "").lower().split()
    text = " ".join(str(entry.get(name, "")) for name in ("air", "name", "shortDescription", "comment", "tags")).lower()
    same = all(
        request.get(name) is None or entry.get(name) == request[name]
        for name in ("category", "architecture", "type", "conditioning", "source")
    )
    held = all(set(request.get(name) or ()) <= set(entry.get(name) or ()) for name in ("tags", "capabilities"))
    whose, private = request.get("visibility"), entry["private"]
    community = entry["source"] == "community" and not private
    wanted = {"private": private, "owned": private, "public": not private, "community": community}
    mine = wanted.get(str(whose), whose != "favorite" or bool(entry.get("isFavorite")))
    return all(word in text for word in words) and same and held and mine
