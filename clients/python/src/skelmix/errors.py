"""Errors of the client; classes and codes are those of the server and of the TypeScript library, one to one."""

from __future__ import annotations

from typing import Any, Mapping, Optional

#: Stable codes, the same list in the same order as in the TypeScript library.
ERROR_CODES = (
    "CONFIG_INVALID",
    "CONFIG_FILE_MISSING",
    "CONFIG_CONFLICT",
    "DATA_PATH_MISSING",
    "FORMAT_TRUNCATED",
    "FORMAT_UNSUPPORTED",
    "LAYOUT_INVALID",
    "LAYOUT_MISMATCH",
    "CLIP_EMPTY",
    "CLIP_NOT_FINITE",
    "SPLIT_UNKNOWN",
    "TOO_MANY_BAD_FILES",
    "MODEL_MISSING",
    "MODEL_MISMATCH",
    "WEIGHTS_MISSING_TENSOR",
    "WEIGHTS_SHAPE",
    "SAMPLE_NOT_FINITE",
    "KERNEL_UNSUPPORTED",
    "BACKEND_UNAVAILABLE",
    "CHECKPOINT_INVALID",
    "PORT_IN_USE",
    "ADDRESS_INVALID",
    "PROTOCOL_VERSION",
    "PROTOCOL_MESSAGE",
    "AUTH_REFUSED",
    "TIMEOUT",
    "PEER_GONE",
    "REFUSED",
    "CLOSED",
    "BUG",
)


class SkelmixError(Exception):
    """Base of every error that skelmix raises on purpose.

    The message says what failed, with which value, what was expected and what to do. `code` is one of `ERROR_CODES` and
    stable for programs; `details` holds the values behind the message.
    """

    def __init__(self, code: str, message: str, details: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = dict(details or {})

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def __reduce__(self):  # worker processes hand their exceptions to the parent by pickle
        return (type(self), (self.code, self.message, self.details))


class ConfigError(SkelmixError):
    """A setting is wrong, missing or contradicts another."""


class DataError(SkelmixError):
    """A recording, layout or split can't be used."""


class ModelError(SkelmixError):
    """A model, its weights or the tensor engine can't be used."""


class TransportError(SkelmixError):
    """The stream can't be opened, was refused or broke."""


class InternalError(SkelmixError):
    """A defect of skelmix itself: please report it. Its code is always BUG."""


#: Error codes on the wire -> class and code here.
_WIRE_ERRORS = {
    "bad_version": (TransportError, "PROTOCOL_VERSION"),
    "bad_message": (TransportError, "PROTOCOL_MESSAGE"),
    "too_large": (TransportError, "PROTOCOL_MESSAGE"),
    "over_credit": (TransportError, "PROTOCOL_MESSAGE"),
    "unauthorized": (TransportError, "AUTH_REFUSED"),
    "forbidden": (TransportError, "AUTH_REFUSED"),
    "unknown_session": (TransportError, "CLOSED"),
    "shutting_down": (TransportError, "CLOSED"),
    "group_full": (TransportError, "REFUSED"),
    "rank_taken": (TransportError, "REFUSED"),
    "poison": (TransportError, "REFUSED"),
    "config_mismatch": (ConfigError, "CONFIG_CONFLICT"),
    "state_mismatch": (ConfigError, "CONFIG_CONFLICT"),
    "out_of_range": (ConfigError, "CONFIG_INVALID"),
    "internal": (InternalError, "BUG"),
}


def error_from_wire(header: Mapping[str, Any]) -> SkelmixError:
    """The exception for an ERROR header; an unknown code of a newer server becomes `TransportError` REFUSED.

    `details` holds what the server sent of code, field, got, retry and ref.
    """
    wire_code = str(header.get("code", "internal"))
    kind, code = _WIRE_ERRORS.get(wire_code, (TransportError, "REFUSED"))
    details = {key: header[key] for key in ("code", "field", "got", "retry", "ref") if header.get(key) is not None}
    return kind(code, str(header.get("message") or f"the server answered {wire_code}"), details)
