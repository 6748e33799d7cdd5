"""Live settings of a stream."""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Optional

from .connection import Connection


class Change(NamedTuple):
    """An accepted change of a live setting."""

    rev: int
    key: str
    value: Any
    #: Number of the first batch that is chosen under the new value.
    effective_seq: int
    #: Who asked.
    by: str


class Steered:
    """Settings that may change while the stream runs, and the server's figures."""

    def _link(self) -> Connection:
        raise NotImplementedError

    @property
    def ratio(self) -> float:
        """Share of synthetic samples, 0 to 1, as last confirmed by the server. Setting it waits for the confirmation.

        Raises ConfigError with the server's words where it refuses the value.
        """
        return float(self._link().session.settings["ratio"])

    @ratio.setter
    def ratio(self, value: float) -> None:
        self.set("ratio", float(value))

    @property
    def paused(self) -> bool:
        """True while the server builds no batches."""
        return bool(self._link().session.settings["paused"])

    @paused.setter
    def paused(self, value: bool) -> None:
        self.set("paused", bool(value))

    @property
    def rev(self) -> int:
        """Revision of the live settings."""
        return self._link().session.rev

    def set(self, key: str, value: Any, if_rev: Optional[int] = None, *, timeout_s: float = 10.0) -> Change:
        """Changes a live setting for all consumers and returns once the server has confirmed it.

        Settings are `ratio`, `paused`, `schedule` (a dict such as `{"kind": "linear", "from": 0, "to": 0.5, "over": 10}`, in epochs
        unless `unit` is "batches"; None ends it, and so does `ratio`), `classWeights` (a list with a weight for each class, or
        None), and where the model has them the thresholds `gate.*` and the scales `guidance.classifierFree` and
        `guidance.classifier`; the server's docs/protocol.md describes each.

        `if_rev` makes the change only where the settings still have that revision.
        Raises ConfigError CONFIG_INVALID (value or key refused) or CONFIG_CONFLICT (`if_rev` is not the revision any more),
        TransportError TIMEOUT, PEER_GONE or CLOSED.
        """
        answer = self._link().request("SET", timeout_s, key=key, value=value, ifRev=if_rev)
        return Change(
            int(answer["rev"]), answer["key"], answer.get("value"), int(answer["effectiveSeq"]), str(answer["by"])
        )

    def stats(self, *, timeout_s: float = 10.0) -> Dict[str, Any]:
        """The server's counters and gauges by dotted name."""
        return dict(self._link().request("STATS", timeout_s)["stats"])
