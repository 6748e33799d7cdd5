"""Map-style datasets in the place of the recognizers' own feeders: one line of a configuration file changes."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Type

import numpy as np

from .agreement import check_expectation, check_fields, check_phase, check_window, expectation
from .errors import ConfigError
from .indexed import Items
from .info import StreamInfo
from .legacy import is_test_split, read_legacy
from .state import part_of
from .tap import SAMPLE_FIELDS, Clip, Tap

#: With `debug` a feeder has no more samples than this, as the stock ones.
_DEBUG_SIZE = 100


class Feeder:
    """Samples of a stream as `(x, y, index)`, for a DataLoader with any batch size, shuffle and number of workers.

    Training takes the next sample of the stream whatever index is asked for; the length is that of the declared epoch and
    never changes. A test split, or `deterministic`, gives exactly the sample of the index. x is float32, numbers are int.

    endpoint: default: the environment variable SKELMIX_ENDPOINT, else tcp://127.0.0.1:5757.
    epoch_size: length in training; default: the number of real training samples (times `repeat`).
    split: `train`, `test` or the data set's own spelling; default: as the names of `data_path` and `label_path` say, else
        the server's.
    fields: the item's tuple: some of x, y, index, origin, weight, ids, and further tensors of the profile (t, n).
    profile: the recognizer's transforms; default: guessed from the arguments, else the server's. Every other argument of the
        stock feeders is accepted and sent along as an argument of the profile; those that name files are ignored.
    profile_args: further arguments of the profile, for names that mean something else here.
    delegate: dotted name of a stock feeder, which is built with the remaining arguments and returned instead.
    deterministic: training by index, always real: the k-th use of an index gives its sample of epoch k, in any worker.
    expect_layout, num_class, in_channels, num_point, num_person: what must hold of the stream.
    mode, rank, world, group, dtype, credit, name, prefer_ipc: as in `skelmix.connect`; several workers need `share`.
    connect_timeout_s, batch_timeout_s: seconds until a TransportError says what is wrong.

    Raises ConfigError where an expectation, the window or a field does not fit the stream, TransportError where no server
    answers.
    """

    #: The item's tuple unless `fields` says otherwise.
    FIELDS: Tuple[str, ...] = ("x", "y", "index")
    #: The profile of arguments that belong to no other recognizer.
    PROFILE: Optional[str] = None

    def __new__(cls, *, delegate: Optional[str] = None, **arguments: Any) -> Any:
        if delegate is None:
            return super().__new__(cls)
        rest = {key: value for key, value in arguments.items() if key not in _OWN_WORDS}
        return _import_class(delegate, cls)(**rest)

    def __init__(
        self,
        *,
        endpoint: Optional[str] = None,
        epoch_size: Optional[int] = None,
        split: Optional[str] = None,
        fields: Optional[Sequence[str]] = None,
        profile: Optional[str] = None,
        profile_args: Optional[Mapping[str, Any]] = None,
        delegate: None = None,
        deterministic: bool = False,
        expect_layout: Optional[str] = None,
        num_class: Optional[int] = None,
        in_channels: Optional[int] = None,
        num_point: Optional[int] = None,
        num_person: Optional[int] = None,
        mode: str = "share",
        rank: Optional[int] = None,
        world: Optional[int] = None,
        group: Optional[str] = None,
        dtype: str = "<f4",
        credit: int = 2,
        name: Optional[str] = None,
        prefer_ipc: bool = True,
        connect_timeout_s: float = 60.0,
        batch_timeout_s: float = 300.0,
        debug: bool = False,
        repeat: int = 1,
        **legacy: Any,
    ) -> None:
        asked = read_legacy({**legacy, **({"repeat": repeat} if repeat != 1 else {})}, split, self.PROFILE)
        expect = expectation(layout=expect_layout, classes=num_class, C=in_channels, V=num_point, M=num_person)
        self._tap = Tap(
            endpoint,
            {
                "profile": profile or asked.profile,
                "profile_args": {**asked.args, **(profile_args or {})},
                "split": asked.split,
                "expect": expect,
                "mode": mode,
                "rank": rank,
                "world": world,
                "group": group,
                "dtype": dtype,
                "credit": credit,
                "name": name,
                "prefer_ipc": prefer_ipc,
                "connect_timeout_s": connect_timeout_s,
                "first_batch_timeout_s": batch_timeout_s,
                "batch_timeout_s": batch_timeout_s,
            },
        )
        info = self._tap.info
        self._test = info.profile.phase == "test" if info.profile else is_test_split(info.split)
        check_phase(asked.split is not None and is_test_split(asked.split), info)
        check_expectation(expect, info)
        check_window(legacy.get("window_size"), info)
        self.fields = tuple(fields) if fields is not None else self.FIELDS
        check_fields(self.fields, SAMPLE_FIELDS, info)
        #: True where a training goes by index.
        self.deterministic = bool(deterministic) and not self._test
        #: True where items are those of their index.
        self.indexed = self._test or self.deterministic
        if self.indexed:
            self._tap.go_by_index()
            self._tap.look(items=True)
        self._clips = self._tap.items.size if self.indexed else info.epoch_size if info.size is None else info.size
        if debug:
            self._clips = min(self._clips, _DEBUG_SIZE)
        self._length = self._declared(epoch_size, repeat)
        self._uses = _shared_counts(1 + self._length) if self.deterministic else None

    # The dataset.

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> Tuple[Any, ...]:
        return self._items_at([index])[0]

    def __getitems__(self, indices: Sequence[int]) -> List[Tuple[Any, ...]]:
        """The items of a whole batch; one request to the server where they go by index."""
        return self._items_at(indices)

    def set_epoch(self, epoch: int) -> None:
        """Makes `deterministic` items those of this epoch, instead of counting how often an index was used."""
        if self._uses is not None:
            self._uses[0] = epoch + 1

    def state_dict(self) -> Dict[str, Any]:
        """Where this process goes on after a crash or a pause, in the convention of PyTorch's stateful loaders.

        Streamed: the place behind the last item, as in `Stream.state_dict`; with several workers each has its own. By index:
        how often each index was used, which chooses its augmentation.
        """
        if not self.indexed:
            return {"streamed": self._tap.clip_state()}
        return {"uses": [] if self._uses is None else [int(count) for count in self._uses]}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on where `state_dict` was taken. Raises ConfigError CONFIG_INVALID for a state of another kind of feeder."""
        if not self.indexed:
            self._tap.load_clips(part_of(state, "streamed", Mapping))
            return
        uses, own = part_of(state, "uses", Sequence), [] if self._uses is None else self._uses
        if len(uses) != len(own):
            raise ConfigError(
                "CONFIG_INVALID",
                f"the state can't be loaded: it is of {max(0, len(uses) - 1)} samples, this feeder has {self._length}",
                {"field": "state"},
            )
        for at, count in enumerate(uses):
            own[at] = int(count)

    # What tests read.

    @property
    def label(self) -> List[int]:
        """Class numbers in the order of the indices; of a test split or with `deterministic` only."""
        if getattr(self, "_label", None) is None:
            self._label = self._known("label").labels[: self._clips].tolist()
        return self._label

    @label.setter
    def label(self, value: Any) -> None:
        self._label = value

    @property
    def sample_name(self) -> Any:
        """Names in the order of the indices; of a test split or with `deterministic` only. Mains may set their own."""
        if getattr(self, "_sample_name", None) is None:
            self._sample_name = list(self._known("sample_name").names[: self._clips])
        return self._sample_name

    @sample_name.setter
    def sample_name(self, value: Any) -> None:
        self._sample_name = value

    def top_k(self, score: Any, top_k: int) -> float:
        """Share of the clips whose class is among the k highest of their scores [size, classes].

        Raises ConfigError CONFIG_CONFLICT in training, and where there isn't one row of scores a clip.
        """
        if not self.indexed:
            raise ConfigError(
                "CONFIG_CONFLICT",
                f"top_k needs a fixed order of clips, but this feeder streams split {self.info.split!r}; give the test feeder "
                "`split: test`, or `delegate:` with the stock feeder",
                {"field": "split", "got": self.info.split},
            )
        labels = np.asarray(self.label)
        ranked = np.asarray(score).argsort(axis=-1)
        if len(ranked) < len(labels):
            raise ConfigError(
                "CONFIG_CONFLICT", f"top_k needs a row of scores for each of {len(labels)} clips, got {len(ranked)}"
            )
        return float((ranked[: len(labels), -top_k:] == labels[:, None]).any(axis=1).mean())

    # The stream.

    @property
    def info(self) -> StreamInfo:
        """What the server states of the stream."""
        return self._tap.info

    @property
    def tap(self) -> Tap:
        """The connection, for those who need more than items."""
        return self._tap

    def close(self) -> None:
        """Closes this process's connection, if it has one; the next item opens another."""
        self._tap.close()

    def __repr__(self) -> str:
        how = "by index" if self.indexed else "streamed"
        return f"{type(self).__name__}({self.info.dataset} {self.info.split}, {len(self)} samples, {how})"

    # Inside.

    def clips_at(self, indices: Sequence[int]) -> List[Clip]:
        """The clips of these indices: the next ones of the stream, or those of the indices."""
        places = [self._place(index) for index in indices]
        if not self.indexed:
            return [self._tap.next_clip() for _ in places]
        by_epoch: Dict[int, List[int]] = {}
        for at, place in enumerate(places):
            by_epoch.setdefault(self._epoch_of(place), []).append(at)
        found: Dict[int, Clip] = {}
        for epoch, group in by_epoch.items():
            clips = self._tap.clips([places[at] % self._clips for at in group], epoch)
            found.update((at, clip._replace(index=places[at])) for at, clip in zip(group, clips))
        return [found[at] for at in range(len(places))]

    def _items_at(self, indices: Sequence[int]) -> List[Tuple[Any, ...]]:
        return [tuple(clip.value(field) for field in self.fields) for clip in self.clips_at(indices)]

    def _place(self, index: Any) -> int:
        place = int(index) + (self._length if index < 0 else 0)
        if not 0 <= place < self._length:
            raise IndexError(f"index {index} is outside of {self._length} samples")
        return place

    def _epoch_of(self, place: int) -> int:
        if self._uses is None:
            return 0
        used = int(self._uses[1 + place])
        self._uses[1 + place] += 1
        epoch = int(self._uses[0]) - 1 if self._uses[0] else used
        rounds = -(-self._length // self._clips)
        return epoch * rounds + place // self._clips

    def _declared(self, epoch_size: Optional[int], repeat: int) -> int:
        for key, value in (("epoch_size", epoch_size), ("repeat", repeat)):
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise ConfigError(
                    "CONFIG_INVALID", f"{key} must be a whole number of at least 1, got {value!r}", {"field": key}
                )
        if self.indexed or epoch_size is None:
            return self._clips * repeat
        return epoch_size

    def _known(self, what: str) -> Items:
        if not self.indexed:
            raise AttributeError(
                f"{what} needs a fixed order of clips, but this feeder streams split {self.info.split!r}; give it "
                "`split: test`, `deterministic: True`, or `delegate:` with the stock feeder"
            )
        return self._tap.items


class PairFeeder(Feeder):
    """`(x, y)`, for st-gcn and mmskeleton."""

    FIELDS = ("x", "y")
    PROFILE = "stgcn-ntu"


class SkateFeeder(Feeder):
    """`(x, t, y, index)`, for SkateFormer: t holds the frames' positions in the clip, -1 to 1."""

    FIELDS = ("x", "t", "y", "index")
    PROFILE = "skateformer-ntu"


#: SkateFeeder by what it adds.
TimedFeeder = SkateFeeder

#: Words that a delegate never hears.
_OWN_WORDS = (
    "endpoint",
    "epoch_size",
    "fields",
    "profile",
    "profile_args",
    "deterministic",
    "expect_layout",
    "num_class",
    "in_channels",
    "num_point",
    "num_person",
    "mode",
    "rank",
    "world",
    "group",
    "dtype",
    "credit",
    "name",
    "prefer_ipc",
    "connect_timeout_s",
    "batch_timeout_s",
)


def _import_class(dotted: str, asking: Type[Feeder]) -> Any:
    module, _, name = str(dotted).rpartition(".")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            "CONFIG_INVALID",
            f"delegate {dotted!r} can't be imported: {error}; expected the dotted name of the stock feeder, such as "
            "feeders.feeder_ntu.Feeder",
            {"field": "delegate", "got": dotted},
        ) from error
    if isinstance(found, type) and issubclass(found, Feeder):
        raise ConfigError(
            "CONFIG_INVALID",
            f"delegate {dotted!r} is {asking.__name__} again; name the recognizer's own feeder",
            {"field": "delegate", "got": dotted},
        )
    return found


def _shared_counts(size: int) -> Any:
    """Zeros that worker processes share with their parent, where torch is there to make them so."""
    if "torch" not in sys.modules:
        return np.zeros(size, dtype=np.int64)
    import torch

    return torch.zeros(size, dtype=torch.int64).share_memory_()
