"""Single samples out of a stream, in whichever process asks for them."""

from __future__ import annotations

import os
from multiprocessing import parent_process
from multiprocessing.util import Finalize
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

from .batch import Batch
from .connection import drain
from .errors import TransportError
from .indexed import Items
from .info import StreamInfo
from .state import parse_state, part_of
from .stream import LOOKING, Stream

#: Fields of a sample beside the profile's further tensors.
SAMPLE_FIELDS = ("x", "y", "index", "origin", "weight", "ids")


class Clip(NamedTuple):
    """One sample: x float32, numbers as Python's own."""

    x: Any
    y: int
    #: Place in the split, or where the clip was streamed its number in the stream.
    index: int
    #: 0 real, 1 synthetic, 2 synthetic and replayed.
    origin: int
    weight: float
    #: The sample's id or, by index, its name.
    ids: str
    extras: Mapping[str, Any]

    def value(self, field: str) -> Any:
        """The field of this name, be it a further tensor; those of no axes come as numbers."""
        if field in SAMPLE_FIELDS:
            return getattr(self, field)
        extra = self.extras[field]
        return extra if getattr(extra, "ndim", 0) else extra.item()


class Tap:
    """A stream that each process opens for itself at its first sample, and that pickles to one that is not open.

    The description of the stream is fetched once, by `look`, over a connection that is closed at once: nothing is open when
    a DataLoader forks its workers. A worker's connection is closed as the worker ends, so that the batches it holds go to
    others.
    """

    def __init__(self, endpoint: Optional[str], options: Mapping[str, Any]) -> None:
        self._endpoint = endpoint
        self._options = {**options, "output": "numpy"}
        self._info: Optional[StreamInfo] = None
        self._items: Optional[Items] = None
        self._loaded: Optional[Dict[str, Any]] = None
        self._reset()

    @property
    def endpoint(self) -> str:
        return Stream(self._endpoint).endpoint

    @property
    def info(self) -> StreamInfo:
        """What the server states; fetched by `look`."""
        if self._info is None:
            self.look()
        assert self._info is not None
        return self._info

    @property
    def items(self) -> Items:
        """Labels and names of the split; fetched at first use."""
        if self._items is None:
            self.look(items=True)
        assert self._items is not None
        return self._items

    def look(self, items: bool = False) -> None:
        """Fetches the stream's description, and labels and names where asked, over a connection of its own.

        Expectations are left to the caller, who knows the recognizer's words for them.
        """
        stream = Stream(self._endpoint, **{**self._options, **LOOKING})
        try:
            self._info = stream.info
            if items:
                self._items = stream.items()
        finally:
            stream.close()

    def go_by_index(self) -> None:
        """Takes no batches from now on, samples by index only."""
        self._options.update(mode="indexed", rank=None, world=None)

    @property
    def stream(self) -> Stream:
        """This process's stream."""
        if self._pid != os.getpid():
            self._reset()
        if self._stream is None:
            self._stream = Stream(self._endpoint, **self._options)
            if self._loaded is not None:
                self._stream.load_state_dict(self._loaded)
            if parent_process() is not None:
                Finalize(None, _end, args=(self._stream,), exitpriority=10)
        return self._stream

    @property
    def world(self) -> int:
        """Consumers that have an equal share each: the ranks of `lockstep`, else 1."""
        return Stream(self._endpoint, **self._options).options["world"] or 1

    def state(self, processed: bool = True) -> Dict[str, Any]:
        """The stream's place behind the last batch, or before it where that is not processed yet."""
        return self.stream.state_before_or_behind(processed).as_dict()

    def load(self, state: Mapping[str, Any]) -> None:
        """Goes on at a place; what is in hand is dropped."""
        self._loaded = parse_state(state).as_dict()
        self._batch, self._at = None, 0
        if self._stream is not None and self._pid == os.getpid():
            self._stream.load_state_dict(self._loaded)

    def clip_state(self) -> Dict[str, Any]:
        """The place behind the last clip: that of a batch, and how many clips of it were handed out."""
        self.stream  # noqa: B018  after a fork the batch in hand is the parent's
        used = self._at if self._batch is not None and self._at < len(self._batch) else 0
        return {"stream": self.state(used == 0), "used": used}

    def load_clips(self, state: Mapping[str, Any]) -> None:
        """Goes on behind the last clip of a `clip_state`."""
        used = part_of(state, "used", int)
        self.load(part_of(state, "stream", Mapping))
        self._skip = used

    def next_batch(self) -> Batch:
        """The next batch. Raises TransportError CLOSED where the server has said BYE."""
        stream = self.stream
        batch = next(stream, None)
        if batch is None:
            raise TransportError(
                "CLOSED",
                f"{stream.endpoint} ended the stream before the training had all it needs; was the server stopped?",
            )
        return batch

    def next_clip(self) -> Clip:
        """The next sample of the stream."""
        self.stream  # noqa: B018  after a fork the batch in hand is the parent's
        if self._batch is None or self._at >= len(self._batch):
            self._batch, self._at, self._skip = self.next_batch(), self._skip, 0
        batch, at = self._batch, self._at
        self._at += 1
        return Clip(
            x=batch.x[at],
            y=int(batch.y[at]),
            index=batch.seq * len(batch) + at,
            origin=int(batch.origin[at]),
            weight=float(batch.weight[at]),
            ids=batch.ids[at],
            extras={name: tensor[at] for name, tensor in batch.extras.items()},
        )

    def clips(self, indices: Sequence[int], epoch: int) -> List[Clip]:
        """The samples of these indices of the split, as an epoch has them."""
        samples = self.stream.get(indices, epoch)
        names = self.items.names
        return [
            Clip(
                x=samples.x[at],
                y=int(samples.y[at]),
                index=int(index),
                origin=0,
                weight=1.0,
                ids=names[index],
                extras={name: tensor[at] for name, tensor in samples.extras.items()},
            )
            for at, index in enumerate(indices)
        ]

    def close(self) -> None:
        """Closes this process's connection; the next sample opens another one."""
        if self._stream is not None and self._pid == os.getpid():
            self._stream.close()
        self._reset()

    def __getstate__(self) -> Dict[str, Any]:
        return {**self.__dict__, "_stream": None, "_batch": None, "_at": 0, "_pid": 0}

    def _reset(self) -> None:
        self._stream: Optional[Stream] = None
        self._batch: Optional[Batch] = None
        self._at = self._skip = 0
        self._pid = os.getpid()


def _end(stream: Stream) -> None:
    stream.close()
    drain()
