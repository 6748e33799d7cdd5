"""SkelmixDataset for pyskl, ProtoGCN and mmaction2. Importing this module registers it:

custom_imports = dict(imports=['skelmix.mm'], allow_failed_imports=False)
train = dict(type='SkelmixDataset', endpoint='tcp://127.0.0.1:5757', epoch_size=200455, pipeline=[])
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

import numpy as np

from .errors import ConfigError
from .feeders import Feeder
from .info import StreamInfo
from .tap import Clip


class Toolbox(NamedTuple):
    """Where a toolbox keeps its registry of data sets and its pipelines."""

    name: str
    datasets: str
    compose: str
    #: True where items are `inputs` and `data_samples`.
    packs: bool


TOOLBOXES = (
    Toolbox("pyskl", "pyskl.datasets.builder", "pyskl.datasets.pipelines", False),
    Toolbox("protogcn", "protogcn.datasets.builder", "protogcn.datasets.pipelines", False),
    Toolbox("mmaction", "mmaction.registry", "mmengine.dataset", True),
)


class SkelmixDataset:
    """A stream in the place of `PoseDataset`.

    pipeline: empty: the server's profile has done everything, and items are what the recognizer takes: `{"keypoint": FloatTensor
        (1, M, T, V, C), "label": int}`, or in mmaction2 `{"inputs", "data_samples"}`. Else: the toolbox's own pipeline, applied
        to annotations as they come from the stream ("annotation mode"): frame_dir, label, total_frames, keypoint (M, T, V, C),
        with 2-D joints keypoint_score too.
    profile: default: `pyskl-3d` without a pipeline, `annotation` with one.
    test_mode: default: whether the split is a test split; goes to the pipeline.
    class_prob: must stay None, since the server decides which classes come.
    img_shape: (height, width) that 2-D joints are in, as annotations state it; default: left to the pipeline.

    Everything else as in `skelmix.feeders.Feeder`; words that it doesn't know are arguments of the profile. `ann_file` and
    `data_prefix` are ignored. Leave out `RepeatDataset(times=n)` and give `epoch_size`, n times the number of clips, instead.
    """

    #: Set in the class that is registered.
    toolbox: Optional[Toolbox] = None

    def __init__(
        self,
        pipeline: Sequence[Any] = (),
        endpoint: Optional[str] = None,
        profile: Optional[str] = None,
        test_mode: Optional[bool] = None,
        class_prob: None = None,
        img_shape: Optional[Sequence[int]] = None,
        ann_file: Any = None,
        data_prefix: Any = None,
        lazy_init: bool = False,
        **arguments: Any,
    ) -> None:
        if class_prob is not None:
            raise ConfigError(
                "CONFIG_INVALID",
                "class_prob must be None: which classes come is for the server to say",
                {"field": "class_prob"},
            )
        if not profile:
            profile = "annotation" if pipeline else "pyskl-3d"
        arguments.pop("fields", None)
        self.class_prob = None
        self.pipeline = self._composed(pipeline) if pipeline else None
        if "num_person" in arguments:  # as FormatGCNInput means it
            num_person = arguments.pop("num_person")
            arguments["profile_args"] = {**(arguments.get("profile_args") or {}), "num_person": num_person}
        self._feeder = Feeder(endpoint=endpoint, profile=profile, **arguments)
        self._img_shape = None if img_shape is None else tuple(img_shape)
        info = self._feeder.info
        if (self.pipeline is not None) != ("n" in info.tensors):
            raise ConfigError(
                "CONFIG_CONFLICT",
                f"{'a' if self.pipeline else 'an empty'} pipeline needs profile {'annotation' if self.pipeline else 'pyskl-3d'} "
                f"or alike, but the server states {info.profile.name if info.profile else 'none'} with tensors "
                f"{', '.join(info.tensors)}",
                {"field": "pipeline"},
            )
        self.test_mode = self._feeder.indexed and not self._feeder.deterministic if test_mode is None else test_mode
        self.CLASSES = info.classes

    def __len__(self) -> int:
        return len(self._feeder)

    def __getitem__(self, index: int) -> Any:
        return self.__getitems__([index])[0]

    def __getitems__(self, indices: Sequence[int]) -> List[Any]:
        """The items of a whole batch."""
        return [self._item(clip) for clip in self._feeder.clips_at(indices)]

    @property
    def feeder(self) -> Feeder:
        """The feeder behind the items: `info`, `top_k`, `close`."""
        return self._feeder

    @property
    def metainfo(self) -> Dict[str, Any]:
        """Name of the data set and its classes, as mmengine's data sets state them."""
        return {"dataset": self._feeder.info.dataset, "classes": self._feeder.info.classes}

    @property
    def video_infos(self) -> List[Dict[str, Any]]:
        """Name and label of each clip of a test split, for the toolbox's own evaluation."""
        return [
            {"frame_dir": name, "label": label} for name, label in zip(self._feeder.sample_name, self._feeder.label)
        ]

    def full_init(self) -> None:
        """Nothing is left to do: the constructor has asked the server."""

    def get_data_info(self, idx: int) -> Dict[str, Any]:
        """Class number and place of a clip, as mmengine's samplers and hooks ask for it."""
        known = {"label": self._feeder.label[idx]} if self._feeder.indexed else {}
        return {"sample_idx": idx, **known}

    def set_epoch(self, epoch: int) -> None:
        """See `Feeder.set_epoch`."""
        self._feeder.set_epoch(epoch)

    def _item(self, clip: Clip) -> Any:
        info = self._feeder.info
        if self.pipeline is None:
            return self._formatted(clip, info)
        annotation = {**_annotation(clip, info), "test_mode": self.test_mode}
        if self._img_shape is not None:
            annotation.update(img_shape=self._img_shape, original_shape=self._img_shape)
        return self.pipeline(annotation)

    def _formatted(self, clip: Clip, info: StreamInfo) -> Dict[str, Any]:
        import torch

        keypoint = torch.from_numpy(np.ascontiguousarray(_as_kmtvc(clip.x, info.axes)))
        if self.toolbox is None or not self.toolbox.packs:
            return {"keypoint": keypoint, "label": clip.y}
        sample = import_module("mmaction.structures").ActionDataSample()
        sample.set_gt_label(clip.y)
        return {"inputs": keypoint, "data_samples": sample}

    def _composed(self, pipeline: Sequence[Any]) -> Callable[[Dict[str, Any]], Any]:
        if self.toolbox is None:
            raise ConfigError(
                "CONFIG_INVALID",
                "a pipeline needs the toolbox whose registry this class is taken from",
                {"field": "pipeline"},
            )
        return import_module(self.toolbox.compose).Compose(list(pipeline))


def _as_kmtvc(x: np.ndarray, axes: str) -> np.ndarray:
    """x in pyskl's order of axes; a stream without clips of its own gets one."""
    wanted = [axis for axis in "KMTVC" if axis in axes]
    moved = x.transpose([axes.index(axis) for axis in wanted])
    return moved if "K" in axes else moved[None]


def _annotation(clip: Clip, info: StreamInfo) -> Dict[str, Any]:
    """The clip as an entry of pyskl's annotation files, in arrays of its own."""
    keypoint = _as_kmtvc(clip.x, info.axes)[0]
    frames = int(clip.extras["n"])
    # Pipelines compute with the numbers of the file: published annotations are float16.
    keypoint = keypoint[:, :frames].astype(np.float16 if clip.extras.get("half") else np.float32)
    annotation = {
        "frame_dir": clip.ids,
        "label": clip.y,
        "total_frames": frames,
        "modality": "Pose",
        "start_index": 0,
    }
    if not _has_score(info):
        return {**annotation, "keypoint": keypoint}
    return {
        **annotation,
        "keypoint": keypoint[..., :2].copy(),
        "keypoint_score": keypoint[..., 2].copy(),
    }


def _has_score(info: StreamInfo) -> bool:
    """True where the last of three channels is the joints' score, as the layout's own channels are two."""
    return info.shape.C == 3 and info.layout.channels == 2


class PysklDataset(SkelmixDataset):
    """SkelmixDataset as pyskl's registry knows it."""

    toolbox = TOOLBOXES[0]


class ProtoGcnDataset(SkelmixDataset):
    """SkelmixDataset as ProtoGCN's registry knows it."""

    toolbox = TOOLBOXES[1]


class MmactionDataset(SkelmixDataset):
    """SkelmixDataset as mmaction2's registry knows it."""

    toolbox = TOOLBOXES[2]


def register() -> List[str]:
    """Registers SkelmixDataset with each toolbox that is imported already, else with the first that can be.

    Returns the names of those. Raises ImportError with each toolbox's reason where there is none.
    """
    kinds = {kind.toolbox.name: kind for kind in (PysklDataset, ProtoGcnDataset, MmactionDataset)}
    loaded = [toolbox for toolbox in TOOLBOXES if toolbox.name in sys.modules]
    reasons: List[str] = []
    registered: List[str] = []
    for toolbox in loaded or TOOLBOXES:
        try:
            registry = import_module(toolbox.datasets).DATASETS
            import_module(toolbox.compose)
        except Exception as error:  # noqa: BLE001  a toolbox may fail in whatever it imports
            reasons.append(f"{toolbox.name}: {type(error).__name__} {error}")
            continue
        registry.register_module(name="SkelmixDataset", module=kinds[toolbox.name], force=True)
        registered.append(toolbox.name)
        if not loaded:
            break
    if not registered:
        raise ImportError(f"skelmix.mm needs pyskl, ProtoGCN or mmaction2; {'; '.join(reasons)}")
    return registered


#: Toolboxes that know SkelmixDataset now.
REGISTERED = register()
