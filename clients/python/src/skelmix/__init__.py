"""Client of a skelmix stream: batches of real and synthetic skeleton sequences for PyTorch and NumPy loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import batch, errors, feeders, info, stream
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
from .indexed import Items, Samples
from .info import Layout, Profile, Shape, StreamInfo
from .keys import CurveKeys
from .loader import Loader
from .steered import Change
from .stream import Stream, connect

if TYPE_CHECKING:
    from .dataset import SkelmixDataset as SkelmixDataset
    from .dataset import StreamDataset as StreamDataset

__all__ = [
    "ERROR_CODES",
    "REAL",
    "REPLAYED",
    "SYNTHETIC",
    "Batch",
    "Change",
    "ConfigError",
    "CurveKeys",
    "DataError",
    "InternalError",
    "Items",
    "Layout",
    "Loader",
    "Mix",
    "ModelError",
    "Profile",
    "Ratio",
    "Samples",
    "Shape",
    "SkelmixDataset",
    "SkelmixError",
    "Stream",
    "StreamDataset",
    "StreamInfo",
    "TransportError",
    "__version__",
    "batch",
    "connect",
    "errors",
    "feeders",
    "info",
    "stream",
]


def __getattr__(attribute: str) -> Any:
    if attribute in ("SkelmixDataset", "StreamDataset"):  # need torch, which takes seconds to import and may be missing
        from . import dataset

        return getattr(dataset, attribute)
    raise AttributeError(f"module 'skelmix' has no attribute {attribute!r}")
