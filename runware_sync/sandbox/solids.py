"""A coloured solid as a file, in the formats of 3D models."""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any, Final

from runware_sync.sandbox.gem import Face, gem

__all__ = ["FORMATS", "solid"]

_USDZ_ALIGNMENT: Final = 64
_ARRAY_BUFFER: Final = 34962
_FLOAT, _BYTE = 5126, 5121


def solid(form: str, seed: int = 0) -> bytes:
    """Return the file of a small cut stone: the same bytes for the same format and seed.

    Args:
        form: One of `FORMATS`.
        seed: Another one is another stone.
    """
    return _WRITERS[form](gem(seed))


def _glb(faces: list[Face]) -> bytes:
    corners = [corner for face in faces for corner in face.corners]
    places = _packed("<3f", corners)
    normals = _packed("<3f", (face.normal for face in faces for _ in face.corners))
    colours = _packed("<4B", ((*face.colour, 255) for face in faces for _ in face.corners))
    blocks = [places, normals, colours]
    bounds = list(zip(*(struct.unpack("<3f", struct.pack("<3f", *corner)) for corner in corners), strict=True))
    extent = {"min": [min(axis) for axis in bounds], "max": [max(axis) for axis in bounds]}
    count = len(corners)
    content: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "runware_sync sandbox"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "Stone"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1, "COLOR_0": 2}, "material": 0}]}],
        "materials": [{"name": "Stone", "pbrMetallicRoughness": {"metallicFactor": 0.1, "roughnessFactor": 0.35}}],
        "accessors": [
            {"bufferView": 0, "componentType": _FLOAT, "count": count, "type": "VEC3", **extent},
            {"bufferView": 1, "componentType": _FLOAT, "count": count, "type": "VEC3"},
            {"bufferView": 2, "componentType": _BYTE, "count": count, "type": "VEC4", "normalized": True},
        ],
        "bufferViews": [
            {
                "buffer": 0,
                "byteOffset": sum(map(len, blocks[:number])),
                "byteLength": len(block),
                "target": _ARRAY_BUFFER,
            }
            for number, block in enumerate(blocks)
        ],
        "buffers": [{"byteLength": sum(map(len, blocks))}],
    }
    text = json.dumps(content, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    binary = b"".join(blocks)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def _packed(form: str, rows: Iterable[tuple[float, ...]]) -> bytes:
    return b"".join(struct.pack(form, *row) for row in rows)


def _obj(faces: list[Face]) -> bytes:
    lines = ["# a cut stone", "o Stone"]
    for face in faces:
        shades = _decimals(part / 255 for part in face.colour)
        lines += [f"v {_decimals(corner)} {shades}" for corner in face.corners]
    lines += [f"vn {_decimals(face.normal)}" for face in faces]
    for number in range(len(faces)):
        lines.append("f " + " ".join(f"{3 * number + corner}//{number + 1}" for corner in (1, 2, 3)))
    return _text(lines)


def _ply(faces: list[Face]) -> bytes:
    properties = [f"property float {name}" for name in "x y z nx ny nz".split()]
    properties += [f"property uchar {name}" for name in "red green blue".split()]
    header = ["ply", "format ascii 1.0", f"element vertex {3 * len(faces)}", *properties]
    header += [f"element face {len(faces)}", "property list uchar int vertex_indices", "end_header"]
    rows = [
        f"{_decimals(corner)} {_decimals(face.normal)} {' '.join(map(str, face.colour))}"
        for face in faces
        for corner in face.corners
    ]
    return _text([*header, *rows, *(f"3 {3 * n} {3 * n + 1} {3 * n + 2}" for n in range(len(faces)))])


def _stl(faces: list[Face]) -> bytes:
    rows = (struct.pack("<12fH", *face.normal, *chain.from_iterable(face.corners), 0) for face in faces)
    return b"a cut stone".ljust(80) + struct.pack("<I", len(faces)) + b"".join(rows)


def _fbx(faces: list[Face]) -> bytes:
    def numbers(name: str, values: Iterable[float]) -> str:
        listed = list(values)
        return f"{name}: *{len(listed)} {{\n\t\t\t\ta: {','.join(f'{value:.6g}' for value in listed)}\n\t\t\t}}"

    corners = numbers("Vertices", chain.from_iterable(corner for face in faces for corner in face.corners))
    loops = chain.from_iterable((3 * number, 3 * number + 1, -3 * number - 3) for number in range(len(faces)))
    normals = numbers("Normals", chain.from_iterable(face.normal for face in faces for _ in face.corners))
    shades = ([part / 255 for part in (*face.colour, 255)] for face in faces for _ in face.corners)
    mapping = 'MappingInformationType: "ByPolygonVertex"\n\t\t\tReferenceInformationType: "Direct"'
    scene = f"""; FBX 7.4.0 project file
FBXHeaderExtension:  {{
\tFBXHeaderVersion: 1003
\tFBXVersion: 7400
}}
GlobalSettings:  {{
\tVersion: 1000
\tProperties70:  {{
\t\tP: "UpAxis", "int", "Integer", "",1
\t\tP: "UnitScaleFactor", "double", "Number", "",100
\t}}
}}
Objects:  {{
\tGeometry: 1000, "Geometry::Stone", "Mesh" {{
\t\t{corners}
\t\t{numbers("PolygonVertexIndex", loops)}
\t\tGeometryVersion: 124
\t\tLayerElementNormal: 0 {{
\t\t\t{mapping}
\t\t\t{normals}
\t\t}}
\t\tLayerElementColor: 0 {{
\t\t\t{mapping}
\t\t\t{numbers("Colors", chain.from_iterable(shades))}
\t\t}}
\t\tLayer: 0 {{
\t\t\tLayerElement:  {{
\t\t\t\tType: "LayerElementNormal"
\t\t\t\tTypedIndex: 0
\t\t\t}}
\t\t\tLayerElement:  {{
\t\t\t\tType: "LayerElementColor"
\t\t\t\tTypedIndex: 0
\t\t\t}}
\t\t}}
\t}}
\tModel: 2000, "Model::Stone", "Mesh" {{
\t\tVersion: 232
\t}}
}}
Connections:  {{
\tC: "OO",2000,0
\tC: "OO",1000,2000
}}
"""
    return scene.encode("ascii")


def _3mf(faces: list[Face]) -> bytes:
    points = sorted({corner for face in faces for corner in face.corners})
    numbers = {point: number for number, point in enumerate(points)}
    colours = sorted({face.colour for face in faces})
    bases = (f'<base name="Stone" displaycolor="#{bytes(colour).hex().upper()}FF"/>' for colour in colours)
    vertices = (f'<vertex x="{1000 * x:.3f}" y="{-1000 * z:.3f}" z="{1000 * y:.3f}"/>' for x, y, z in points)
    triangles = (
        f'<triangle v1="{numbers[face.corners[0]]}" v2="{numbers[face.corners[1]]}" v3="{numbers[face.corners[2]]}"'
        f' pid="1" p1="{colours.index(face.colour)}"/>'
        for face in faces
    )
    model = (
        '<model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"><resources>'
        f'<basematerials id="1">{"".join(bases)}</basematerials><object id="2" type="model" pid="1" pindex="0"><mesh>'
        f"<vertices>{''.join(vertices)}</vertices><triangles>{''.join(triangles)}</triangles></mesh></object>"
        '</resources><build><item objectid="2"/></build></model>'
    )
    schemas = "http://schemas.openxmlformats.org/package/2006"
    types = (
        f'<Types xmlns="{schemas}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="model"'
        ' ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>'
    )
    relations = (
        f'<Relationships xmlns="{schemas}/relationships"><Relationship Id="rel0" Target="/3D/3dmodel.model"'
        ' Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return _zip(
        {"[Content_Types].xml": head + types, "_rels/.rels": head + relations, "3D/3dmodel.model": head + model}
    )


def _usdz(faces: list[Face]) -> bytes:
    def rows(values: Iterable[Iterable[float]]) -> str:
        return ", ".join(f"({', '.join(_decimals(value).split())})" for value in values)

    scene = f"""#usda 1.0
(
    defaultPrim = "Stone"
    metersPerUnit = 1
    upAxis = "Y"
)
def Mesh "Stone"
{{
    int[] faceVertexCounts = [{", ".join("3" for _ in faces)}]
    int[] faceVertexIndices = [{", ".join(map(str, range(3 * len(faces))))}]
    point3f[] points = [{rows(corner for face in faces for corner in face.corners)}]
    normal3f[] normals = [{rows(face.normal for face in faces for _ in face.corners)}] (
        interpolation = "faceVarying"
    )
    color3f[] primvars:displayColor = [{rows([part / 255 for part in face.colour] for face in faces)}] (
        interpolation = "uniform"
    )
    uniform token subdivisionScheme = "none"
}}
"""
    return _zip({"stone.usda": scene}, alignment=_USDZ_ALIGNMENT)


def _zip(files: Mapping[str, str], alignment: int = 1) -> bytes:
    """Return an archive without compression and time; each file begins at a multiple of `alignment` bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            gap = -(archive.tell() + 30 + len(name)) % alignment
            if gap:
                gap += alignment if gap < 4 else 0
                entry.extra = struct.pack("<HH", 0x1986, gap - 4) + bytes(gap - 4)
            packed.writestr(entry, text)
    return archive.getvalue()


def _decimals(values: Iterable[float]) -> str:
    return " ".join(f"{value:.6g}" for value in values)


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("ascii")


_WRITERS: Final[Mapping[str, Callable[[list[Face]], bytes]]] = {
    "GLB": _glb,
    "FBX": _fbx,
    "OBJ": _obj,
    "STL": _stl,
    "PLY": _ply,
    "3MF": _3mf,
    "USDZ": _usdz,
}

FORMATS: Final = tuple(_WRITERS)
"""The formats, the usual one first."""
