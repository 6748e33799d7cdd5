"""Samples by index: what LIST and GET bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import numpy as np

from .errors import TransportError
from .wire import decode_tensor

#: Most ids that a server takes in one GET.
MAX_GET_IDS = 1024

Message = Tuple[Mapping[str, Any], Sequence[Any]]


@dataclass(frozen=True)
class Items:
    """Labels and names of a split, in the order of its indices."""

    size: int
    #: Class numbers [size] int64.
    labels: np.ndarray
    names: Tuple[str, ...]


@dataclass(frozen=True)
class Samples:
    """Samples that were asked for by index, in the order asked for; arrays are writable and the receiver's own."""

    ids: Tuple[int, ...]
    epoch: int
    #: [n, ...] float32, axes as the server's WELCOME states.
    x: np.ndarray
    #: Class numbers [n] int64.
    y: np.ndarray
    #: Further tensors by name [n, ...].
    extras: Dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.ids)


def decode_items(header: Mapping[str, Any], payload: Sequence[Any]) -> Items:
    """Reads an ITEMS message. Raises TransportError PROTOCOL_MESSAGE where its parts don't belong together."""
    try:
        size, names = int(header["size"]), tuple(header["names"])
        labels = {tensor["name"]: tensor for tensor in header["tensors"]}["labels"]
        array = decode_tensor(labels, payload)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _unreadable(f"an ITEMS lacks {error} or has it in another form; its keys are {sorted(header)}") from error
    if array.shape != (size,) or len(names) != size:
        raise _unreadable(f"an ITEMS of {size} samples has {len(names)} names and labels of shape {list(array.shape)}")
    return Items(size, array.astype(np.int64, copy=False), names)


def decode_samples(messages: Sequence[Message], ids: Sequence[int]) -> Samples:
    """Joins the SAMPLES messages that answer one GET of these ids.

    Raises TransportError PROTOCOL_MESSAGE where a tensor is missing, or the ids are others than those asked for.
    """
    parts: Dict[str, List[np.ndarray]] = {}
    got: List[int] = []
    epoch = 0
    for header, payload in messages:
        try:
            part = [int(index) for index in header["ids"]]
            epoch = int(header["epoch"])
            tensors = {tensor["name"]: decode_tensor(tensor, payload) for tensor in header["tensors"]}
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise _unreadable(
                f"a SAMPLES lacks {error} or has it in another form; its keys are {sorted(header)}"
            ) from error
        if any(array.ndim == 0 or len(array) != len(part) for array in tensors.values()):
            shapes = {name: list(array.shape) for name, array in tensors.items()}
            raise _unreadable(f"a SAMPLES of {len(part)} samples has tensors of {shapes}")
        got.extend(part)
        for name, array in tensors.items():
            parts.setdefault(name, []).append(array)
    if got != list(ids):
        raise _unreadable(f"GET asked for {len(ids)} samples {_shown(ids)} and got {len(got)}: {_shown(got)}")
    try:
        arrays = {name: pieces[0] if len(pieces) == 1 else np.concatenate(pieces) for name, pieces in parts.items()}
        x, y = arrays.pop("x"), arrays.pop("y")
    except (KeyError, ValueError) as error:
        raise _unreadable(f"the answer to a GET lacks {error} or its messages differ in shape") from error
    if any(len(array) != len(got) for array in (x, y, *arrays.values())):
        raise _unreadable("the messages that answer a GET don't all have the same tensors")
    return Samples(tuple(got), epoch, x, y, arrays)


def _shown(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids[:5])) + (" ..." if len(ids) > 5 else "")


def _unreadable(what: str) -> TransportError:
    return TransportError("PROTOCOL_MESSAGE", f"{what}; are server and client of one version?")
