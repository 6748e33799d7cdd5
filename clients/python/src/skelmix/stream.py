"""The stream as a training loop sees it."""

from __future__ import annotations

import math
import os
import sys
import weakref
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from ._version import __version__
from .batch import Batch
from .connection import Connection
from .errors import ConfigError, TransportError
from .indexed import MAX_GET_IDS, Items, Samples, decode_items, decode_samples
from .info import Layout, Shape, StreamInfo
from .options import request_of, resolve_options
from .session import Delivery, EpochEnd, Lease
from .wire import decode_batch

DEFAULT_ENDPOINT = "tcp://127.0.0.1:5757"


class Change(NamedTuple):
    """An accepted change of a live setting."""

    rev: int
    key: str
    value: Any
    #: Number of the first batch that is chosen under the new value.
    effective_seq: int
    #: Who asked.
    by: str


def connect(
    endpoint: Optional[str] = None,
    *,
    credit: int = 4,
    output: str = "auto",
    connect_timeout_s: float = 5.0,
    first_batch_timeout_s: Optional[float] = 30.0,
    batch_timeout_s: Optional[float] = None,
    prefer_ipc: bool = True,
    dtype: str = "<f4",
    name: Optional[str] = None,
    mode: str = "share",
    group: Optional[str] = None,
    rank: Optional[int] = None,
    world: Optional[int] = None,
    profile: Optional[str] = None,
    profile_args: Optional[Mapping[str, Any]] = None,
    split: Optional[str] = None,
    expect: Optional[Mapping[str, Any]] = None,
) -> "Stream":
    """Connects to a skelmix server and waits until it has described its stream.

    endpoint: `tcp://HOST:PORT` or `ipc://PATH`; default: the environment variable SKELMIX_ENDPOINT, else
        tcp://127.0.0.1:5757.
    credit: batches that may be under way, waiting here or in your hands at a time, at least 1. A changed ratio shows after
        at most so many batches of the old one.
    output: `numpy`, `torch`, or `auto`: torch where this process has imported torch before it connects, else NumPy.
    connect_timeout_s, first_batch_timeout_s, batch_timeout_s: seconds until TransportError TIMEOUT; None waits for as long
        as the server lives. The third counts for every batch after the first.
    prefer_ipc: changes to the server's ipc endpoint where both run on one host.
    dtype: `<f4`, or `<f2` to have x sent as float16 (half the bytes); x comes out as float32 either way.
    name: shown in the server's log.
    mode: `share` (each batch goes to one consumer of the group), `broadcast` (the whole stream for this consumer), `lockstep`
        (rank `rank` of `world`), `indexed` (samples by index with `items` and `get`, no batches).
    group: consumers of one group share a stream.
    profile, profile_args: the recognizer's transforms and their arguments in its own words; default: the server's.
    split: `train`, `test` or the data set's own spelling; default: the server's.
    expect: what must hold of the stream, some of layout (its name), classes (their number), V, C, M, T. The server refuses the
        connection where it does not.

    Raises TransportError (TIMEOUT, ADDRESS_INVALID, PROTOCOL_VERSION, AUTH_REFUSED ...) or ConfigError CONFIG_INVALID.
    """
    stream = Stream(
        endpoint,
        credit=credit,
        output=output,
        connect_timeout_s=connect_timeout_s,
        first_batch_timeout_s=first_batch_timeout_s,
        batch_timeout_s=batch_timeout_s,
        prefer_ipc=prefer_ipc,
        dtype=dtype,
        name=name,
        mode=mode,
        group=group,
        rank=rank,
        world=world,
        profile=profile,
        profile_args=profile_args,
        split=split,
        expect=expect,
    )
    stream._link()
    return stream


