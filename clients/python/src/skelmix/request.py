"""What a consumer asks of a stream before its first batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional

from .errors import ConfigError

#: How a session takes part: a share of the group's batches, the whole stream for itself, one of `world` ranks in step, or
#: samples by index and no batches.
MODES = ("share", "broadcast", "lockstep", "indexed")

#: What can be expected of a stream: the layout's name, the number of classes, and axis sizes.
EXPECTATIONS = ("layout", "classes", "V", "C", "M", "T")


@dataclass(frozen=True)
class StreamRequest:
    """Fields of HELLO that choose a stream; None leaves the choice to the server.

    Raises ConfigError CONFIG_INVALID for an unknown mode or expectation, and for ranks without lockstep.
    """

    mode: str = "share"
    #: Consumers of one group share a stream.
    group: Optional[str] = None
    #: Lockstep: number of this consumer, and how many there are.
    rank: Optional[int] = None
    world: Optional[int] = None
    #: Name of the recognizer's profile.
    profile: Optional[str] = None
    #: Arguments of the profile, in the recognizer's own words.
    profile_args: Optional[Mapping[str, Any]] = None
    #: `train`, `test` or the data set's own spelling.
    split: Optional[str] = None
    #: What is taken for granted; see `EXPECTATIONS`. The server refuses a session whose stream differs.
    expect: Optional[Mapping[str, Any]] = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ConfigError(
                "CONFIG_INVALID", f"mode must be one of {', '.join(MODES)}, got {self.mode!r}", {"field": "mode"}
            )
        for key in ("group", "profile", "split"):
            value = getattr(self, key)
            if value is not None and not isinstance(value, str):
                raise ConfigError("CONFIG_INVALID", f"{key} must be a text, got {value!r}", {"field": key})
        unknown = [key for key in self.expect or () if key not in EXPECTATIONS]
        if unknown:
            raise ConfigError(
                "CONFIG_INVALID",
                f"can't expect {unknown[0]!r}; there are {', '.join(EXPECTATIONS)}",
                {"field": "expect"},
            )
        placed = isinstance(self.rank, int) and isinstance(self.world, int) and 0 <= self.rank < self.world
        if not placed if self.mode == "lockstep" else (self.rank, self.world) != (None, None):
            raise ConfigError(
                "CONFIG_INVALID",
                f"rank (from 0) and world belong to mode 'lockstep', where both are needed; got mode {self.mode!r}, rank "
                f"{self.rank!r}, world {self.world!r}",
                {"field": "rank"},
            )

    def hello(self) -> Dict[str, Any]:
        """The fields for HELLO, without `mode`; those that are None are left out on the wire."""
        profile: Dict[str, Any] = {}
        if self.profile is not None:
            profile["name"] = self.profile
        if self.profile_args:
            profile["args"] = {str(key): _plain(value, str(key)) for key, value in self.profile_args.items()}
        return {
            "group": self.group,
            "rank": self.rank,
            "world": self.world,
            "profile": profile or None,
            "split": self.split,
            "expect": dict(self.expect) if self.expect else None,
        }


def _plain(value: Any, key: str) -> Any:
    """The value as msgpack can hold it: configuration objects of YAML, mmcv and NumPy become plain ones."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(entry, key) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry, key) for entry in value]
    if hasattr(value, "tolist"):  # NumPy scalars and arrays
        return value.tolist()
    raise ConfigError(
        "CONFIG_INVALID",
        f"{key} is {type(value).__name__} {value!r}, which can't be sent to the server; expected numbers, texts, lists or maps",
        {"field": key},
    )
