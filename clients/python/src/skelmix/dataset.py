"""A stream as a PyTorch dataset. Importing this module needs torch; the rest of skelmix doesn't."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterator, Mapping, Optional, Sequence, Tuple

try:
    import torch
    from torch.utils.data import IterableDataset, get_worker_info
except ImportError as error:
    raise ImportError(
        "skelmix.SkelmixDataset needs PyTorch (pip install 'skelmix[torch]'); skelmix.connect works without it"
    ) from error

from .batch import FURTHER_TENSORS, Batch
from .errors import ConfigError
from .session import PLACED_MODES
from .state import parse_state, part_of
from .stream import LOOKING, Stream

_FIELDS = tuple(name for name in Batch.__slots__ if name not in ("ratio", "mix", "extras"))
_PER_SAMPLE_FIELDS = ("x", "y", "origin", "weight", "ids")


class SkelmixDataset(IterableDataset):
    """Whole batches of a stream for `DataLoader(dataset, batch_size=None)`, or single samples for any batch size.

    endpoint and options are those of `skelmix.connect`; arrays are torch tensors unless `output` says `numpy`.
    fields: names of `Batch` fields, or of further tensors of the profile (t, n); each item is a tuple of them in this order.
    per_sample: yields one clip at a time, so that DataLoader collates them; costs a copy.
    epoch: each iteration runs to the end of the epoch as the server states it, else without end.

    Without workers one connection serves all iterations. A DataLoader worker opens its own at its first batch, in `share`
    mode: the workers divide the epoch among them, and each closes its connection at the end of an iteration, so that the
    batches it holds then go to the others at once. `len` is that of the epoch over all workers. In `broadcast` and
    `lockstep` there is at most one worker, whose iterations go on where the one before ended.

    `state_dict` and `load_state_dict` are those of the iteration under way, in the convention of torchdata's
    StatefulDataLoader, which calls them in its worker; there is at most one, since the place of several is not one place.

    Raises ConfigError CONFIG_INVALID for an unknown field, CONFIG_CONFLICT for more workers than the mode allows.
    """

    def __init__(
        self,
        endpoint: Optional[str] = None,
        fields: Sequence[str] = ("x", "y"),
        per_sample: bool = False,
        epoch: bool = True,
        **options: Any,
    ) -> None:
        super().__init__()
        known = (*(_PER_SAMPLE_FIELDS if per_sample else _FIELDS), *FURTHER_TENSORS)
        unknown = [field for field in fields if field not in known]
        if unknown or not fields:
            raise ConfigError(
                "CONFIG_INVALID", f"fields must name some of {', '.join(known)}, got {list(fields)!r}", {"field": "fields"}
            )
        self.fields = tuple(fields)
        self.per_sample = per_sample
        self.epoch = epoch
        options.setdefault("output", "torch")
        if options.get("mode") == "broadcast" and options.get("group") is None:
            options["group"] = f"dataset-{os.urandom(8).hex()}"  # the same for the connections of all iterations
        self._arguments = (endpoint, options)
        self._stream = self._new_stream()
        self._pid = os.getpid()
        self._iterations = 0
        #: What was loaded and waits for the next iteration, and how many samples of its first batch were handed out before.
        self._loaded: Optional[Dict[str, Any]] = None
        self._skip = 0
        #: The stream of a worker's iteration, its state at the end where states are asked for, and samples of the batch in
        #: hand that were handed out.
        self._running: Optional[Stream] = None
        self._ended: Optional[Dict[str, Any]] = None
        self._stateful = False
        self._used = 0
        self._lengths: Optional[Tuple[int, int]] = None
        # Shared by all workers: which iteration of the loader the epoch number belongs to. See `_begins_late`.
        self._shared = torch.full((3,), -1, dtype=torch.int64).share_memory_()

    @property
    def stream(self) -> Stream:
        """This process's stream, for its ratio, classes and layout; it connects at first use."""
        if self._pid != os.getpid():
            self._stream = self._new_stream()
            self._pid = os.getpid()
        return self._stream

    def __len__(self) -> int:
        if self._lengths is None:
            self._lengths = self._look()
        return self._lengths[self.per_sample]

    def __iter__(self) -> Iterator[Tuple[Any, ...]]:
        self._iterations += 1
        worker = get_worker_info()
        if worker is None:
            self._go_to_loaded(self.stream)
            for batch in self.stream.epoch() if self.epoch else self.stream:
                yield from self._items(batch)
            return
        if worker.num_workers > 1:
            self._refuse_several(worker.num_workers)
        stream = self._of_worker()
        self._ended = None
        try:
            self._go_to_loaded(stream)
            unsure = self.epoch
            for batch in stream.epoch() if self.epoch else stream:
                if unsure and not batch.redelivered:
                    if self._begins_late(batch):
                        return
                    unsure = False
                yield from self._items(batch)
            if self._stateful:
                self._ended = stream.state_dict()
        finally:
            stream.close()
            self._running = None

    def state_dict(self) -> Dict[str, Any]:
        """Where to go on after a crash or a pause: behind the last item, which is within a batch where `per_sample`.

        Raises as `Stream.state_dict`; ConfigError CONFIG_CONFLICT in one of several workers.
        """
        if self._loaded is not None:
            return {"stream": self._loaded, "used": self._skip}
        worker = get_worker_info()
        if worker is not None and worker.num_workers > 1:
            raise _several(worker.num_workers, "their places are not one")
        if self._ended is not None:
            return {"stream": self._ended, "used": 0}
        self._stateful = True
        stream = self.stream if worker is None else self._of_worker()
        return {"stream": stream.state_before_or_behind(self._used == 0).as_dict(), "used": self._used}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Lets the next iteration go on where `state_dict` was taken; that one raises what the server answers."""
        self._skip = part_of(state, "used", int)
        self._loaded = parse_state(part_of(state, "stream", Mapping)).as_dict()
        self._ended = None

    def _of_worker(self) -> Stream:
        """The stream of the worker's iteration, under way or to come."""
        if self._running is None:
            self._running = self._new_stream()
        return self._running

    def _go_to_loaded(self, stream: Stream) -> None:
        loaded, self._loaded = self._loaded, None
        if loaded is not None:
            stream.load_state_dict(loaded)
            self._used = 0

    def _look(self) -> Tuple[int, int]:
        """Batches and samples of an epoch, seen without taking part where only one consumer may."""
        endpoint, options = self._arguments
        if options.get("mode", "share") not in PLACED_MODES:
            return self.stream.epoch_batches, self.stream.epoch_size
        world = Stream(endpoint, **options).options["world"] or 1
        with Stream(endpoint, **{**options, **LOOKING}) as looking:
            batches = -(-looking.epoch_batches // world)
            return batches, looking.epoch_size if world == 1 else batches * looking.batch_size

    def _refuse_several(self, workers: int) -> None:
        mode = self._arguments[1].get("mode", "share")
        if mode in PLACED_MODES:
            raise _several(workers, f"in mode {mode!r} each would have the same batches")
        if self._loaded is not None:
            raise _several(workers, "a state is the place of one")

    def _items(self, batch: Batch) -> Iterator[Tuple[Any, ...]]:
        values = tuple(batch.field(field) for field in self.fields)
        skip, self._skip = self._skip, 0
        if not self.per_sample:
            yield values
            return
        for index in range(skip, len(batch)):
            self._used = (index + 1) % len(batch)  # a batch that was handed out whole is processed
            yield tuple(value[index] for value in values)

    def _begins_late(self, batch: Batch) -> bool:
        """True in a worker that connected when the others had the whole epoch already: its batch is of the next epoch.

        The workers of one iteration know each other by the loader's base seed and their count of iterations; the first of
        them to get a batch writes down its epoch.
        """
        worker = get_worker_info()
        assert worker is not None
        iteration = torch.tensor([worker.seed - worker.id, self._iterations])
        if torch.equal(self._shared[:2], iteration):
            return batch.epoch > int(self._shared[2])
        self._shared[2] = batch.epoch
        self._shared[:2] = iteration
        return False

    def _new_stream(self) -> Stream:
        endpoint, options = self._arguments
        return Stream(endpoint, **options)


class StreamDataset(SkelmixDataset):
    """Single samples of a stream for your own loop: `DataLoader(StreamDataset(), batch_size=48)`.

    `SkelmixDataset` with `per_sample=True`; an iterable dataset, so no `shuffle`: the server has shuffled. Where a main
    insists on `shuffle=True`, use `skelmix.feeders.Feeder`; where it needs no DataLoader at all, `skelmix.Loader`.
    """

    def __init__(
        self, endpoint: Optional[str] = None, fields: Sequence[str] = ("x", "y"), epoch: bool = True, **options: Any
    ) -> None:
        super().__init__(endpoint, fields, True, epoch, **options)


def _several(workers: int, why: str) -> ConfigError:
    return ConfigError(
        "CONFIG_CONFLICT",
        f"{workers} workers can't do this: {why}; give the DataLoader num_workers=1 or 0",
        {"field": "num_workers"},
    )
