"""Whole batches in the place of a DataLoader: no worker processes, no collating."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from .agreement import check_fields
from .errors import ConfigError
from .feeders import Feeder
from .state import part_of
from .tap import SAMPLE_FIELDS

#: Batch keys of recognizers that take dicts -> fields.
Fields = Union[Sequence[str], Mapping[str, str]]


class EpochSignal:
    """Stands where runners look for a sampler: `set_epoch` is all they ask of it."""

    def __init__(self, feeder: Feeder) -> None:
        self._feeder = feeder
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Notes the epoch; with `deterministic` it chooses the order and the samples' augmentation."""
        self.epoch = int(epoch)
        self._feeder.set_epoch(self.epoch)


class Loader:
    """Batches of torch tensors, `len(loader)` of them in each iteration; the stream goes on where the last one ended.

    batch_size: default: the server's, whose batches then pass through uncopied.
    fields: as in `skelmix.feeders.Feeder`, whose other arguments are taken as well; or a map of batch keys to fields, such
        as `{"keypoint": "x", "label": "y"}`, which makes the batches dicts.
    drop_last: leaves out an incomplete last batch; default: in training.
    pin_memory: copies each batch into pinned memory.

    One thread receives; `credit` batches of the server are under way or wait. A test split, or `deterministic`, goes by
    index: in order, or shuffled by epoch. `dataset` has `label`, `sample_name` and `top_k`.

    `state_dict` and `load_state_dict` as in torchdata's StatefulDataLoader: the iteration under way goes on behind its last
    batch. In `lockstep` each rank has its share of the samples, all the same number of batches.
    Raises what a Feeder raises.
    """

    def __init__(
        self,
        endpoint: Optional[str] = None,
        batch_size: Optional[int] = None,
        epoch_size: Optional[int] = None,
        fields: Fields = ("x", "y", "index"),
        pin_memory: bool = False,
        drop_last: Optional[bool] = None,
        **arguments: Any,
    ) -> None:
        keys, names = (list(fields), list(fields.values())) if isinstance(fields, Mapping) else (None, list(fields))
        #: The feeder behind the batches.
        self.dataset = Feeder(endpoint=endpoint, epoch_size=epoch_size, fields=names, **{"credit": 4, **arguments})
        check_fields(names, SAMPLE_FIELDS, self.dataset.info)
        self.batch_size = self.dataset.info.shape.N if batch_size is None else batch_size
        if not isinstance(self.batch_size, int) or self.batch_size < 1:
            raise ConfigError(
                "CONFIG_INVALID",
                f"batch_size must be a whole number of at least 1, got {batch_size!r}",
                {"field": "batch_size"},
            )
        self.pin_memory = pin_memory
        self.drop_last = not self._by_order() if drop_last is None else drop_last
        self.sampler = EpochSignal(self.dataset)
        self._keys, self._names = keys, names
        self._left: List[Dict[str, Any]] = []
        self._iterations = 0
        #: Batches of the iteration under way that were handed out; those that the next one is behind already.
        self._at = self._begin = 0
        #: Samples in the stream's batch that the pieces in `_left` are of; samples of the next one that were used before.
        self._size = self._skip = 0

    def __len__(self) -> int:
        size = self._samples()
        return size // self.batch_size if self.drop_last else -(-size // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        begin, self._begin = self._begin, 0
        self._at = begin
        if not self.dataset.indexed:
            return self._streamed(begin)
        order = np.arange(len(self.dataset))
        if not self._by_order():
            epoch = self.sampler.epoch or self._iterations
            # A generator of its own: training scripts seed the global ones alike in every epoch.
            np.random.Generator(np.random.PCG64([self.dataset.info.seed, epoch])).shuffle(order)
        self._iterations += 1
        return self._indexed(order, begin)

    def state_dict(self) -> Dict[str, Any]:
        """Where to go on after a crash or a pause, for a checkpoint; behind the last batch, so take it when its step is done."""
        begun = self._iterations - (self._at > 0 and self._begin == 0 and self.dataset.indexed)
        state: Dict[str, Any] = {"at": self._at, "iterations": begun, "epoch": self.sampler.epoch}
        if self.dataset.indexed:
            return {**state, "dataset": self.dataset.state_dict()}
        left = _size(self._left[0]) if self._left else 0
        return {**state, "stream": self.dataset.tap.state(left == 0), "used": self._size - left if left else 0}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Lets the next iteration go on where `state_dict` was taken. Raises ConfigError CONFIG_INVALID; else as `Stream`."""
        at, iterations, epoch = (part_of(state, key, int) for key in ("at", "iterations", "epoch"))
        if self.dataset.indexed:
            self.dataset.load_state_dict(part_of(state, "dataset", Mapping))
        else:
            skip = part_of(state, "used", int)
            self.dataset.tap.load(part_of(state, "stream", Mapping))
            self._skip = skip
        self._at = self._begin = at
        self._iterations, self.sampler.epoch = iterations, epoch
        self._left.clear()

    def close(self) -> None:
        """Closes the connection; the next batch opens another."""
        self._left.clear()
        self.dataset.close()

    def __enter__(self) -> "Loader":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _by_order(self) -> bool:
        return self.dataset.indexed and not self.dataset.deterministic

    def _samples(self) -> int:
        """Samples of an iteration: in lockstep this rank's share."""
        return -(-len(self.dataset) // self.dataset.tap.world)

    def _streamed(self, begin: int) -> Iterator[Any]:
        size = self._samples()
        for at in range(begin, len(self)):
            batch = self._finished(self._take(min(self.batch_size, size - at * self.batch_size)))
            self._at = at + 1
            yield batch
        self._at = 0

    def _indexed(self, order: np.ndarray, begin: int) -> Iterator[Any]:
        for at in range(begin, len(self)):
            self._at = at + 1
            clips = self.dataset.clips_at(order[at * self.batch_size : (at + 1) * self.batch_size].tolist())
            columns = {name: [clip.value(name) for clip in clips] for name in self._names}
            yield self._finished(
                {name: values if name == "ids" else _stacked(values) for name, values in columns.items()}
            )
        self._at = 0

    def _take(self, count: int) -> Dict[str, Any]:
        """`count` samples of the stream by field; one of the server's batches as it is where the sizes agree."""
        while sum(_size(piece) for piece in self._left) < count:
            self._left.append(self._received())
        pieces: List[Dict[str, Any]] = []
        missing = count
        while missing:
            piece = self._left.pop(0)
            taken = min(missing, _size(piece))
            if taken < _size(piece):
                self._left.insert(0, {name: values[taken:] for name, values in piece.items()})
                piece = {name: values[:taken] for name, values in piece.items()}
            pieces.append(piece)
            missing -= taken
        return (
            pieces[0] if len(pieces) == 1 else {name: _joined([piece[name] for piece in pieces]) for name in pieces[0]}
        )

    def _received(self) -> Dict[str, Any]:
        batch = self.dataset.tap.next_batch()
        index = np.arange(batch.seq * len(batch), (batch.seq + 1) * len(batch), dtype=np.int64)
        self._size, skip, self._skip = len(batch), self._skip, 0
        columns = {name: index if name == "index" else batch.field(name) for name in self._names}
        return {name: values[skip:] for name, values in columns.items()} if skip else columns

    def _finished(self, columns: Mapping[str, Any]) -> Union[Tuple[Any, ...], Dict[str, Any]]:
        import torch

        values = [columns[name] for name in self._names]
        tensors = [torch.from_numpy(value) if isinstance(value, np.ndarray) else value for value in values]
        if self.pin_memory:
            tensors = [tensor.pin_memory() if isinstance(tensor, torch.Tensor) else tensor for tensor in tensors]
        return tuple(tensors) if self._keys is None else dict(zip(self._keys, tensors))


def _size(columns: Mapping[str, Any]) -> int:
    return len(next(iter(columns.values())))


def _stacked(values: Sequence[Any]) -> np.ndarray:
    array = np.stack(values) if isinstance(values[0], np.ndarray) else np.asarray(values)
    return array.astype(np.float32, copy=False) if array.dtype.kind == "f" else array.astype(np.int64, copy=False)


def _joined(pieces: Sequence[Any]) -> Any:
    if isinstance(pieces[0], np.ndarray):
        return np.concatenate(pieces)
    return tuple(value for piece in pieces for value in piece)
