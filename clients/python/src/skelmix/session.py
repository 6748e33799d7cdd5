"""The client's half of a session: messages in, messages out, no socket, no thread, no clock of its own."""

from __future__ import annotations

import os
from collections import deque
from typing import Any, Deque, Dict, List, Mapping, Optional, Sequence, Union

from .deliveries import Delivery, EpochEnd, Lease, Request, Stall
from .errors import SkelmixError, TransportError, error_from_wire
from .info import StreamInfo, check_same_stream, parse_welcome
from .progress import Progress
from .ranks import run_group
from .request import StreamRequest
from .state import Place, StreamState
from .wire import VERSIONS, encode_header

#: States: HELLO not sent, HELLO sent, WELCOME there, over.
NEW, GREETING, READY, OVER = "new", "greeting", "ready", "over"

#: Modes whose consumer knows its own place; in the others the server's books decide.
PLACED_MODES = ("broadcast", "lockstep")
#: HELLO is not repeated sooner: refusals of what was sent before it are still on their way.
_GREET_AGAIN_S = 1.0


class Session:
    """Protocol state. Every method needs the caller's lock; what is to be sent gathers in `outbox`.

    Credit: at most `credit` batches are granted or unacknowledged at a time. Nothing is granted before `demand`, so a
    session that only looks or steers holds no batch back.

    Place: the batch behind the last one that was handed out. Where the server has forgotten this session (it was restarted,
    or took us for dead), HELLO goes out again, in the modes of `PLACED_MODES` with the place to go on from.

    start: where a loop of before stood. force: HELLO does not name it; the caller moves the stream with SEEK.
    auth: shows the client's key.
    patience_s: how long a lost server is waited for; default: the time-out that the server states.
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
        *,
        start: Optional[StreamState] = None,
        force: bool = False,
        auth: Optional[Mapping[str, str]] = None,
        patience_s: Optional[float] = None,
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
        #: Digest of the changes so far.
        self.log_hash = start.log_hash if start else ""
        #: What was handed out, in the modes of `PLACED_MODES`.
        self.progress = Progress(start.place if start else None)
        self._given_back: Dict[Any, Place] = {}
        self.stall: Optional[Stall] = None
        #: What keeps the connection from coming about, in our words.
        self.hurdle: Optional[str] = None
        #: What happened, for the log.
        self.notes: List[str] = []
        self.failure: Optional[SkelmixError] = None
        #: What the server answered when it could not build a batch; the session lives on.
        self.trouble: Optional[SkelmixError] = None
        #: The server's reason once it said BYE.
        self.bye: Optional[str] = None
        self.generation = 0
        self.heard_at = now
        self._pinged_at = now
        self._hello = {"v": list(VERSIONS), "client": client, "lang": "python"}
        self._hello.update(credit=credit, dtype=dtype, name=name, auth=auth)
        self._request = request
        self._start, self._force = start, force
        self._patience_s = patience_s
        self._greeted_at = now
        self._wanted_credit = credit
        self._demanded = False
        self._granted = 0
        self._unacknowledged = 0
        self._greet_again_at: Optional[float] = None

    @property
    def credit(self) -> int:
        """Batches that may be granted or unacknowledged at a time: what was asked for, within the server's limit."""
        return min(self._wanted_credit, self.info.max_credit) if self.info else self._wanted_credit

    @property
    def reason(self) -> str:
        """Why nothing comes, in the server's words or ours."""
        return self.hurdle or str(self.stall or "none given")

    @property
    def started(self) -> bool:
        """True once batches were asked for: then the stream can't be moved any more."""
        return self._demanded or self.trouble is not None

    @property
    def joined(self) -> Optional[StreamInfo]:
        """The WELCOME of the session that takes part, not of one that only looked."""
        return self._described

    def greet(self, now: float, mode: Optional[str] = None) -> None:
        """Says HELLO: on a new connection, in another mode, or to a server that lost the session. Older leases are void.

        mode: that of the request unless `control` is given, which asks for no stream in particular.
        """
        self.state = GREETING
        self.mode = mode or self._request.mode
        self.generation += 1
        self.heard_at = self._pinged_at = self._greeted_at = now
        self._greet_again_at = None
        self.outbox.clear()
        self.deliveries.clear()
        self.progress.restart()
        self._given_back.clear()
        asked = {} if self.mode == "control" else {**self._request.hello(), **self._return()}
        self._send("HELLO", mode=self.mode, **self._hello, **asked)

    def _return(self) -> Dict[str, Any]:
        """Group and place that this session comes back to."""
        known: Any = self._described or (None if self._force else self._start)
        if self.mode not in PLACED_MODES:
            return {}
        if known is None:
            return {"group": self._request.group or (run_group() if self.mode == "lockstep" else None)}
        back: Dict[str, Any] = {"group": self._request.group or known.group or None}
        if self.progress.place is not None:
            back["resume"] = {"session": known.session, **self.progress.place._asdict(), "logHash": self.log_hash}
        return back

    def proceed(self, processed: Optional[Lease] = None) -> None:
        """Acknowledges what is processed and grants what credit allows, in one message; the first call starts the stream.

        Before the WELCOME nothing is sent; the credit goes out with it. A void lease is passed over, and nothing is granted
        before `take_trouble`.
        """
        ack = self._let_go(processed)
        n = 0
        if self.trouble is None:
            self._demanded = True
            n = max(0, self.credit - self._granted - self._unacknowledged)
        if self.state == READY and (n or ack):
            self._granted += n
            self._send("CREDIT", n=n, ack=ack)

    def acknowledge(self, lease: Lease) -> None:
        """Acknowledges a batch without asking for another."""
        ack = self._let_go(lease)
        if ack:
            self._send("ACK", lease=ack)

    def give_back(self, lease: Lease, reason: Optional[str]) -> None:
        """Gives the last batch to somebody else; it does not count as processed."""
        back = self._let_go(lease)
        if back:
            self._send("NAK", lease=back, reason=reason)
            self.progress.undo()
            if self.progress.last is not None:
                self._given_back[lease.id] = self.progress.last

    def touch(self, lease: Lease) -> None:
        """Says that a batch is still worked on."""
        if self._holds(lease):
            self._send("TOUCH", lease=[lease.id])

    def say(self, verb: str, **fields: Any) -> None:
        """Sends a message that has no answer; dropped where there is no session."""
        if self.state == READY:
            self._send(verb, **fields)

    def hand_over(self) -> Union[Delivery, EpochEnd]:
        """The next delivery; from now on a batch counts as processed."""
        item = self.deliveries.popleft()
        if isinstance(item, Delivery) and self.mode in PLACED_MODES and self._described is not None:
            self.progress.add(item.place, self._described.epoch_batches)
        return item

    def start_at(self, place: Place) -> None:
        """The stream was moved."""
        self.progress = Progress(place)
        if self._described is not None:
            self.progress.within(self._described.epoch_batches)

    def put_back(self, delivery: Delivery) -> None:
        """Makes a delivery the next one again, unless its session was replaced."""
        self.progress.undo()
        if delivery.lease.generation == self.generation:
            self.deliveries.appendleft(delivery)

    def _holds(self, lease: Optional[Lease]) -> bool:
        return self.state == READY and lease is not None and lease.generation == self.generation

    def _let_go(self, lease: Optional[Lease]) -> List[Any]:
        if lease is None or not self._holds(lease):
            return []
        self._unacknowledged -= 1
        return [lease.id]

    def take_trouble(self) -> Optional[SkelmixError]:
        """What kept the server from building a batch, once; the credit given before has lapsed then."""
        trouble, self.trouble = self.trouble, None
        return trouble

    def request(self, verb: str, **fields: Any) -> Request:
        """Sends a question; it is sent again, with the same id, if the server loses the session before its answer."""
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
                place = Place(int(header["epoch"]), int(header["step"]))
                self.stall = None
                self._granted = max(0, self._granted - 1)
                self._unacknowledged += 1
                self.deliveries.append(Delivery(header, payload, Lease(header["lease"], self.generation), place))
        elif verb == "END":
            if self.state == READY:
                self.deliveries.append(EpochEnd(int(header["epoch"]), int(header.get("served") or 0)))
        elif verb == "WELCOME":
            self._welcome(header)
        elif verb == "CHANGED":
            self._changed(header)
        elif verb in ("STATS", "STATE"):
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
        limit_s = self.info.timeout_s if self._patience_s is None else self._patience_s
        if silent_s >= limit_s:
            self.fail(
                TransportError(
                    "PEER_GONE",
                    f"{self.endpoint} was silent for {silent_s:.1f} s (limit {limit_s:g} s), last reason: {self.reason}; has "
                    "the server stopped, or is the way to it cut? Connect again when it is back",
                    {"endpoint": self.endpoint, "silent_s": silent_s},
                )
            )
        elif silent_s >= self.info.ping_s and now - self._pinged_at >= self.info.ping_s:
            self.ping(now)

    def ping(self, now: float) -> None:
        """Asks for a sign of life; a server that was restarted knows nothing of us, and says so only when spoken to."""
        self._pinged_at = now
        if self.info is not None and self.state in (GREETING, READY):
            self._send("PING", t=int(now * 1000))

    def forgive_silence(self, now: float) -> None:
        """Starts the silence anew where it was our own process that slept."""
        self.heard_at = now

    def _send(self, verb: str, **fields: Any) -> None:
        self.outbox.append(encode_header(verb, **fields))

    def _welcome(self, header: Mapping[str, Any]) -> None:
        info = parse_welcome(header)
        before = self._described
        if before:
            check_same_stream(before, info, self.endpoint)
            self._note_return(before, info)
        self.info = info
        self.settings = dict(info.settings)
        self.rev = info.rev
        self.state = READY
        self.stall = self.hurdle = None
        self._granted = self._unacknowledged = 0
        if self.mode != "control":
            self._described = info
            self.log_hash = info.log_hash
            self.progress.within(info.epoch_batches)
        for request in self.requests.values():
            request.messages.clear()
            self.outbox.append(request.message)
        if self._demanded:
            self.proceed()

    def _note_return(self, before: StreamInfo, info: StreamInfo) -> None:
        what = "has opened a new session for this consumer" if info.boot_id == before.boot_id else "was restarted"
        place = self.progress.place
        at = "the place in its own books" if place is None else f"epoch {place.epoch}, step {place.step}"
        self.notes.append(f"{self.endpoint} {what}; the stream goes on at {at}")
        if info.rev < self.rev:
            self.notes.append(
                f"{self.endpoint} is at revision {info.rev} of the live settings, it was at {self.rev}: it was started anew "
                "without its journal"
            )
        if info.config_hash != before.config_hash:
            self.notes.append(
                f"{self.endpoint} came back with another configuration ({before.config_hash} -> {info.config_hash})"
            )

    def _changed(self, header: Mapping[str, Any]) -> None:
        if int(header["rev"]) >= self.rev:
            self.rev = int(header["rev"])
            if header["key"] == "ratio" and self.settings.get("schedule") is not None:
                # A ratio ends the schedule, for everybody alike.
                self.settings["schedule"] = None
            self.settings[header["key"]] = header.get("value")
            self.log_hash = str(header.get("logHash") or self.log_hash)
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
            # Each message of the lost session is answered so; one HELLO is enough, unless that was lost too.
            if self.state != GREETING or now - self._greeted_at >= _GREET_AGAIN_S:
                if self.mode != "control":
                    self.notes.append(f"{self.endpoint} does not know this consumer any more; said HELLO again")
                self.greet(now, self.mode)
            return
        error = error_from_wire(header)
        if ref in self.requests:
            self._answer(ref, error)
        elif isinstance(retry, (int, float)):
            self.stall = Stall(str(header.get("code")), str(header.get("message") or ""))
            if self.state == GREETING:
                self._greet_again_at = now + retry / 1000
        elif self.state != READY or error.code == "CLOSED" or (self.mode == "lockstep" and error.code == "PEER_GONE"):
            self.fail(error)
        elif ref == "CREDIT":
            self.trouble = error
            self._demanded = False
            self._granted = 0
        else:
            if header.get("code") == "poison" and header.get("got") in self._given_back:
                self.progress.drop(self._given_back.pop(header["got"]))
            self.notes.append(f"{self.endpoint} refused a message: {error}")
