"""Rank and world of a distributed training, as torchrun and others put them into the environment."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, Optional

from .errors import ConfigError

RANK_VARIABLE, WORLD_VARIABLE, RUN_VARIABLE = "RANK", "WORLD_SIZE", "TORCHELASTIC_RUN_ID"


def with_ranks(options: Mapping[str, Any]) -> Dict[str, Any]:
    """The options with `rank` and `world` out of RANK and WORLD_SIZE, where the mode is `lockstep` and neither is given.

    Raises ConfigError CONFIG_INVALID where they are missing or no numbers.
    """
    if options["mode"] != "lockstep" or (options["rank"], options["world"]) != (None, None):
        return dict(options)
    found = {}
    for key, variable in (("rank", RANK_VARIABLE), ("world", WORLD_VARIABLE)):
        text = os.environ.get(variable, "")
        if not text.isdecimal():
            raise ConfigError(
                "CONFIG_INVALID",
                f"mode 'lockstep' needs rank and world; neither is given, and the environment variable {variable} is {text!r}: "
                "start the training with torchrun, or give both",
                {"field": key},
            )
        found[key] = int(text)
    return {**options, **found}


def run_group() -> Optional[str]:
    """The group that the ranks of one run share where none is named: the run's name, None where it has none of its own."""
    run = os.environ.get(RUN_VARIABLE, "")
    return run if run not in ("", "none") else None
