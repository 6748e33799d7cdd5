"""A small SKMX/1 server in a thread, for tests: obedient by default, and every answer can be replaced."""

from __future__ import annotations

import queue
import socket as sockets
import threading
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

import msgpack
import numpy as np
import zmq

SHAPE = (2, 3, 4, 5, 1)

Answer = Callable[[bytes, Dict[str, Any]], None]


def _bind(router: "zmq.Socket[bytes]", endpoint: str) -> None:
    """Binds; waits up to 10 s for an address that a closed socket's I/O thread has yet to let go."""
    deadline = time.monotonic() + 10
    while True:
        try:
            router.bind(endpoint)
            return
        except zmq.ZMQError as error:
            if error.errno != zmq.EADDRINUSE or time.monotonic() > deadline:
                router.close()
                raise
        time.sleep(0.01)


class FakeServer:
    """Serves numbered batches on demand and keeps the books: what came in, credit, leases, and the most ever held."""

    def __init__(
        self,
        endpoint: str = "tcp://127.0.0.1:*",
        *,
        ping_ms: int = 1000,
        timeout_ms: int = 10_000,
        epoch_batches: int = 5,
        max_credit: int = 64,
        more_endpoints: Tuple[str, ...] = (),
        host: str = "elsewhere",
        large: bool = False,
        sizes: Optional[Dict[str, int]] = None,
        extras: Tuple[str, ...] = (),
        axes: str = "CTVM",
        max_get: int = 1024,
    ) -> None:
        self.shape = (64, 3, 16, 25, 2) if large else SHAPE
        #: Samples of each split; None for a server that knows neither profiles nor samples by index.
        self.sizes = sizes
        self.extras = extras
        self.axes = axes
        #: Most samples in one SAMPLES.
        self.max_get = max_get
        self.splits: Dict[bytes, str] = {}
        self.epoch_batches = epoch_batches
        self.received: List[Tuple[bytes, Dict[str, Any]]] = []
        self.credit: Dict[bytes, int] = {}
        self.leases: Dict[bytes, List[int]] = {}
        self.most_held = 0
        self.seq = 0
        self.limit: Optional[int] = None
        self.sets = 0
        self.answers: Dict[str, Answer] = {
            "HELLO": self.welcome,
            "CREDIT": self.take_credit,
            "SET": self.change,
            "STATS": lambda who, header: self.send(
                who, {"k": "STATS", "requestId": header["requestId"], "stats": {"mix.real": 3, "engine": "cpu"}}
            ),
            "PING": lambda who, header: self.send(who, {"k": "PONG", "t": header["t"]}),
            "BYE": self.forget,
            "LIST": self.list_items,
            "GET": self.get_samples,
        }
        self._router = zmq.Context.instance().socket(zmq.ROUTER)
        self._router.setsockopt(zmq.LINGER, 0)
        self._router.setsockopt(zmq.ROUTER_MANDATORY, 1)
        _bind(self._router, endpoint)
        self.endpoint = self._router.getsockopt_string(zmq.LAST_ENDPOINT)
        for extra in more_endpoints:
            self._router.bind(extra)
        self.welcome_header = {
            "k": "WELCOME",
            "v": 1,
            "session": "s1",
            "serverId": "fake",
            "bootId": "b1",
            "host": host,
            "endpoints": [self.endpoint, *more_endpoints],
            "schema": [
                {"name": "x", "dtype": "<f4", "shape": list(self.x_shape(self.shape[0]))},
                {"name": "y", "dtype": "<i8", "shape": [self.shape[0]]},
                {"name": "origin", "dtype": "|u1", "shape": [self.shape[0]]},
                {"name": "weight", "dtype": "<f4", "shape": [self.shape[0]]},
                *(
                    {"name": name, "dtype": array.dtype.str, "shape": list(array.shape)}
                    for name, array in self.further(self.shape[0]).items()
                ),
            ],
            "dataset": "fake",
            "simulated": True,
            "model": None,
            "split": "train",
            "layout": {
                "name": "chain",
                "channels": 3,
                "joints": [f"j{v}" for v in range(self.shape[3])],
                "parents": list(range(-1, self.shape[3] - 1)),
                "root": 0,
                "centre": 0,
                "mirror": list(range(self.shape[3])),
                "feet": [],
                "source": "test",
            },
            "classes": ["wave", "clap"],
            "epochBatches": epoch_batches,
            "epochSize": epoch_batches * self.shape[0],
            "seed": 1,
            "configHash": "c1",
            "logHash": "l1",
            "settings": {"ratio": 0.25, "paused": False},
            "rev": 0,
            "pingMs": ping_ms,
            "timeoutMs": timeout_ms,
            "leaseMs": 60_000,
            "limits": {"maxCredit": max_credit, "maxInboundBytes": 1 << 20},
        }
        self._calls: "queue.Queue[Callable[[], None]]" = queue.Queue()
        self._waker, self._woken = sockets.socketpair()
        self._stopping = False
        self._changed = threading.Condition()
        self._failure: Optional[BaseException] = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    # For tests.

    def count(self, verb: str) -> int:
        return sum(header["k"] == verb for _, header in self.received)

    def headers(self, verb: str) -> List[Dict[str, Any]]:
        return [header for _, header in self.received if header["k"] == verb]

    def consumers(self) -> int:
        """Sessions that were opened to consume, not to look only."""
        return sum(header["mode"] == "share" for header in self.headers("HELLO"))

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Waits until the condition holds, looking again after each message; fails after 10 s."""
        deadline = time.monotonic() + 10
        with self._changed:
            while not condition():
                left_s = deadline - time.monotonic()
                assert left_s > 0, f"waited 10 s for: {what}; received {[h['k'] for _, h in self.received]}"
                self._changed.wait(min(left_s, 0.05))

    def call(self, action: Callable[[], None]) -> None:
        """Runs the action in the server's thread and returns when it is done."""
        done = threading.Event()
        self._calls.put(lambda: (action(), done.set()))
        self._waker.send(b"\0")
        assert done.wait(10), f"the fake server is stuck: {self._failure!r}"

    def to_all(self, header: Dict[str, Any]) -> None:
        self.call(lambda: [self.send(who, header) for who in list(self.credit)] and None)

    def close(self) -> None:
        self._stopping = True
        self._waker.send(b"\0")
        self._thread.join(5)
        self._waker.close()
        self._woken.close()
        assert self._failure is None, repr(self._failure)

    # Answers; they run in the server's thread.

    def send(self, who: bytes, header: Dict[str, Any], *payload: Any) -> None:
        try:
            self._router.send_multipart([who, msgpack.packb(header), *payload])
        except zmq.ZMQError:
            pass  # the peer is gone

    def error(self, who: bytes, code: str, message: str, **fields: Any) -> None:
        self.send(who, {"k": "ERROR", "code": code, "message": message, **fields})

    def welcome(self, who: bytes, header: Dict[str, Any]) -> None:
        self.credit[who] = 0
        self.leases[who] = []
        self.splits[who] = "test" if header.get("split") in ("test", "val", "xsub_val") else "train"
        if self.splits[who] == "test" and header["mode"] == "share":
            self.error(who, "config_mismatch", "a test split has no batches", field="mode", retry="never")
            return
        self.send(who, {**self.welcome_header, **self.stated(header, self.splits[who])})

    def stated(self, hello: Dict[str, Any], split: str) -> Dict[str, Any]:
        """What a WELCOME says of profile and split in answer to this HELLO."""
        if self.sizes is None:
            return {}
        asked = hello.get("profile") or {}
        return {
            "mode": hello["mode"],
            "group": hello.get("group") or "",
            "split": split,
            "size": self.sizes[split],
            "splits": self.sizes,
            "axes": self.axes,
            "fields": ["x", "y", "index"],
            "profile": {
                "name": asked.get("name") or "plain",
                "digest": "d1",
                "phase": split,
                "args": asked.get("args") or {},
            },
        }

    def x_shape(self, n: int) -> Tuple[int, ...]:
        """Shape of x for n samples, in the server's order of axes."""
        sizes = {**dict(zip("CTVM", self.shape[1:])), "K": 1}
        return (n, *(sizes[axis] for axis in self.axes))

    def further(self, n: int) -> Dict[str, np.ndarray]:
        """The further tensors of n samples."""
        T = self.shape[2]
        known = {
            "t": np.tile(np.linspace(-1, 1, T, dtype="<f4"), (n, 1)),
            "n": np.arange(n, dtype="<i8") % T + 1,
            "half": np.ones(n, dtype="<i8"),
        }
        return {name: known[name] for name in self.extras}

    def list_items(self, who: bytes, header: Dict[str, Any]) -> None:
        assert self.sizes is not None
        split = header.get("split") or self.splits[who]
        size = self.sizes[split]
        tensor, frame = _tensor("labels", np.arange(size, dtype="<i8") % 2, 0)
        names = [f"{split}_{index}" for index in range(size)]
        answer = {"k": "ITEMS", "requestId": header["requestId"], "size": size, "names": names, "tensors": [tensor]}
        self.send(who, answer, frame)

    def get_samples(self, who: bytes, header: Dict[str, Any]) -> None:
        """x of a sample is its index + epoch / 1000."""
        assert self.sizes is not None
        ids, request = header["ids"], header["requestId"]
        bad = [index for index in ids if not 0 <= index < self.sizes[self.splits[who]]]
        if bad:
            self.error(who, "out_of_range", f"no sample {bad[0]}", ref=request, field="ids", got=bad[0], retry="never")
            return
        for start in range(0, len(ids), self.max_get):
            part = ids[start : start + self.max_get]
            n = len(part)
            x = np.empty(self.x_shape(n), dtype="<f4")
            x[:] = np.asarray(part, dtype="<f4").reshape(n, *(1 for _ in self.axes)) + header["epoch"] / 1000
            arrays = {"x": x, "y": np.asarray(part, dtype="<i8") % 2, **self.further(n)}
            tensors, frames = zip(*(_tensor(name, array, at) for at, (name, array) in enumerate(arrays.items())))
            answer = {"k": "SAMPLES", "requestId": request, "epoch": header["epoch"], "ids": part}
            self.send(who, {**answer, "tensors": list(tensors), "last": start + n == len(ids)}, *frames)

    def take_credit(self, who: bytes, header: Dict[str, Any]) -> None:
        if who not in self.credit:
            self.error(who, "unknown_session", "say HELLO first", retry="rehello")
            return
        for lease in header["ack"]:
            self.leases[who].remove(lease)
        self.credit[who] += header["n"]
        self.serve(who)

    def serve(self, who: bytes) -> None:
        self.most_held = max(self.most_held, self.credit[who] + len(self.leases[who]))
        while self.credit[who] and (self.limit is None or self.seq < self.limit):
            self.credit[who] -= 1
            self.batch(who)
            if self.seq % self.epoch_batches == 0:
                epoch = self.seq // self.epoch_batches - 1
                for other in list(self.credit):
                    self.send(other, {"k": "END", "epoch": epoch, "lastStep": self.epoch_batches - 1, "served": 1})

    def batch(self, who: bytes, **fields: Any) -> None:
        seq, self.seq = self.seq, self.seq + 1
        self.leases[who].append(seq)
        header, payload = make_batch(seq, self.x_shape(self.shape[0]), self.epoch_batches, self.further(self.shape[0]))
        self.send(who, {**header, **fields}, *payload)

    def change(self, who: bytes, header: Dict[str, Any]) -> None:
        self.sets += 1
        changed = {"k": "CHANGED", "rev": self.sets, "key": header["key"], "value": header.get("value")}
        changed.update(effectiveSeq=self.seq, by="test")
        for other in list(self.credit):
            mine = {"requestId": header["requestId"]} if other == who else {}
            self.send(other, {**changed, **mine})

    def forget(self, who: bytes, header: Dict[str, Any]) -> None:
        self.credit.pop(who, None)
        self.leases.pop(who, None)

    def _run(self) -> None:
        poller = zmq.Poller()
        poller.register(self._router, zmq.POLLIN)
        poller.register(self._woken, zmq.POLLIN)
        try:
            while not self._stopping:
                ready = dict(poller.poll(1000))
                if self._woken.fileno() in ready:
                    self._woken.recv(1024)
                while not self._calls.empty():
                    self._calls.get()()
                if self._router in ready:
                    who, frame = self._router.recv_multipart()
                    header = msgpack.unpackb(frame)
                    with self._changed:
                        self.received.append((who, header))
                        answer = self.answers.get(header["k"])
                        if answer is not None:
                            answer(who, header)
                        self._changed.notify_all()
        except BaseException as error:
            self._failure = error
        finally:
            self._router.close()


