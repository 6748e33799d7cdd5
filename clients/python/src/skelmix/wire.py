"""Frames of SKMX/1 to values and back; pure functions without sockets."""

from __future__ import annotations

import math
from typing import Any, Dict, Mapping, Sequence

import msgpack
import numpy as np

from .batch import Batch, Mix, Ratio
from .errors import TransportError

#: [lowest, highest] protocol version that this client speaks.
VERSIONS = (1, 1)

#: dtypes of the wire -> the dtype handed to the user.
_DTYPES = {
    "<f4": np.dtype("<f4"),
    "<f2": np.dtype("<f4"),
    "<i8": np.dtype("<i8"),
    "|u1": np.dtype("|u1"),
}

#: libzmq stores frames below 8 KiB inside a receive buffer that they share, where they pin the whole buffer and may be
#: unaligned; those are copied. A larger frame has memory of its own, which the array takes over.
_MIN_OWN_FRAME_BYTES = 64 * 1024


def encode_header(verb: str, **fields: Any) -> bytes:
    """The one frame of a client's message; fields that are None are left out."""
    header: Dict[str, Any] = {"k": verb}
    header.update((key, value) for key, value in fields.items() if value is not None)
    return msgpack.packb(header, use_bin_type=True)


def decode_header(frame: Any) -> Dict[str, Any]:
    """Header of a message from its first frame (anything with the buffer protocol).

    Raises TransportError PROTOCOL_MESSAGE where it is not one msgpack map with string keys and a verb `k`.
    """
    try:
        header = msgpack.unpackb(frame, raw=False)
    except (ValueError, TypeError) as error:
        raise _unreadable(f"the header ({memoryview(frame).nbytes} bytes) is not msgpack: {error}") from error
    if not isinstance(header, dict) or not isinstance(header.get("k"), str):
        raise _unreadable(f"the header must be a map with a verb under 'k', got {str(header)[:80]!r}")
    return header


def decode_tensor(tensor: Mapping[str, Any], payload: Sequence[Any]) -> np.ndarray:
    """The array of a tensor in a header: writable, C order, owned by the caller; float16 is widened to float32.

    `payload` are the frames after the header. A large writable frame becomes the array's memory without a copy.
    Raises TransportError PROTOCOL_MESSAGE for an unknown dtype, a missing frame or a wrong number of bytes.
    """
    name, dtype, shape, data = (tensor.get(key) for key in ("name", "dtype", "shape", "data"))
    if dtype not in _DTYPES:
        raise _unreadable(f"tensor {name} has dtype {dtype!r}, expected one of {', '.join(_DTYPES)}")
    if not isinstance(shape, list) or not all(isinstance(size, int) and size >= 0 for size in shape):
        raise _unreadable(f"tensor {name} has shape {shape!r}, expected a list of sizes")
    if isinstance(data, int):
        if not 0 <= data < len(payload):
            raise _unreadable(f"tensor {name} lies in payload frame {data}, but the message has {len(payload)}")
        frame = payload[data]
        data = getattr(frame, "buffer", frame)
    elif not isinstance(data, bytes):
        raise _unreadable(f"tensor {name} has data of type {type(data).__name__}, expected bin or a frame's number")
    source = np.dtype(dtype)
    count = math.prod(shape)
    if memoryview(data).nbytes != count * source.itemsize:
        raise _unreadable(
            f"tensor {name} {dtype} {shape} needs {count * source.itemsize} bytes, got {memoryview(data).nbytes}"
        )
    array = np.frombuffer(data, dtype=source).reshape(shape)
    wanted = _DTYPES[dtype]
    if source != wanted:
        return array.astype(wanted)
    if array.nbytes < _MIN_OWN_FRAME_BYTES or not (array.flags.writeable and array.flags.aligned):
        return array.copy()
    return array


def decode_batch(header: Mapping[str, Any], payload: Sequence[Any], as_torch: bool = False) -> Batch:
    """The batch of a BATCH message, with NumPy arrays or with torch tensors over the same memory.

    Raises TransportError PROTOCOL_MESSAGE where a field is missing or a tensor can't be read.
    """
    try:
        arrays: Dict[str, Any] = {tensor["name"]: decode_tensor(tensor, payload) for tensor in header["tensors"]}
        _check_belonging(header, arrays)
        if as_torch:
            import torch

            arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
        x, y, origin, weight = (arrays.pop(name) for name in ("x", "y", "origin", "weight"))
        ratio, mix = header["ratio"], header["mix"]
        return Batch(
            x=x,
            y=y,
            origin=origin,
            weight=weight,
            ids=tuple(header["ids"]),
            seq=int(header["seq"]),  # from 2^32 on it comes as a float
            epoch=int(header["epoch"]),
            step=int(header["step"]),
            rev=int(header["rev"]),
            ratio=Ratio(ratio["target"], ratio["achieved"]),
            mix=Mix(mix["real"], mix["fresh"], mix["replayed"]),
            redelivered=bool(header.get("redelivered", False)),
            made_at=header["t"]["made"] / 1000,
            extras=arrays,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _unreadable(f"a BATCH lacks {error} or has it in another form; its keys are {sorted(header)}") from error


def _check_belonging(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    n, x = len(header["ids"]), arrays["x"]
    if x.ndim < 5 or any(array.ndim == 0 or len(array) != n for array in arrays.values()):
        shapes = ", ".join(f"{name} {list(array.shape)}" for name, array in arrays.items())
        raise _unreadable(
            f"batch {header['seq']}: {shapes} and {n} ids don't belong together; expected x with at least 5 axes, such as "
            "[N, C, T, V, M], and N of each other"
        )


def _unreadable(what: str) -> TransportError:
    return TransportError("PROTOCOL_MESSAGE", f"{what}; are server and client of one version?")
