"""Runs a session over a socket: one thread owns the DEALER, everybody else talks to it through one lock."""

from __future__ import annotations

import logging
import socket as sockets
import threading
import time
import weakref
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, Union

import zmq

from .deliveries import Delivery, EpochEnd, Lease
from .dialling import CONNECTED, LOST, NOT_ALLOWED, Dialled, local_endpoint, release_context
from .errors import InternalError, SkelmixError, TransportError
from .keys import CurveKeys
from .request import StreamRequest
from .session import GREETING, NEW, OVER, READY, Session
from .state import StreamState
from .waiting import Waiting
from .wire import decode_header

logger = logging.getLogger("skelmix")

#: A preferred local socket that doesn't answer HELLO for so long is given up for the endpoint that was asked for.
_LOCAL_PATIENCE_S = 1.0
#: BYE may stay in the socket for so long after it closes; everything else is dropped at once.
_BYE_LINGER_MS = 250
#: Messages taken before the loop looks after its other duties again.
_MAX_BURST = 64

_links: "weakref.WeakSet[Connection]" = weakref.WeakSet()


def drain() -> None:
    """Waits until closed connections have sent their last words, which the end of the process would drop.

    For the end of a worker process; does nothing while another connection is in use. Gives up after the linger time: `term`
    may wait longer for a server that is gone.
    """
    if any(link._thread.is_alive() for link in _links):
        return
    context = release_context()
    if context is not None:
        last = threading.Thread(target=context.term, daemon=True)
        last.start()
        last.join(2 * _BYE_LINGER_MS / 1000)


