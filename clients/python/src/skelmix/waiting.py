"""Waits that say after a while what they wait for."""

from __future__ import annotations

import logging
import time
from typing import Optional

logger = logging.getLogger("skelmix")

#: Waits are cut in slices so that Ctrl-C is heard on every platform.
_SLICE_S = 0.2
#: A wait of so long is explained in one log line.
EXPLAIN_AFTER_S = 10.0


class Waiting:
    """One wait: what for, from whom, and for how long at most (None: without end)."""

    def __init__(self, what: str, endpoint: str, timeout_s: Optional[float]) -> None:
        self._what, self._endpoint, self._timeout_s = what, endpoint, timeout_s
        self._began = time.monotonic()
        self._explained = False

    def slice_s(self, reason: str) -> float:
        """How long to wait before looking again, 0 once the time is over; tells the reason once where it takes long."""
        waited_s = time.monotonic() - self._began
        if waited_s >= EXPLAIN_AFTER_S and not self._explained:
            self._explained = True
            logger.warning(
                "no %s from %s for %.0f s; the server's reason: %s", self._what, self._endpoint, waited_s, reason
            )
        return _SLICE_S if self._timeout_s is None else max(0.0, min(_SLICE_S, self._timeout_s - waited_s))
