"""What a check of one recognizer says, as one line of JSON on stdout."""

from __future__ import annotations

import json
import math
from typing import Any, Dict, List, Sequence

import numpy as np

import stand_ins

#: Begins the line that run.py looks for among what a recognizer prints.
MARK = "SKELMIX-COMPAT "


class Report:
    """Gathers trainings and comparisons."""

    def __init__(self) -> None:
        self.trainings: List[Dict[str, Any]] = []
        self.comparisons: List[Dict[str, Any]] = []

    def trained(self, what: str, losses: Sequence[float], shape: Sequence[int], tested: bool) -> None:
        """Notes a training; it counts only where there are losses, all finite."""
        self.trainings.append(
            {
                "what": what,
                "steps": len(losses),
                "losses": [round(float(loss), 4) for loss in losses],
                "shape": [int(size) for size in shape],
                "tested": tested,
                "ok": len(losses) > 0 and all(math.isfinite(loss) for loss in losses),
            }
        )

    def compare(self, what: str, stock: Any, ours: Any, places: Sequence[int] = (0,)) -> None:
        """Holds all items of two map-style data sets against each other.

        places: which parts of an item are arrays that must be alike; all other parts but the index must be equal.
        """
        worst, unequal = 0.0, []
        for index in range(len(stock)):
            theirs, mine = stock[index], ours[index]
            if len(theirs) != len(mine):
                raise AssertionError(f"{what}: item {index} has {len(mine)} parts, the stock one {len(theirs)}")
            for place, (wanted, got) in enumerate(zip(theirs, mine)):
                wanted, got = np.asarray(wanted), np.asarray(got)
                if wanted.shape != got.shape:
                    raise AssertionError(
                        f"{what}: part {place} of item {index} has shape {got.shape}, stock {wanted.shape}"
                    )
                if place in places:
                    worst = max(worst, float(np.abs(wanted.astype(np.float64) - got).max()))
                elif not (wanted == got).all():
                    unequal.append(f"item {index}, part {place}: {got} instead of {wanted}")
        self.comparisons.append(
            {"what": what, "items": len(stock), "worst": worst, "unequal": unequal, "lengths": [len(stock), len(ours)]}
        )

    def print(self) -> None:
        """Writes the line."""
        print(
            MARK
            + json.dumps(
                {
                    "trainings": self.trainings,
                    "comparisons": self.comparisons,
                    "standIns": sorted(set(stand_ins.REPLACED)),
                }
            ),
            flush=True,
        )


class Recorder:
    """Wraps a loss function and keeps its values."""

    def __init__(self, loss: Any) -> None:
        self._loss = loss
        self.values: List[float] = []

    def __call__(self, output: Any, label: Any) -> Any:
        value = self._loss(output, label)
        if value.requires_grad:
            self.values.append(float(value.detach()))
        return value
