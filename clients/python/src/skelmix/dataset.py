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
from .state import part_of
from .stream import Stream

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
    batches it holds then go to the others at once. `len` is that of the epoch over all workers.

    `state_dict` and `load_state_dict` are those of torchdata's StatefulDataLoader, which calls them in its workers: with no worker or one,
    since the place of several is not one.

    Raises ConfigError CONFIG_INVALID for an unknown field.
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
        self._arguments = (endpoint, options)
        self._stream = self._new_stream()
        self._pid = os.getpid()
        self._iterations = 0
        #: Samples of the batch in hand that were handed out already, and those of the next batch that were before it was left.
        self._used = self._skip = 0
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
        return self.stream.epoch_size if self.per_sample else self.stream.epoch_batches

    def __iter__(self) -> Iterator[Tuple[Any, ...]]:
        self._iterations += 1
        worker = get_worker_info()
        if worker is None or worker.num_workers == 1:
            for batch in self.stream.epoch() if self.epoch else self.stream:
                yield from self._items(batch)
            if worker is not None:
                self.stream.pause()
            return
        self._refuse_workers(worker.num_workers)
        stream = self._new_stream()
        try:
            unsure = self.epoch
            for batch in stream.epoch() if self.epoch else stream:
                if unsure and not batch.redelivered:
                    if self._begins_late(batch):
                        return
                    unsure = False
                yield from self._items(batch)
        finally:
            stream.close()

    def _items(self, batch: Batch) -> Iterator[Tuple[Any, ...]]:
        values = tuple(batch.field(field) for field in self.fields)
        if not self.per_sample:
            yield values
            return
        for index in range(len(batch)):
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

    `SkelmixDataset` with `per_sample=True`; an iterable dataset, so no `shuffle`: the server has shuffled. Where a main insists on
    `shuffle=True`, use `skelmix.feeders.Feeder`; where it needs no DataLoader at all, `skelmix.Loader`.
    """

    def __init__(
        self, endpoint: Optional[str] = None, fields: Sequence[str] = ("x", "y"), epoch: bool = True, **options: Any
    ) -> None:
        super().__init__(endpoint, fields, True, epoch, **options)
