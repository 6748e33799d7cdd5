"""What a session hands to the loop, and what it was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Mapping, NamedTuple, Sequence, Tuple, Union

from .errors import SkelmixError
from .state import Place


class Lease(NamedTuple):
    """Names a batch towards the server; void once the session it came from is replaced."""

    id: Any
    generation: int


class Delivery(NamedTuple):
    """A BATCH that waits for the loop: header, payload frames, lease, place."""

    header: Mapping[str, Any]
    payload: Sequence[Any]
    lease: Lease
    place: Place


class EpochEnd(NamedTuple):
    """An END among the deliveries: every batch of the epoch was sent before."""

    epoch: int
    served: int


class Stall(NamedTuple):
    """Why the server sends nothing, in its words."""

    code: str
    hint: str

    def __str__(self) -> str:
        return f"{self.code} ({self.hint})" if self.hint else self.code


@dataclass
class Request:
    """A SET, STATS, STATE, SEEK, LIST or GET that waits for its answer: a header or an error."""

    id: str
    message: bytes
    answer: Union[Mapping[str, Any], SkelmixError, None] = None
    #: Header and payload of each message of an answer that has payload, in the order of arrival.
    messages: List[Tuple[Mapping[str, Any], Sequence[Any]]] = field(default_factory=list)
