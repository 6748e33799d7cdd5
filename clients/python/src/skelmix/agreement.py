"""What a training takes for granted of its stream, checked before the first batch rather than by the GPU."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Sequence

from .errors import ConfigError
from .info import StreamInfo

#: Fields of HELLO's `expect` -> the words of recognizers for them.
_WORDS = {
    "layout": "expect_layout",
    "classes": "num_class",
    "C": "in_channels",
    "V": "num_point",
    "M": "num_person",
    "T": "window_size",
}


def expectation(**wanted: Any) -> Dict[str, Any]:
    """HELLO's `expect` out of layout, classes, C, V, M, T; those that are None are left out."""
    return {key: value for key, value in wanted.items() if value is not None}


def check_expectation(expect: Mapping[str, Any], info: StreamInfo) -> None:
    """Raises ConfigError CONFIG_CONFLICT, in the recognizer's words, where the stream differs from what is expected."""
    stated = {**info.shape._asdict(), "layout": info.layout.name, "classes": len(info.classes)}
    for key, wanted in expect.items():
        if stated[key] != wanted:
            raise ConfigError(
                "CONFIG_CONFLICT",
                f"{_WORDS[key]} is {wanted!r}, but the stream of {info.dataset} {info.split}{_by_profile(info)} has "
                f"{stated[key]!r} ({len(info.classes)} classes, layout {info.layout.name}, {_sizes(info)}); change the "
                "recognizer's configuration or serve another data set, layout or profile",
                {"field": _WORDS[key], "expected": wanted, "got": stated[key]},
            )


def check_window(window_size: Any, info: StreamInfo) -> None:
    """Holds a recognizer's window against the stream's frames, unless the server has it as an argument of the profile."""
    answered = info.profile is not None and "window_size" in info.profile.args
    if isinstance(window_size, int) and window_size > 0 and not answered:
        check_expectation({"T": window_size}, info)


def check_fields(fields: Sequence[str], known: Sequence[str], info: StreamInfo) -> None:
    """Raises ConfigError CONFIG_INVALID where a field is none of the known ones or the stream's further tensors."""
    there = (*known, *(name for name in info.tensors if name not in known))
    unknown = [field for field in fields if field not in there]
    if unknown or not fields:
        raise ConfigError(
            "CONFIG_INVALID",
            f"fields must name some of {', '.join(there)}, got {list(fields)!r}; the stream's profile is "
            f"{info.profile.name if info.profile else 'unknown'}",
            {"field": "fields", "got": list(fields)},
        )


def check_phase(indexed_test: bool, info: StreamInfo) -> None:
    """Raises ConfigError CONFIG_CONFLICT where a test was asked for and the server would hand out training samples."""
    phase: Optional[str] = info.profile.phase if info.profile else None
    if indexed_test and phase == "train":
        raise ConfigError(
            "CONFIG_CONFLICT",
            f"a test split was asked for, but the server states split {info.split!r} in its training form; "
            "check the spelling of `split`",
            {"field": "split", "got": info.split},
        )


def _by_profile(info: StreamInfo) -> str:
    return f", profile {info.profile.name}," if info.profile else ""


def _sizes(info: StreamInfo) -> str:
    return ", ".join(f"{axis} {size}" for axis, size in zip(info.axes, info.x_shape[1:]))
