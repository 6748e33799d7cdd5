"""What a training tells the server of its classes."""

from __future__ import annotations

import math
from typing import Any, Dict, Sequence

from .errors import ConfigError

KINDS = ("loss", "accuracy", "entropy")


def feedback_of(kind: str, values: Sequence[Any], step: int, classes: Sequence[str]) -> Dict[str, Any]:
    """Fields of a FEEDBACK; NaN stands for no value, as None does. Raises ConfigError CONFIG_INVALID."""
    if kind not in KINDS:
        raise ConfigError("CONFIG_INVALID", f"kind must be one of {', '.join(KINDS)}, got {kind!r}", {"field": "kind"})
    plain = [None if value is None else float(value) for value in (values.tolist() if hasattr(values, "tolist") else values)]
    if len(plain) != len(classes):
        raise ConfigError(
            "CONFIG_INVALID",
            f"values needs a number or None for each of {len(classes)} classes, got {len(plain)}",
            {"field": "values", "got": len(plain)},
        )
    finite = [None if value is None or not math.isfinite(value) else value for value in plain]
    return {"kind": kind, "values": finite, "step": int(step)}