class Stream:
    """Batches of one server: an endless iterator, and a context manager.

    `for batch in stream` runs over all epochs, `for batch in stream.epoch()` to the end of the current one. Asking for a
    batch acknowledges the one before: what was handed out last and not followed by another request goes to another
    consumer when this one leaves. For one loop at a time; the settings may be used from any thread.

    `connect` makes one that is connected; `Stream(endpoint, **options)` takes the same options and connects at its first
    use. Pickling drops the connection; the copy connects at its first use, in whichever process that is.
    After a fork the child can't use a connected stream: it raises TransportError CLOSED.
    """

    def __init__(self, endpoint: Optional[str] = None, **options: Any) -> None:
        self._endpoint = endpoint or os.environ.get("SKELMIX_ENDPOINT") or DEFAULT_ENDPOINT
        self._options = resolve_options(options)
        self._reset()

    # Batches.

    def __iter__(self) -> Iterator[Batch]:
        self._refuse_if_spent()
        return self

    def __next__(self) -> Batch:
        while True:
            item = self._advance()
            if item is None:
                raise StopIteration
            if isinstance(item, Delivery):
                return self._hand_out(item)

    def epoch(self) -> Iterator[Batch]:
        """Iterates to the end of the current epoch, as the server states it.

        With several consumers each gets its share of the epoch, which may be nothing. A batch that another consumer left
        unfinished may come with `redelivered` set, and then with an earlier `epoch`. Ends early, with a warning in the log,
        where the server says BYE; the next call raises TransportError CLOSED.
        """
        self._refuse_if_spent()
        return self._one_epoch()

    def _one_epoch(self) -> Iterator[Batch]:
        current: Optional[int] = None
        while True:
            item = self._advance()
            if item is None:
                return
            if isinstance(item, EpochEnd):
                if current is None or item.epoch >= current:
                    return
                continue
            epoch = item.header["epoch"]
            if not item.header.get("redelivered"):
                if current is not None and epoch > current:  # its END went to a session that was lost since
                    self._link().put_back(item)
                    return
                current = epoch
            yield self._hand_out(item)

    def _advance(self) -> Any:
        link = self._link()
        processed, self._held = self._held, None
        timeout_s = self._options["batch_timeout_s"] if self._received else self._options["first_batch_timeout_s"]
        return link.take(processed, timeout_s)

    def _hand_out(self, delivery: Delivery) -> Batch:
        self._received = True
        self._held = delivery.lease
        return decode_batch(delivery.header, delivery.payload, self._as_torch)

    # Samples by index.

    def items(self, split: Optional[str] = None, *, timeout_s: float = 60.0) -> Items:
        """Labels and names of the stream's split, or of another one, in the order of their indices.

        Raises TransportError TIMEOUT, or what the server answered.
        """
        return decode_items(*self._link().fetch("LIST", timeout_s, split=split)[-1])

    def get(self, ids: Sequence[int], epoch: int = 0, *, timeout_s: float = 60.0) -> Samples:
        """The samples of these indices of the stream's split, always real, as NumPy arrays.

        The same epoch and index give the same sample; a training profile draws anew in each epoch. Any number of ids; the
        seconds count for each 1,024 of them. Needs no credit, so it works in every mode.
        Raises TransportError TIMEOUT, or what the server answered.
        """
        asked = [int(index) for index in ids]
        if not asked:
            raise ConfigError("CONFIG_INVALID", "get needs at least one index", {"field": "ids"})
        messages = []
        for start in range(0, len(asked), MAX_GET_IDS):
            part = asked[start : start + MAX_GET_IDS]
            messages += self._link().fetch("GET", timeout_s, epoch=int(epoch), ids=part)
        return decode_samples(messages, asked)

    # What the server states.

    @property
    def endpoint(self) -> str:
        """The endpoint in use; the local one where that was preferred to the one asked for."""
        return self._connection.dialled if self._connection else self._endpoint

    @property
    def info(self) -> StreamInfo:
        """Everything the server said in its WELCOME."""
        info = self._link().session.info
        assert info is not None
        return info

    @property
    def shape(self) -> Shape:
        """Axis sizes of a batch: N, C, T, V, M."""
        return self.info.shape

    @property
    def batch_size(self) -> int:
        return self.info.shape.N

    @property
    def epoch_batches(self) -> int:
        """Batches of one epoch, over all consumers together."""
        return self.info.epoch_batches

    @property
    def epoch_size(self) -> int:
        """Samples of one epoch, over all consumers together."""
        return self.info.epoch_size

    @property
    def classes(self) -> Tuple[str, ...]:
        return self.info.classes

    @property
    def layout(self) -> Layout:
        return self.info.layout

    # Live settings.

    @property
    def ratio(self) -> float:
        """Share of synthetic samples, 0 to 1, as last confirmed by the server. Setting it waits for the confirmation.

        Raises ConfigError with the server's words where it refuses the value.
        """
        return float(self._link().session.settings["ratio"])

    @ratio.setter
    def ratio(self, value: float) -> None:
        self.set("ratio", float(value))

    @property
    def paused(self) -> bool:
        """True while the server builds no batches."""
        return bool(self._link().session.settings["paused"])

    @paused.setter
    def paused(self, value: bool) -> None:
        self.set("paused", bool(value))

    @property
    def rev(self) -> int:
        """Revision of the live settings."""
        return self._link().session.rev

    def set(self, key: str, value: Any, if_rev: Optional[int] = None, *, timeout_s: float = 10.0) -> Change:
        """Changes a live setting for all consumers and returns once the server has confirmed it.

        Settings are `ratio`, `paused`, `schedule` (a dict such as `{"kind": "linear", "from": 0, "to": 0.5, "over": 10}`, in epochs
        unless `unit` is "batches"; None ends it, and so does `ratio`), `classWeights` (a list with a weight for each class, or
        None), and where the model has them the thresholds `gate.*` and the scales `guidance.classifierFree` and
        `guidance.classifier`; the server's docs/protocol.md describes each.

        `if_rev` makes the change only where the settings still have that revision.
        Raises ConfigError CONFIG_INVALID (value or key refused) or CONFIG_CONFLICT (`if_rev` is not the revision any more),
        TransportError TIMEOUT, PEER_GONE or CLOSED.
        """
        answer = self._link().request("SET", timeout_s, key=key, value=value, ifRev=if_rev)
        return Change(
            int(answer["rev"]), answer["key"], answer.get("value"), int(answer["effectiveSeq"]), str(answer["by"])
        )

    def stats(self, *, timeout_s: float = 10.0) -> Dict[str, Any]:
        """The server's counters and gauges by dotted name."""
        return dict(self._link().request("STATS", timeout_s)["stats"])

    # Life.

    def close(self) -> None:
        """Says BYE, so that other consumers get the unfinished batches at once. May be called again."""
        self._closed = True
        self._held = None
        if self._finalizer is not None:
            self._finalizer()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __getstate__(self) -> Mapping[str, Any]:
        return {"endpoint": self._endpoint, "options": self._options}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self._endpoint = state["endpoint"]
        self._options = state["options"]
        self._reset()

    def __repr__(self) -> str:
        state = "closed" if self._closed else "connected" if self._connection else "not connected"
        return f"Stream({self.endpoint!r}, {state})"

    def _reset(self) -> None:
        self._connection: Optional[Connection] = None
        self._finalizer: Optional[Any] = None
        self._pid = 0
        self._closed = False
        self._received = False
        self._as_torch = False
        self._held: Optional[Lease] = None

    def _link(self) -> Connection:
        if self._connection is not None and self._pid != os.getpid():
            raise TransportError(
                "CLOSED",
                f"this stream was connected in process {self._pid} and can't be used in process {os.getpid()}, which was "
                "forked from it; connect in the process that iterates, or use skelmix.SkelmixDataset, which does so in "
                "each worker",
                {"pid": self._pid},
            )
        if self._closed:
            raise TransportError("CLOSED", f"the stream from {self._endpoint} was closed; connect again")
        if self._connection is None:
            self._connect()
        assert self._connection is not None
        return self._connection

    def _connect(self) -> None:
        options = self._options
        output = options["output"]
        self._as_torch = output == "torch" or (output == "auto" and "torch" in sys.modules)
        connection = Connection(
            self._endpoint,
            client=f"skelmix-python/{__version__}",
            credit=options["credit"],
            dtype=options["dtype"],
            name=options["name"],
            prefer_ipc=options["prefer_ipc"],
            request=request_of(options),
        )
        try:
            connection.wait_ready(options["connect_timeout_s"])
        except BaseException:
            connection.close()
            raise
        info = connection.session.info
        assert info is not None
        _keep_memory_of_batches(connection.session.credit * math.prod(info.x_shape) * 4)
        self._connection, self._pid = connection, os.getpid()
        self._finalizer = weakref.finalize(self, _close_in, os.getpid(), connection)

    def _refuse_if_spent(self) -> None:
        connection = self._link()
        if connection.is_spent():
            raise TransportError(
                "CLOSED", f"the stream from {self._endpoint} is over: {connection.session.bye}; connect again"
            )


def _close_in(pid: int, connection: Connection) -> None:
    if pid == os.getpid():  # after a fork the connection is the parent's, and its thread and locks don't exist here
        connection.close()


def _keep_memory_of_batches(size: int) -> None:
    """Lets glibc reuse the memory of freed batches, `size` bytes of them, instead of giving it back to the system.

    Each batch would otherwise pay for its pages again, about half of the time it takes to receive it. glibc raises its
    thresholds by itself when a large block is freed (mallopt(3), M_MMAP_THRESHOLD; up to 32 MiB); a training does that
    sooner or later anyway. The block is never touched, so it costs no memory.
    """
    np.empty(min(2 * size, 31 << 20), dtype=np.uint8)
