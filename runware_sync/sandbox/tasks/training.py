"""`training`: a model of one's own from a set of pictures."""

import json
import struct
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from runware_sync.sandbox.gallery import StoredFile
from runware_sync.sandbox.identifiers import derived_number
from runware_sync.sandbox.inputs import nested
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, TaskType

__all__ = ["Training"]


class Training(TaskType):
    """Learns nothing: it enters a model into the catalogue, whose well-formed file of weights is all zero."""

    names: ClassVar = ("training",)
    rules: ClassVar = (Rule("model", "string", required=True),)
    parameters: ClassVar = frozenset({"importModel"})
    deliveries: ClassVar = ("async",)
    long: ClassVar = True

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield nothing: the pictures come in an archive."""
        return iter(())

    def files(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any, Kind | None]]:
        """Yield the parameter that names the archive."""
        yield "inputs.dataset", nested(request, "inputs", "dataset"), "archive"

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        if nested(request, "inputs", "dataset") is None:
            yield Problem("missingDataset", "inputs.dataset is required.", "inputs.dataset", type="string")
        model, strict = request.get("importModel"), self.studio.switches.strict
        if (model is None and strict) or (model is not None and not isinstance(model, Mapping)):
            code = "missingImportModel" if model is None else "invalidImportModel"
            yield Problem(code, "importModel must be of type object.", "importModel", type="object")
        for name in ("air", "name"):
            if strict and isinstance(model, Mapping) and not model.get(name):
                code = f"missing{name.capitalize()}"
                yield Problem(code, f"importModel.{name} is required.", f"importModel.{name}", type="string")

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make the result."""
        drawn = f"sandbox:{derived_number(self.studio.seed, commission.uuid, 'air', bits=20)}@1"
        air = str(nested(commission.request, "importModel", "air") or drawn)
        file = self.put_up(commission, StoredFile, ("weights", index), "safetensors", partial(_weights, air))
        told = commission.request.get("importModel")
        model = {"name": "Trained", "version": "1", "category": "lora", **(told if isinstance(told, Mapping) else {})}
        self.studio.catalogue.add(model, air)
        return {"air": air, "outputs": {"files": [self.entry(file)]}}


def _weights(air: str) -> bytes:
    parts = {
        "lora.down.weight": {"dtype": "F16", "shape": [4, 16], "data_offsets": [0, 128]},
        "lora.up.weight": {"dtype": "F16", "shape": [16, 4], "data_offsets": [128, 256]},
    }
    header = json.dumps({"__metadata__": {"air": air}, **parts}, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + bytes(256)
