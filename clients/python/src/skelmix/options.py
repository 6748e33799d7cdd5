"""The options of a stream: defaults and checks."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from .errors import ConfigError
from .keys import curve_keys
from .ranks import with_ranks
from .request import StreamRequest

_DEFAULTS = {
    "credit": 4,
    "output": "auto",
    "connect_timeout_s": 5.0,
    "first_batch_timeout_s": 30.0,
    "batch_timeout_s": None,
    "prefer_ipc": True,
    "dtype": "<f4",
    "name": None,
    "curve": None,
    "reconnect_timeout_s": None,
}

#: Options that choose the stream; they go into HELLO.
_REQUEST = {field: getattr(StreamRequest(), field) for field in StreamRequest.__dataclass_fields__}


def resolve_options(options: Mapping[str, Any]) -> Dict[str, Any]:
    """All options of `skelmix.connect`, those left out at their defaults.

    Raises ConfigError CONFIG_INVALID for an unknown option or a value that it can't have.
    """
    unknown = [key for key in options if key not in _DEFAULTS and key not in _REQUEST]
    if unknown:
        known = ", ".join((*_DEFAULTS, *_REQUEST))
        raise ConfigError("CONFIG_INVALID", f"unknown option {unknown[0]!r}; there are {known}", {"field": unknown[0]})
    resolved = with_ranks({**_DEFAULTS, **_REQUEST, **options})
    _check(resolved)
    request_of(resolved).hello()
    curve_keys(resolved["curve"])
    return resolved


def request_of(options: Mapping[str, Any]) -> StreamRequest:
    """The part of resolved options that chooses the stream."""
    return StreamRequest(**{key: options[key] for key in _REQUEST})


def _check(options: Mapping[str, Any]) -> None:
    def refuse(key: str, expected: str) -> None:
        raise ConfigError("CONFIG_INVALID", f"{key} must be {expected}, got {options[key]!r}", {"field": key})

    if not isinstance(options["credit"], int) or options["credit"] < 1:
        refuse("credit", "a whole number of at least 1")
    if options["output"] not in ("auto", "numpy", "torch"):
        refuse("output", "'auto', 'numpy' or 'torch'")
    if options["dtype"] not in ("<f4", "<f2"):
        refuse("dtype", "'<f4' or '<f2'")
    for key in ("connect_timeout_s", "first_batch_timeout_s", "batch_timeout_s", "reconnect_timeout_s"):
        value = options[key]
        if value is None and key != "connect_timeout_s":
            continue
        if not isinstance(value, (int, float)) or not value > 0:
            refuse(key, "a number of seconds above 0")
