"""A training batch as the stream hands it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, NamedTuple, Tuple

from .errors import ConfigError

#: Codes in `Batch.origin`.
REAL, SYNTHETIC, REPLAYED = 0, 1, 2

#: Names that profiles have for tensors of a sample beside x.
FURTHER_TENSORS = ("t", "n")


class Ratio(NamedTuple):
    """Share of synthetic samples, 0 to 1: asked for at this batch, and achieved over the last 100 batches."""

    target: float
    achieved: float

    def __float__(self) -> float:
        return float(self.target)


class Mix(NamedTuple):
    """Counts of samples within one batch."""

    real: int
    fresh: int
    replayed: int


@dataclass(repr=False, eq=False)
class Batch:
    """One batch. Its arrays are writable and belong to the receiver alone: change or keep them as you like.

    Arrays are NumPy arrays, or CPU tensors where the stream's `output` is `torch`.
    """

    __slots__ = (
        "x",
        "y",
        "origin",
        "weight",
        "ids",
        "seq",
        "epoch",
        "step",
        "rev",
        "ratio",
        "mix",
        "redelivered",
        "made_at",
        "extras",
    )

    #: [N, C, T, V, M] float32, or in the order of axes that the stream's `info.axes` states.
    x: Any
    #: Class numbers [N] int64.
    y: Any
    #: [N] uint8: 0 real, 1 synthetic and fresh, 2 synthetic and replayed.
    origin: Any
    #: Loss weights [N] float32, 1 unless the server says otherwise.
    weight: Any
    #: Ids of the samples, in order; an id says how to make or find the clip again.
    ids: Tuple[str, ...]
    #: Number of the batch in the stream, from 0.
    seq: int
    epoch: int
    #: Number of the batch within its epoch, from 0.
    step: int
    #: Revision of the live settings that the batch was chosen under.
    rev: int
    ratio: Ratio
    mix: Mix
    #: True where another consumer got the batch before and went away without finishing it.
    redelivered: bool
    #: When the server assembled the batch, seconds since the Unix epoch.
    made_at: float
    #: Further tensors of the profile by name, [N, ...]: `t` (frame positions, float32), `n` (valid frames, int64).
    extras: Mapping[str, Any]

    @property
    def is_synthetic(self) -> Any:
        """Mask [N] of bool, true for synthetic samples, fresh or replayed."""
        return self.origin != REAL

    def field(self, name: str) -> Any:
        """The field of this name, be it a further tensor. Raises ConfigError CONFIG_INVALID where the stream has none such."""
        if name in self.__slots__:
            return getattr(self, name)
        if name in self.extras:
            return self.extras[name]
        raise ConfigError(
            "CONFIG_INVALID",
            f"a batch has no field {name!r}; there are {', '.join((*self.__slots__, *self.extras))}",
            {"field": "fields", "got": name},
        )

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        redelivered = ", redelivered" if self.redelivered else ""
        return (
            f"Batch(seq={self.seq}, epoch={self.epoch}, step={self.step}, x={tuple(self.x.shape)}, rev={self.rev}, "
            f"ratio={self.ratio.target:g} ({self.ratio.achieved:.3f} achieved), {self.mix}{redelivered})"
        )
