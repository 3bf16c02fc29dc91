"""The settings of 3D models; which ones count depends on the model."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import OpenShape
from runware_sync.requests.fitting import Prompt

__all__ = ["ThreeDSettings"]

TextureAlignment = Literal["original_image", "geometry"]
TextureQuality = Literal["standard", "detailed"]
TextureFormat = Literal["WEBP", "PNG"]
Orientation = Literal["default", "align_image"]
Compress = Literal["meshopt", "geometry"]
AlphaMode = Literal["OPAQUE", "BLEND", "MASK"]
Material = Literal["PBR", "Shaded", "All"]
Quality = Literal["high", "medium", "low", "extra-low"]
Pose = Literal["none", "a-pose", "t-pose"]
MeshMode = Literal["Raw", "Quad"]
MeshType = Literal["standard", "lowpoly"]
Topology = Literal["triangle", "quad"]
PolygonType = Literal["triangle", "quadrilateral"]
GenerateType = Literal["Normal", "Geometry"]
Symmetry = Literal["auto", "on", "off"]
Origin = Literal["bottom", "center"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ThreeDSettings(OpenShape):
    """Values of the model's own."""

    texture_size: int | None = field(
        default=None, metadata=about("Pixels at each side of the texture.", usual="1024 to 4096", default="2048")
    )
    decimation_target: int | None = field(
        default=None, metadata=about("Faces to be kept.", usual="100000 to 1000000", default="500000")
    )
    decimation: int | None = field(
        default=None, metadata=about("How strongly the mesh is thinned out.", usual="1 to 4", default="2")
    )
    remesh: bool | None = field(default=None, metadata=about("Whether the mesh is built anew."))
    remesh_band: float | None = field(
        default=None, metadata=about("Width of the band for building it anew.", usual="0.1 to 16", default="1")
    )
    remesh_project: float | None = field(
        default=None, metadata=about("How far the new mesh is pulled to the old one.", usual="0.01 to 1")
    )
    resolution: int | None = field(default=None, metadata=about("Voxels at each side."))
    image_auto_fix: bool | None = field(default=None, metadata=about("Whether the picture is mended first."))
    face_limit: int | None = field(
        default=None, metadata=about("Largest number of faces.", usual="500 to 20000", default="10000")
    )
    face_count: int | None = field(
        default=None, metadata=about("Number of faces to aim for.", usual="3000 to 1500000", default="500000")
    )
    poly_count: float | None = field(
        default=None, metadata=about("Number of polygons to aim for.", usual="500 to 1000000", default="18000")
    )
    texture: bool | None = field(default=None, metadata=about("Whether there is a texture."))
    pbr: bool | None = field(default=None, metadata=about("Whether the material is physically based."))
    texture_seed: int | None = field(default=None, metadata=about("Number that makes the texture repeatable."))
    texture_alignment: TextureAlignment | str | None = field(default=None, metadata=about("What the texture follows."))
    texture_quality: TextureQuality | str | None = field(default=None, metadata=about("How fine the texture is."))
    texture_format: TextureFormat | str | None = field(default=None, metadata=about("Format of the texture's file."))
    texture_prompt: Prompt | None = field(default=None, metadata=about("What the texture should show."))
    hd_texture: bool | None = field(default=None, metadata=about("Whether the texture is of high definition."))
    auto_size: bool | None = field(default=None, metadata=about("Whether it has the size of the real thing."))
    orientation: Orientation | str | None = field(default=None, metadata=about("Which way it faces."))
    quad: bool | None = field(default=None, metadata=about("Whether faces have four corners."))
    compress: Compress | str | None = field(default=None, metadata=about("How it is compressed."))
    draco_compression: bool | Mapping[str, Any] | None = field(
        default=None, metadata=about("Draco compression: whether, or how, in the API's own spelling.")
    )
    smart_low_poly: bool | None = field(default=None, metadata=about("Whether few polygons are placed well."))
    generate_parts: bool | None = field(default=None, metadata=about("Whether it comes in parts."))
    export_uv: bool | None = field(default=None, metadata=about("Whether the UV map comes with it."))
    geometry_quality: TextureQuality | str | None = field(default=None, metadata=about("How fine the shape is."))
    geometry_only: bool | None = field(default=None, metadata=about("Whether there is no texture."))
    use_original_alpha: bool | None = field(default=None, metadata=about("Whether the picture's transparency is used."))
    alpha_mode: AlphaMode | str | None = field(default=None, metadata=about("How transparency is handled."))
    material: Material | str | None = field(default=None, metadata=about("Which materials come with it."))
    quality: Quality | str | None = field(default=None, metadata=about("How fine it is."))
    ta_pose: bool | None = field(default=None, metadata=about("Whether a figure stands in T or A pose."))
    pose: Pose | str | None = field(default=None, metadata=about("The pose of a figure."))
    bounding_box: Sequence[Any] | None = field(default=None, metadata=about("Limits of its size."))
    mesh_mode: MeshMode | str | None = field(default=None, metadata=about("Kind of mesh."))
    mesh_type: MeshType | str | None = field(default=None, metadata=about("How many polygons, roughly."))
    topology: Topology | str | None = field(default=None, metadata=about("Shape of the faces."))
    polygon_type: PolygonType | str | None = field(
        default=None, metadata=about("Shape of the faces, for other models.")
    )
    generate_type: GenerateType | str | None = field(default=None, metadata=about("Whether there is only the shape."))
    symmetry: Symmetry | str | None = field(default=None, metadata=about("Whether it is symmetrical."))
    image_enhancement: bool | None = field(default=None, metadata=about("Whether the picture is improved first."))
    remove_lighting: bool | None = field(
        default=None, metadata=about("Whether light and shadow are taken off the texture.")
    )
    origin: Origin | str | None = field(default=None, metadata=about("Where its origin lies."))
    moderation: bool | None = field(default=None, metadata=about("Whether it is screened."))
    save_pre_remeshed_model: bool | None = field(
        default=None, metadata=about("Whether the mesh before rebuilding is kept.")
    )
    addons: Sequence[Any] | None = field(default=None, metadata=about("Extras that cost more."))
    sparse_structure: Mapping[str, Any] | None = field(
        default=None, metadata=about("The first stage of sampling, in the API's own spelling.")
    )
    shape_slat: Mapping[str, Any] | None = field(
        default=None, metadata=about("The second stage of sampling, in the API's own spelling.")
    )
    tex_slat: Mapping[str, Any] | None = field(
        default=None, metadata=about("The third stage of sampling, in the API's own spelling.")
    )
    mesh_cluster: Mapping[str, Any] | None = field(
        default=None, metadata=about("How the mesh is grouped, in the API's own spelling.")
    )