def _tensor(name: str, array: np.ndarray, frame: int) -> Tuple[Dict[str, Any], bytes]:
    return {"name": name, "dtype": array.dtype.str, "shape": list(array.shape), "data": frame}, array.tobytes()


def make_batch(
    seq: int, shape: Tuple[int, ...] = SHAPE, epoch_batches: int = 5, further: Optional[Dict[str, np.ndarray]] = None
) -> Tuple[Dict[str, Any], List[bytes]]:
    """Header and payload frames of batch `seq`; x is filled with its number."""
    n = shape[0]
    arrays = [
        ("x", np.full(shape, seq, dtype="<f4")),
        ("y", np.arange(n, dtype="<i8") % 2),
        ("origin", np.arange(n, dtype="|u1") % 3),
        ("weight", np.ones(n, dtype="<f4")),
        *(further or {}).items(),
    ]
    tensors = [_tensor(name, array, index)[0] for index, (name, array) in enumerate(arrays)]
    header = {
        "k": "BATCH",
        "lease": seq,
        "seq": seq,
        "epoch": seq // epoch_batches,
        "step": seq % epoch_batches,
        "rev": 0,
        "ratio": {"target": 0.25, "achieved": 0.2},
        "mix": {"real": n - 1, "fresh": 1, "replayed": 0},
        "ids": [f"real:{seq}:{i}" for i in range(n)],
        "digest": "0" * 16,
        "t": {"made": 1_700_000_000_000, "sent": 1_700_000_000_001},
        "tensors": tensors,
    }
    return header, [array.tobytes() for _, array in arrays]
