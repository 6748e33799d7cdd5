"""Sockets to a server: contexts, options, keys, and what ZeroMQ tells of a connection."""

from __future__ import annotations

import os
import socket as sockets
import stat
from typing import Any, Dict, List, Optional

import zmq
from zmq.utils.monitor import recv_monitor_message

from .errors import TransportError
from .info import StreamInfo
from .keys import KEY_VARIABLE, SERVER_KEY_VARIABLE, CurveKeys

_contexts: Dict[int, "zmq.Context[Any]"] = {}

#: What is told of a connection: it is there (again), it was lost, the server refused the key, the handshake failed
#: otherwise.
CONNECTED, LOST, NOT_ALLOWED, NO_HANDSHAKE = "connected", "lost", "not allowed", "no handshake"

_EVENTS = {
    zmq.EVENT_HANDSHAKE_SUCCEEDED: CONNECTED,
    zmq.EVENT_DISCONNECTED: LOST,
    zmq.EVENT_HANDSHAKE_FAILED_AUTH: NOT_ALLOWED,
    zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL: NO_HANDSHAKE,
    zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL: NO_HANDSHAKE,
}


def context() -> "zmq.Context[Any]":
    """The process's own context, made at first use: a context of before a fork is useless and dangerous after it."""
    pid = os.getpid()
    if pid not in _contexts:
        _contexts[pid] = zmq.Context()
    return _contexts[pid]


def release_context() -> "Optional[zmq.Context[Any]]":
    """The process's context, which is forgotten; the caller ends it."""
    return _contexts.pop(os.getpid(), None)


class Dialled:
    """A DEALER that connects, reconnects by itself (100 ms doubling to 5 s), and tells of its connection.

    Raises TransportError ADDRESS_INVALID.
    """

    def __init__(self, endpoint: str, keys: Optional[CurveKeys]) -> None:
        self.endpoint = endpoint
        self._keys = keys
        #: How often the connection came about.
        self.connections = 0
        self.socket = context().socket(zmq.DEALER)
        for option, value in (
            (zmq.LINGER, 0),
            # The credit bounds what can arrive.
            (zmq.RCVHWM, 0),
            (zmq.RECONNECT_IVL, 100),
            (zmq.RECONNECT_IVL_MAX, 5000),
            (zmq.HEARTBEAT_IVL, 1000),
            (zmq.HEARTBEAT_TIMEOUT, 3000),
            (zmq.HEARTBEAT_TTL, 3000),
            (zmq.IPV6, int(endpoint.startswith("tcp://["))),
        ):
            self.socket.setsockopt(option, value)
        if keys is not None:
            self.socket.curve_serverkey = keys.server_key.encode()
            self.socket.curve_publickey = keys.public_key.encode()
            self.socket.curve_secretkey = keys.secret_key.encode()
        self.monitor = self.socket.get_monitor_socket(sum(_EVENTS))
        try:
            self.socket.connect(endpoint)
        except zmq.ZMQError as error:
            self.close()
            raise TransportError(
                "ADDRESS_INVALID", f"can't connect to {endpoint!r}: {error}; expected tcp://HOST:PORT or ipc://PATH"
            ) from error

    def events(self) -> List[str]:
        """What happened to the connection since the last call."""
        seen = []
        while self.monitor.getsockopt(zmq.EVENTS) & zmq.POLLIN:
            event = recv_monitor_message(self.monitor, zmq.NOBLOCK)["event"]
            self.connections += event == zmq.EVENT_HANDSHAKE_SUCCEEDED
            if event in _EVENTS:
                seen.append(_EVENTS[event])
        return seen

    def refusal(self) -> TransportError:
        """The error for a key that the server does not allow."""
        key = self._keys.public_key if self._keys else "no key"
        return TransportError(
            "AUTH_REFUSED",
            f"{self.endpoint} does not allow this client ({key}): run skelmix keys allow '{key}' where the server runs",
            {"endpoint": self.endpoint},
        )

    def hurdle(self) -> str:
        """Why a handshake fails, as far as a client can know."""
        if self._keys is None:
            return (
                "the server ended the handshake: it asks for keys (curve=..., or "
                f"{KEY_VARIABLE} and {SERVER_KEY_VARIABLE}), or is no ZeroMQ server"
            )
        return (
            f"the server ended the handshake: its key is not {self._keys.server_key} (curve server_key, "
            f"{SERVER_KEY_VARIABLE}), or it was started without --serve-keys"
        )

    def close(self, linger_ms: Optional[int] = None) -> None:
        """Closes the socket; what is still to be sent is dropped unless `linger_ms` says otherwise."""
        if self.socket.closed:
            return
        if linger_ms is not None:
            self.socket.setsockopt(zmq.LINGER, linger_ms)
        self.socket.disable_monitor()
        self.monitor.close(0)
        self.socket.close()


def local_endpoint(asked: str, info: StreamInfo) -> Optional[str]:
    """An ipc endpoint of the server that this process can reach, where it asked for tcp and both run on one host."""
    if not asked.startswith("tcp://") or info.host != sockets.gethostname():
        return None
    for endpoint in info.endpoints:
        path = endpoint[len("ipc://") :]
        if endpoint.startswith("ipc://") and not path.startswith("@"):
            try:
                if stat.S_ISSOCK(os.stat(path).st_mode) and os.access(path, os.W_OK):
                    return endpoint
            except OSError:
                continue
    return None