class Connection:
    """A session with its socket and thread. All methods may be called from any thread of the process that made it."""

    def __init__(
        self,
        endpoint: str,
        *,
        client: str,
        credit: int,
        dtype: str,
        name: Optional[str],
        prefer_ipc: bool,
        request: StreamRequest = StreamRequest(),
        keys: Optional[CurveKeys] = None,
        start: Optional[StreamState] = None,
        force: bool = False,
        patience_s: Optional[float] = None,
    ) -> None:
        self.endpoint = endpoint
        self.session = Session(
            endpoint,
            client,
            credit,
            dtype,
            name,
            time.monotonic(),
            request,
            start=start,
            force=force,
            auth=keys.auth() if keys else None,
            patience_s=patience_s,
        )
        self._keys = keys
        self._changed = threading.Condition()
        self._prefer_ipc = prefer_ipc
        self._dialled = endpoint
        self._settled = False
        self._waker, self._woken = sockets.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self._thread = threading.Thread(target=self._run, name=f"skelmix {endpoint}", daemon=True)
        self._thread.start()
        _links.add(self)

    # For the user's threads.

    @property
    def dialled(self) -> str:
        """The endpoint in use: the one asked for, or the local one that was preferred."""
        return self._dialled

    def wait_ready(self, timeout_s: float) -> None:
        """Returns once the server said WELCOME. Raises TransportError TIMEOUT, or the error that ended the session."""
        with self._changed:
            self._wait(lambda: self._settled, "WELCOME", timeout_s)
            if self.session.failure:
                raise self.session.failure
            if not self._settled:
                why = f"BYE: {self.session.bye}" if self.session.bye else f"last reason: {self.session.reason}"
                raise TransportError(
                    "AUTH_REFUSED" if self.session.hurdle and self._keys else "TIMEOUT",
                    f"no skelmix server answered at {self.endpoint} within {timeout_s:g} s ({why}); "
                    "is `skelmix serve` running there?",
                    {"endpoint": self.endpoint, "timeout_s": timeout_s},
                )

    def take(self, processed: Optional[Lease], timeout_s: Optional[float]) -> Union[Delivery, EpochEnd, None]:
        """Acknowledges `processed`, then waits for the next batch or END; None once the session is over and all was taken.

        `timeout_s` None waits for as long as the server lives. Raises TransportError TIMEOUT, PEER_GONE, or what kept the
        server from building the batch; after that the next call asks for one again.
        """
        with self._changed:
            self.session.proceed(processed)
            self._wake()
            waiting = Waiting("batch", self._dialled, timeout_s)
            while not self.session.deliveries:
                if self.session.failure:
                    raise self.session.failure
                if self.session.state == OVER:
                    return None
                trouble = self.session.take_trouble()
                if trouble:
                    raise trouble
                slice_s = waiting.slice_s(self.session.reason)
                if slice_s <= 0:
                    raise self._too_late(timeout_s)
                self._changed.wait(slice_s)
            return self.session.hand_over()

    def _too_late(self, timeout_s: Optional[float]) -> TransportError:
        return TransportError(
            "TIMEOUT",
            f"no batch from {self._dialled} within {timeout_s:g} s; the server's last reason: {self.session.reason}",
            {
                "endpoint": self._dialled,
                "timeout_s": timeout_s,
                "stall": self.session.stall.code if self.session.stall else None,
            },
        )

    def act(self, action: Callable[[Session], None]) -> None:
        """Lets something be said that has no answer."""
        with self._changed:
            action(self.session)
            self._wake()

    def put_back(self, delivery: Delivery) -> None:
        """Makes a delivery the next one again, unless its session was replaced."""
        with self._changed:
            self.session.put_back(delivery)

    def request(self, verb: str, timeout_s: float, **fields: Any) -> Mapping[str, Any]:
        """Sends a question and waits for the header that answers it. Raises what the server answered, or TIMEOUT."""
        return self._ask(verb, timeout_s, fields)[0]

    def fetch(self, verb: str, timeout_s: float, **fields: Any) -> List[Tuple[Mapping[str, Any], List[Any]]]:
        """Sends a LIST or GET and waits for all messages that answer it, with their payload. Raises as `request` does."""
        return self._ask(verb, timeout_s, fields)[1]

    def _ask(self, verb: str, timeout_s: float, fields: Mapping[str, Any]) -> Tuple[Mapping[str, Any], List[Any]]:
        with self._changed:
            self._raise_if_over()
            request = self.session.request(verb, **fields)
            self._wake()
            try:
                self._wait(lambda: request.answer is not None, f"answer to {verb}", timeout_s)
            finally:
                self.session.requests.pop(request.id, None)
            if isinstance(request.answer, SkelmixError):
                raise request.answer
            if request.answer is None:
                self._raise_if_over()
                raise TransportError(
                    "TIMEOUT",
                    f"{self._dialled} did not answer {verb} within {timeout_s:g} s",
                    {"endpoint": self._dialled, "timeout_s": timeout_s},
                )
            return request.answer, request.messages

    def is_spent(self) -> bool:
        """True once the session is over and every batch was taken."""
        with self._changed:
            return self.session.state == OVER and not self.session.deliveries and self.session.failure is None

    def close(self, reason: str = "closed") -> None:
        """Says BYE and ends the thread. May be called again, and by a finalizer."""
        with self._changed:
            self.session.say_bye(reason)
            self.session.deliveries.clear()
            self._changed.notify_all()
        self._wake()
        if self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def _raise_if_over(self) -> None:
        if self.session.failure:
            raise self.session.failure
        if self.session.state == OVER:
            raise TransportError("CLOSED", f"the stream from {self.endpoint} is over: {self.session.bye or 'closed'}")

    def _wait(self, done: Callable[[], bool], what: str, timeout_s: float) -> None:
        waiting = Waiting(what, self._dialled, timeout_s)
        while not done() and self.session.state != OVER:
            slice_s = waiting.slice_s(self.session.reason)
            if slice_s <= 0:
                return
            self._changed.wait(slice_s)

    def _wake(self) -> None:
        if not self.session.outbox and self.session.state != OVER:
            return
        try:
            self._waker.send(b"\0")
        except (BlockingIOError, OSError):
            pass  # full: the thread has plenty of reasons to look already; closed: it has ended

    # For the thread.

    def _run(self) -> None:
        try:
            self._serve(self._dial(self.endpoint))
        except SkelmixError as error:
            self._fail(error)
        except BaseException as error:  # whatever it is, the loop that waits for batches must hear of it
            self._fail(InternalError("BUG", f"the receiver thread of {self.endpoint} failed: {error!r}"))
        finally:
            self._waker.close()
            self._woken.close()
            with self._changed:
                self._changed.notify_all()

    def _serve(self, line: Dialled) -> None:
        poller = self._poller(line)
        try:
            while True:
                with self._changed:
                    poll_s = min(0.25, self.session.info.ping_s / 4) if self.session.info else 0.1
                    over = self.session.state == OVER
                    self._flush(line.socket)
                if over:
                    if self.session.failure is None:
                        line.socket.setsockopt(zmq.LINGER, _BYE_LINGER_MS)
                    return
                before = time.monotonic()
                ready = dict(poller.poll(max(1, int(poll_s * 1000))))
                now = time.monotonic()
                if self._woken.fileno() in ready:
                    self._woken.recv(4096)
                events = line.events() if line.monitor in ready else ()
                messages = self._read(line.socket) if line.socket in ready else ()
                with self._changed:
                    limit_s = self.session.info.timeout_s if self.session.info else 1.0
                    if now - before > poll_s + min(1.0, limit_s / 4):  # this process slept, or held the interpreter lock
                        self.session.forgive_silence(now)
                    for event in events:
                        self._note(event, line, now)
                    for header, payload in messages:
                        self._hear(header, payload, now)
                    self.session.tick(now)
                    self._tell()
                    redial = self._next_dial(now)
                    self._changed.notify_all()
                if redial is not None:
                    self._flush(line.socket)
                    line.close(_BYE_LINGER_MS)
                    line = self._dial(redial)
                    poller = self._poller(line)
        finally:
            line.close()

    def _poller(self, line: Dialled) -> zmq.Poller:
        poller = zmq.Poller()
        for source in (self._woken, line.socket, line.monitor):
            poller.register(source, zmq.POLLIN)
        return poller

    def _note(self, event: str, line: Dialled, now: float) -> None:
        session = self.session
        if event == CONNECTED:
            session.hurdle = None
            if line.connections > 1:
                session.ping(now)
        elif event == LOST:
            if session.state in (GREETING, READY) and session.info is not None:
                session.hurdle = f"the connection to {line.endpoint} was lost, trying again"
                session.notes.append(session.hurdle)
        elif event == NOT_ALLOWED:
            session.fail(line.refusal())
        else:
            session.hurdle = line.hurdle()

    def _dial(self, endpoint: str) -> Dialled:
        line = Dialled(endpoint, self._keys)
        with self._changed:
            self._dialled = endpoint
            if self.session.state in (NEW, GREETING, READY):
                # The WELCOME may name a better endpoint: until then this is no consumer.
                looking = self._prefer_ipc and endpoint.startswith("tcp://")
                self.session.greet(time.monotonic(), "control" if looking else None)
        return line

    def _next_dial(self, now: float) -> Optional[str]:
        """The endpoint to change to, if any: to the local one after the first WELCOME, back where it stays silent."""
        session = self.session
        if session.state == READY and session.mode == "control":
            self._prefer_ipc = False
            better = local_endpoint(self.endpoint, session.info) if session.info else None
            if better is None:
                session.greet(now)
            else:
                session.leave(f"goes on over {better}")
            return better
        if session.state == READY:
            self._settled = True
        if self._dialled != self.endpoint and session.info is not None:
            limit_s = _LOCAL_PATIENCE_S if session.state == GREETING else session.info.timeout_s / 2
            if session.state in (GREETING, READY) and now - session.heard_at >= limit_s:
                return self.endpoint
        return None

    def _flush(self, socket: "zmq.Socket[Any]") -> None:
        with self._changed:
            while self.session.outbox:
                try:
                    socket.send(self.session.outbox[0], zmq.NOBLOCK)
                except zmq.Again:
                    return
                self.session.outbox.popleft()

    def _read(self, socket: "zmq.Socket[Any]") -> List[Tuple[Dict[str, Any], List[Any]]]:
        messages = []
        while len(messages) < _MAX_BURST and socket.getsockopt(zmq.EVENTS) & zmq.POLLIN:
            header, *payload = socket.recv_multipart(zmq.NOBLOCK, copy=False)
            messages.append((decode_header(header.buffer), payload))
        return messages

    def _hear(self, header: Mapping[str, Any], payload: List[Any], now: float) -> None:
        try:
            self.session.receive(header, payload, now)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise TransportError(
                "PROTOCOL_MESSAGE", f"{self._dialled} sent a {header['k']} that can't be read: {error!r}"
            ) from error
        if header["k"] == "BYE":
            logger.warning("%s said BYE: %s", self._dialled, self.session.bye)

    def _tell(self) -> None:
        for note in self.session.notes:
            logger.warning("%s", note)
        self.session.notes.clear()

    def _fail(self, error: SkelmixError) -> None:
        with self._changed:
            self.session.fail(error)
            self._changed.notify_all()
