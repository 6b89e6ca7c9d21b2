"""Small valid safetensors files: the length of a JSON header, the header, then the tensors' bytes."""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ALIGNMENT = 8
_BYTES_OF_FLOAT = 4


def write_safetensors(shapes: Mapping[str, Sequence[int]]) -> bytes:
    """Tensors of 32-bit floats (name → shape) with values that rise from 0 to 1, so that the file is reproducible."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = bytearray()
    for name, shape in shapes.items():
        count = math.prod(shape)
        start = len(data)
        data += struct.pack(f"<{count}f", *(index / count for index in range(count)))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, start + count * _BYTES_OF_FLOAT]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return struct.pack("<Q", len(text)) + text + bytes(data)
