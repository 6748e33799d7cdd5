"""Where a loop stands, for its checkpoint."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Dict, Mapping, NamedTuple

from .errors import ConfigError

#: Version of the form below; a newer one is refused.
_FORM = 1


class Place(NamedTuple):
    """The batch to go on with: everything before it is processed. In lockstep steps are those of a rank."""

    epoch: int
    step: int


@dataclass(frozen=True)
class StreamState:
    """What `Stream.state_dict` holds, as plain numbers and texts."""

    #: The epoch under way and the step to go on with. A step of the epoch's length says that all of it was handed out while
    #: the loop over it has yet to end.
    epoch: int
    step: int
    #: Revision of the live settings and digest of the changes so far.
    rev: int
    log_hash: str
    #: Group and session that the place was reached in, and what the server streamed.
    group: str
    session: str
    config_hash: str

    @property
    def place(self) -> Place:
        return Place(self.epoch, self.step)

    def as_dict(self) -> Dict[str, Any]:
        """Plain data that any checkpoint can hold, `torch.load` with `weights_only` too."""
        return {"form": _FORM, **asdict(self)}


def parse_state(state: Mapping[str, Any]) -> StreamState:
    """Reads what `as_dict` made. Raises ConfigError CONFIG_INVALID where it is something else."""
    if not isinstance(state, Mapping) or state.get("form") != _FORM:
        form = state.get("form") if isinstance(state, Mapping) else type(state).__name__
        raise _invalid(f"it is not of form {_FORM} but {form!r}; was it made by state_dict() of this class and version?")
    values = {}
    for field in fields(StreamState):
        value, number = state.get(field.name), field.name in ("epoch", "step", "rev")
        if not (isinstance(value, int) and not isinstance(value, bool) and value >= 0 if number else isinstance(value, str)):
            raise _invalid(f"{field.name} must be {'a whole number from 0' if number else 'a text'}, got {value!r}")
        values[field.name] = value
    return StreamState(**values)


def part_of(state: Any, key: str, kind: type) -> Any:
    """The entry of a state dict. Raises ConfigError CONFIG_INVALID where it isn't there or of another kind."""
    value = state.get(key) if isinstance(state, Mapping) else None
    if not isinstance(value, kind) or isinstance(value, bool) or (isinstance(value, int) and value < 0):
        raise _invalid(f"{key} must be a {kind.__name__}, got {value!r}; was it made by state_dict() of this class?")
    return value


def _invalid(what: str) -> ConfigError:
    return ConfigError("CONFIG_INVALID", f"the state can't be loaded: {what}", {"field": "state"})
