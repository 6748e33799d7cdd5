"""Client of a skelmix stream: batches of real and synthetic skeleton sequences for PyTorch and NumPy loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import batch, errors, info, stream
from ._version import __version__
from .batch import REAL, REPLAYED, SYNTHETIC, Batch, Mix, Ratio
from .errors import (
    ERROR_CODES,
    ConfigError,
    DataError,
    InternalError,
    ModelError,
    SkelmixError,
    TransportError,
)
from .info import Layout, Shape, StreamInfo
from .stream import Change, Stream, connect

if TYPE_CHECKING:
    from .dataset import SkelmixDataset as SkelmixDataset

__all__ = [
    "ERROR_CODES",
    "REAL",
    "REPLAYED",
    "SYNTHETIC",
    "Batch",
    "Change",
    "ConfigError",
    "DataError",
    "InternalError",
    "Layout",
    "Mix",
    "ModelError",
    "Ratio",
    "Shape",
    "SkelmixDataset",
    "SkelmixError",
    "Stream",
    "StreamInfo",
    "TransportError",
    "__version__",
    "batch",
    "connect",
    "errors",
    "info",
    "stream",
]


def __getattr__(attribute: str) -> Any:
    if attribute == "SkelmixDataset":  # needs torch, which takes seconds to import and may be missing
        from .dataset import SkelmixDataset

        return SkelmixDataset
    raise AttributeError(f"module 'skelmix' has no attribute {attribute!r}")
