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

    def __init__(self, code: str, message: Optional[str] = None, details: Optional[Mapping[str, Any]] = None) -> None:
        if message is None:  # DataLoader makes a worker's error again out of its traceback's text alone
            code, message = _code_in(code), code
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = dict(details or {})

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def __reduce__(self):  # worker processes hand their exceptions to the parent by pickle
        return (type(self), (self.code, self.message, self.details))


def _code_in(traceback: str) -> str:
    """The code of the error that the last lines of a traceback show, BUG where there is none."""
    shown = [word.rstrip(":") for line in traceback.splitlines() if line[:1] not in ("", " ") for word in line.split()[1:2]]
    return next((word for word in reversed(shown) if word in ERROR_CODES), "BUG")


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


#: Error codes on the wire -> code here, as in the TypeScript library.
WIRE_CODES = {
    "bad_version": "PROTOCOL_VERSION",
    "bad_message": "PROTOCOL_MESSAGE",
    "unauthorized": "AUTH_REFUSED",
    "forbidden": "AUTH_REFUSED",
    "unknown_session": "PEER_GONE",
    "config_mismatch": "REFUSED",
    "state_mismatch": "CONFIG_CONFLICT",
    "out_of_range": "CONFIG_INVALID",
    "group_full": "REFUSED",
    "rank_taken": "REFUSED",
    "over_credit": "REFUSED",
    "too_large": "PROTOCOL_MESSAGE",
    "poison": "REFUSED",
    "shutting_down": "CLOSED",
    "internal": "REFUSED",
}


def error_from_wire(header: Mapping[str, Any]) -> SkelmixError:
    """The exception for an ERROR header: ConfigError where a live setting was refused, else TransportError.

    `internal` keeps the code of the server's own error where it names one; an unknown code of a newer server becomes
    REFUSED. `details` holds the code on the wire as `wireCode`, and what the server sent of field, got, retry and ref.
    """
    wire_code = str(header.get("code"))
    code = WIRE_CODES.get(wire_code, "REFUSED")
    if wire_code == "internal" and header.get("cause") in ERROR_CODES:
        code = str(header["cause"])
    kind = ConfigError if WIRE_CODES.get(wire_code, "").startswith("CONFIG_") else TransportError
    details = {key: header[key] for key in ("field", "got", "retry", "ref") if header.get(key) is not None}
    return kind(code, str(header.get("message") or f"the server answered {wire_code}"), {**details, "wireCode": wire_code})
