"""Keys of encrypted connections: where they come from, and the proof that goes with HELLO."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import Any, Dict, Mapping, NamedTuple, Optional

from zmq.utils import z85

from .errors import ConfigError
from .x25519 import x25519

#: Path of the client's key file; the server's public key, or the path of a file with it.
KEY_VARIABLE, SERVER_KEY_VARIABLE = "SKELMIX_KEY", "SKELMIX_SERVER_KEY"

#: What is signed; see docs/protocol.md.
_TEXT = b"SKMX/1 this is my key"
_LINE = re.compile(r"^(public|secret) (\S+)$", re.MULTILINE)
_KEY_CHARACTERS = 40


class CurveKeys(NamedTuple):
    """Keys of an encrypted connection, 40 characters (Z85) each, as `skelmix keys new` makes them."""

    #: Public key of the server.
    server_key: str
    public_key: str
    secret_key: str

    def __repr__(self) -> str:
        return f"CurveKeys(server_key={self.server_key!r}, public_key={self.public_key!r}, secret_key=...)"

    def auth(self) -> Dict[str, str]:
        """HELLO's `auth`: shows that this client has the secret of its key, which its role on the server depends on.

        Raises ConfigError CONFIG_INVALID where the server's key can't be one.
        """
        try:
            shared = x25519(_bytes_of(self.secret_key), _bytes_of(self.server_key))
        except ValueError as error:
            raise ConfigError("CONFIG_INVALID", f"the server's key can't be used: {error}", {"field": "curve"}) from error
        return {"key": self.public_key, "proof": hmac.new(shared, _TEXT, hashlib.sha256).hexdigest()}


def read_key_file(path: "str | os.PathLike[str]") -> Dict[str, str]:
    """`public` and, where it is there, `secret` of a key file, lines `public KEY` and `secret KEY`.

    Raises ConfigError CONFIG_FILE_MISSING, or CONFIG_INVALID, never with the file's text.
    """
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "CONFIG_FILE_MISSING", f'the key file {path} can\'t be read ({error}): make one with "skelmix keys new"'
        ) from error
    found = {name: key for name, key in _LINE.findall(text) if _is_key(key)}
    if "public" not in found:
        raise ConfigError(
            "CONFIG_INVALID", f'{path} is no key file: it needs the lines "public KEY" and "secret KEY"', {"path": str(path)}
        )
    return found


def curve_keys(given: Any) -> Optional[CurveKeys]:
    """The keys that a connection uses; None for a plain one.

    given: CurveKeys; a map of `server_key` and either `key` (path of the client's key file) or `public_key` and
        `secret_key`; False for a plain connection; None takes the environment: SKELMIX_KEY and SKELMIX_SERVER_KEY.
    Raises ConfigError CONFIG_INVALID, CONFIG_CONFLICT (one of the two variables is missing), CONFIG_FILE_MISSING.
    """
    if given is False:
        return None
    if given is None:
        key, server = os.environ.get(KEY_VARIABLE), os.environ.get(SERVER_KEY_VARIABLE)
        if not key and not server:
            return None
        if not key or not server:
            missing, there = (KEY_VARIABLE, SERVER_KEY_VARIABLE) if server else (SERVER_KEY_VARIABLE, KEY_VARIABLE)
            raise ConfigError(
                "CONFIG_CONFLICT",
                f"{there} is set and {missing} is not: an encrypted connection needs {KEY_VARIABLE} (path of the client's key "
                f"file) and {SERVER_KEY_VARIABLE} (the server's public key)",
                {"field": missing},
            )
        given = {"key": key, "server_key": server}
    if isinstance(given, CurveKeys):
        given = given._asdict()
    if not isinstance(given, Mapping) or "server_key" not in given:
        raise _invalid("curve must be skelmix.CurveKeys, or a map of server_key and key (a path)")
    values = dict(given)
    if "key" in values:
        pair = read_key_file(values.pop("key"))
        if "secret" not in pair:
            raise _invalid(f'the key file {given["key"]} has no line "secret KEY": it is not the client\'s own')
        values.update(public_key=pair["public"], secret_key=pair["secret"])
    if set(values) != set(CurveKeys._fields):
        raise _invalid(f"curve needs server_key and key, or {', '.join(CurveKeys._fields)}; got {', '.join(sorted(values))}")
    if not _is_key(values["server_key"]) and Path(str(values["server_key"])).expanduser().is_file():
        values["server_key"] = read_key_file(values["server_key"])["public"]
    for name, key in values.items():
        if not _is_key(key):
            size = f"{len(key)} characters" if isinstance(key, str) else type(key).__name__
            raise _invalid(f'{name} is no key: it has 40 characters of Z85, got {size}; make keys with "skelmix keys new"')
    return CurveKeys(**values)


def _bytes_of(key: str) -> bytes:
    return z85.decode(key.encode("ascii"))


def _is_key(key: Any) -> bool:
    if not isinstance(key, str) or len(key) != _KEY_CHARACTERS:
        return False
    try:
        return len(_bytes_of(key)) == 32
    except Exception:  # struct.error, KeyError, UnicodeEncodeError: whatever it is, this is no key
        return False


def _invalid(what: str) -> ConfigError:
    return ConfigError("CONFIG_INVALID", what, {"field": "curve"})
