"""The client's half of a session: messages in, messages out, no socket, no thread, no clock of its own."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Deque, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from .errors import ConfigError, SkelmixError, TransportError, error_from_wire
from .info import StreamInfo, parse_welcome
from .request import StreamRequest
from .wire import VERSIONS, encode_header

#: States: HELLO not sent, HELLO sent, WELCOME there, over.
NEW, GREETING, READY, OVER = "new", "greeting", "ready", "over"


class Lease(NamedTuple):
    """Names a batch towards the server; void once the session it came from is replaced."""

    id: Any
    generation: int


class Delivery(NamedTuple):
    """A BATCH that waits for the loop: header, payload frames, lease."""

    header: Mapping[str, Any]
    payload: Sequence[Any]
    lease: Lease


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
    """A SET, STATS, LIST or GET that waits for its answer: a header or an error."""

    id: str
    message: bytes
    answer: Union[Mapping[str, Any], SkelmixError, None] = None
    #: Header and payload of each message of an answer that has payload, in the order of arrival.
    messages: List[Tuple[Mapping[str, Any], Sequence[Any]]] = field(default_factory=list)


class Session:
    """Protocol state. Every method needs the caller's lock; what is to be sent gathers in `outbox`.

    Credit: at most `credit` batches are granted or unacknowledged at a time. Nothing is granted before `demand`, so a
    session that only looks or steers holds no batch back.
    """

    def __init__(
        self,
        endpoint: str,
        client: str,
        credit: int,
        dtype: str,
        name: Optional[str],
        now: float,
        request: StreamRequest = StreamRequest(),
    ) -> None:
        self.endpoint = endpoint
        self.state = NEW
        #: The mode of the request, or `control` for a session that only reads the WELCOME.
        self.mode = request.mode
        self.outbox: Deque[bytes] = deque()
        self.deliveries: Deque[Union[Delivery, EpochEnd]] = deque()
        self.requests: Dict[str, Request] = {}
        self.info: Optional[StreamInfo] = None
        #: The WELCOME that the stream must go on with: the first one that was no look only.
        self._described: Optional[StreamInfo] = None
        self.settings: Dict[str, Any] = {}
        self.rev = 0
        self.stall: Optional[Stall] = None
        self.failure: Optional[SkelmixError] = None
        #: What the server answered when it could not build a batch; the session lives on.
        self.trouble: Optional[SkelmixError] = None
        #: The server's reason once it said BYE.
        self.bye: Optional[str] = None
        self.generation = 0
        self.heard_at = now
        self._pinged_at = now
        self._hello = {"v": list(VERSIONS), "client": client, "lang": "python"}
        self._hello.update(credit=credit, dtype=dtype, name=name)
        self._request = request
        self._wanted_credit = credit
        self._demanded = False
        self._unacknowledged = 0
        self._greet_again_at: Optional[float] = None

    @property
    def credit(self) -> int:
        """Batches that may be granted or unacknowledged at a time: what was asked for, within the server's limit."""
        return min(self._wanted_credit, self.info.max_credit) if self.info else self._wanted_credit

    def greet(self, now: float, mode: Optional[str] = None) -> None:
        """Says HELLO: on a new connection, in another mode, or to a server that lost the session. Older leases are void.

        mode: that of the request unless `control` is given, which asks for no stream in particular.
        """
        self.state = GREETING
        self.mode = mode or self._request.mode
        self.generation += 1
        self.heard_at = self._pinged_at = now
        self._greet_again_at = None
        self.outbox.clear()
        self.deliveries.clear()
        asked = {} if self.mode == "control" else self._request.hello()
        self._send("HELLO", mode=self.mode, **self._hello, **asked)

    def demand(self) -> None:
        """Starts the stream: grants the first credits now, or after the WELCOME. Also goes on after `take_trouble`."""
        if not self._demanded and self.trouble is None:
            self._demanded = True
            if self.state == READY:
                self._send("CREDIT", n=self.credit - self._unacknowledged, ack=[])

    def take_trouble(self) -> Optional[SkelmixError]:
        """What kept the server from building a batch, once; the credit given before has lapsed then."""
        trouble, self.trouble = self.trouble, None
        return trouble

    def release(self, lease: Lease) -> None:
        """Acknowledges a processed batch and grants one more, in one message. A void lease is passed over."""
        if self.state == READY and lease.generation == self.generation:
            self._unacknowledged -= 1
            self._send("CREDIT", n=1 if self._demanded else 0, ack=[lease.id])

    def request(self, verb: str, **fields: Any) -> Request:
        """Sends a SET, STATS, LIST or GET; it is sent again, with the same id, if the server loses the session before its answer."""
        request_id = os.urandom(8).hex()
        request = Request(request_id, encode_header(verb, requestId=request_id, **fields))
        self.requests[request_id] = request
        if self.state == READY:
            self.outbox.append(request.message)
        return request

    def say_bye(self, reason: str) -> None:
        """Ends the session; the server gives unacknowledged batches to others at once."""
        if self.state in (GREETING, READY):
            self._send("BYE", reason=reason)
        self.state = OVER

    def leave(self, reason: str) -> None:
        """Says BYE on the connection in use, to `greet` on another one."""
        self._send("BYE", reason=reason)

    def fail(self, error: SkelmixError) -> None:
        """Ends the session with an error; the first one counts. Pending requests get it too."""
        self.failure = self.failure or error
        self.state = OVER
        for request in self.requests.values():
            request.answer = request.answer or self.failure

    def receive(self, header: Mapping[str, Any], payload: Sequence[Any], now: float) -> None:
        """Takes one message of the server. Any message is life; an unknown verb is ignored, as a newer server may have more.

        Raises TransportError PROTOCOL_MESSAGE or ConfigError CONFIG_CONFLICT for a message the session can't go on with.
        """
        self.heard_at = now
        if self.state == OVER:
            return
        verb = header["k"]
        if verb == "BATCH":
            if self.state == READY:
                self.stall = None
                self._unacknowledged += 1
                self.deliveries.append(Delivery(header, payload, Lease(header.get("lease"), self.generation)))
        elif verb == "END":
            if self.state == READY:
                self.deliveries.append(EpochEnd(int(header["epoch"]), int(header.get("served") or 0)))
        elif verb == "WELCOME":
            self._welcome(header)
        elif verb == "CHANGED":
            self._changed(header)
        elif verb == "STATS":
            self._answer(header.get("requestId"), header)
        elif verb in ("ITEMS", "SAMPLES"):
            self._collect(header, payload)
        elif verb == "STALL":
            self.stall = Stall(str(header.get("code")), str(header.get("hint") or ""))
        elif verb == "PING":
            self._send("PONG", t=header.get("t"))
        elif verb == "ERROR":
            self._error(header, now)
        elif verb == "BYE":
            self.bye = str(header.get("reason") or "no reason given")
            self.state = OVER
            gone = TransportError("CLOSED", f"{self.endpoint} said BYE: {self.bye}")
            for request in self.requests.values():
                request.answer = request.answer or gone

    def tick(self, now: float) -> None:
        """Sends PING into silence, and HELLO again where the server asked for that; gives up after the server's time-out."""
        if self._greet_again_at is not None and now >= self._greet_again_at:
            self.greet(now, self.mode)
        if self.info is None or self.state not in (GREETING, READY):
            return
        silent_s = now - self.heard_at
        if silent_s >= self.info.timeout_s:
            self.fail(
                TransportError(
                    "PEER_GONE",
                    f"{self.endpoint} was silent for {silent_s:.1f} s (limit {self.info.timeout_s:g} s), "
                    f"last stall: {self.stall or 'none'}; has the server stopped?",
                    {"endpoint": self.endpoint, "silent_s": silent_s},
                )
            )
        elif silent_s >= self.info.ping_s and now - self._pinged_at >= self.info.ping_s:
            self._pinged_at = now
            self._send("PING", t=int(now * 1000))

    def forgive_silence(self, now: float) -> None:
        """Starts the silence anew where it was our own process that slept."""
        self.heard_at = now

    def _send(self, verb: str, **fields: Any) -> None:
        self.outbox.append(encode_header(verb, **fields))

    def _welcome(self, header: Mapping[str, Any]) -> None:
        info = parse_welcome(header)
        before = self._described
        if before and (before.config_hash, before.shape, before.classes) != (info.config_hash, info.shape, info.classes):
            raise ConfigError(
                "CONFIG_CONFLICT",
                f"{self.endpoint} came back with another stream: {info.dataset} {info.split} {tuple(info.shape)} "
                f"(config {info.config_hash}), before {before.dataset} {before.split} {tuple(before.shape)} "
                f"(config {before.config_hash}); connect anew to go on with it",
            )
        self.info = info
        if self.mode != "control":
            self._described = info
        self.settings = dict(info.settings)
        self.rev = info.rev
        self.state = READY
        self.stall = None
        self._unacknowledged = 0
        for request in self.requests.values():
            request.messages.clear()
            self.outbox.append(request.message)
        if self._demanded:
            self._send("CREDIT", n=self.credit, ack=[])

    def _changed(self, header: Mapping[str, Any]) -> None:
        if int(header["rev"]) >= self.rev:
            self.rev = int(header["rev"])
            if header["key"] == "ratio" and self.settings.get("schedule") is not None:
                # A ratio ends the schedule, for everybody alike.
                self.settings["schedule"] = None
            self.settings[header["key"]] = header.get("value")
        self._answer(header.get("requestId"), header)

    def _collect(self, header: Mapping[str, Any], payload: Sequence[Any]) -> None:
        request = self.requests.get(header.get("requestId") or "")
        if request is not None:
            request.messages.append((header, payload))
            if header["k"] == "ITEMS" or header.get("last"):
                request.answer = header

    def _answer(self, request_id: Any, answer: Union[Mapping[str, Any], SkelmixError]) -> None:
        request = self.requests.get(request_id)
        if request is not None:
            request.answer = answer

    def _error(self, header: Mapping[str, Any], now: float) -> None:
        retry, ref = header.get("retry"), header.get("ref")
        if header.get("code") == "unknown_session" or retry == "rehello":
            if self.state != GREETING:  # each message of the lost session is answered so; one HELLO is enough
                self.greet(now, self.mode)
        elif ref in self.requests:
            self._answer(ref, error_from_wire(header))
        elif ref == "CREDIT" and header.get("code") == "internal":
            self.trouble = error_from_wire(header)
            self._demanded = False
        elif isinstance(retry, (int, float)):
            self.stall = Stall(str(header.get("code")), str(header.get("message") or ""))
            if self.state == GREETING:
                self._greet_again_at = now + retry / 1000
        else:
            self.fail(error_from_wire(header))
