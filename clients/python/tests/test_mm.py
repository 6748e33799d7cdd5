"""skelmix.mm with toolboxes that have the registries of pyskl and mmaction2 and nothing else."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any, Callable, Dict, Iterator, List, Optional

import numpy as np
import pytest
from fake_server import FakeServer

import skelmix

torch = pytest.importorskip("torch")
from torch.utils.data import DataLoader  # noqa: E402

Serve = Callable[..., FakeServer]

SIZES = {"train": 10, "test": 7}


class Registry:
    """What skelmix.mm needs of a registry of mmcv or mmengine."""

    def __init__(self) -> None:
        self.kinds: Dict[str, Any] = {}

    def register_module(self, name: Optional[str] = None, force: bool = False, module: Any = None) -> None:
        assert force or name not in self.kinds
        self.kinds[str(name)] = module


class Compose:
    """Applies callables one after the other."""

    def __init__(self, transforms: List[Any]) -> None:
        self.transforms = transforms

    def __call__(self, results: Any) -> Any:
        for transform in self.transforms:
            results = transform(results)
        return results


class ActionDataSample:
    def set_gt_label(self, value: int) -> None:
        self.gt_label = torch.tensor([value])


def _module(name: str, **members: Any) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(members, __path__=[])
    return module


@pytest.fixture
def toolbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Makes a toolbox importable and imports skelmix.mm anew; returns the registered class."""

    def install(name: str) -> Any:
        registry = Registry()
        if name == "mmaction":
            modules = {
                "mmaction": {},
                "mmaction.registry": {"DATASETS": registry},
                "mmaction.structures": {"ActionDataSample": ActionDataSample},
                "mmengine": {},
                "mmengine.dataset": {"Compose": Compose},
            }
        else:
            modules = {
                name: {},
                f"{name}.datasets": {},
                f"{name}.datasets.builder": {"DATASETS": registry},
                f"{name}.datasets.pipelines": {"Compose": Compose},
            }
        for path, members in modules.items():
            monkeypatch.setitem(sys.modules, path, _module(path, **members))
        monkeypatch.delitem(sys.modules, "skelmix.mm", raising=False)
        assert importlib.import_module("skelmix.mm").REGISTERED == [name]
        return registry.kinds["SkelmixDataset"]

    yield install
    sys.modules.pop("skelmix.mm", None)


@pytest.mark.parametrize("name", ["pyskl", "protogcn"])
def test_without_a_pipeline_items_are_what_the_recognizer_takes(serve: Serve, toolbox: Any, name: str) -> None:
    server = serve(sizes=SIZES, axes="KMTVC")
    data = toolbox(name)(endpoint=server.endpoint, epoch_size=50, pipeline=[], feats=["j"], clip_len=4, num_person=1)
    hello = server.headers("HELLO")[-1]
    assert hello["profile"] == {"name": "pyskl-3d", "args": {"feats": ["j"], "clip_len": 4, "num_person": 1}}
    assert len(data) == 50 and data.class_prob is None and data.CLASSES == ("wave", "clap")
    item = data[17]
    assert set(item) == {"keypoint", "label"} and type(item["label"]) is int
    assert item["keypoint"].shape == (1, 1, 4, 5, 3) and item["keypoint"].dtype == torch.float32
    (batch,) = DataLoader(torch.utils.data.Subset(data, range(4)), batch_size=4, num_workers=1)
    assert batch["keypoint"].shape == (4, 1, 1, 4, 5, 3) and batch["label"].dtype == torch.int64
    data.feeder.close()


def test_other_axes_are_brought_into_the_toolboxs_order(serve: Serve, toolbox: Any) -> None:
    server = serve(sizes=SIZES)
    data = toolbox("pyskl")(endpoint=server.endpoint, split="test", profile="plain")
    item = data[3]
    assert item["keypoint"].shape == (1, 1, 4, 5, 3) and item["keypoint"].is_contiguous()
    assert float(item["keypoint"][0, 0, 0, 0, 0]) == 3
    data.feeder.close()


def test_annotations_go_through_the_users_own_pipeline(serve: Serve, toolbox: Any) -> None:
    server = serve(sizes=SIZES, axes="KMTVC", extras=("n",))
    seen: List[Dict[str, Any]] = []

    def note(results: Dict[str, Any]) -> Dict[str, Any]:
        seen.append(dict(results))
        results["keypoint"] += 1  # belongs to the pipeline
        return {"keypoint": torch.from_numpy(results["keypoint"]), "label": results["label"]}

    kind = toolbox("pyskl")
    data = kind(endpoint=server.endpoint, pipeline=[note], ann_file="data/nturgbd/ntu60_3danno.pkl", split="xsub_val")
    assert server.headers("HELLO")[-1]["profile"]["name"] == "annotation"
    items = data.__getitems__([5, 2])
    assert [float(item["keypoint"][0, 0, 0, 0]) for item in items] == [6, 3]
    assert [(entry["frame_dir"], entry["label"], entry["total_frames"]) for entry in seen] == [
        ("test_5", 1, 1),
        ("test_2", 0, 2),
    ]
    assert seen[0]["keypoint"].shape == (1, 1, 5, 3) and seen[1]["keypoint"].shape == (1, 2, 5, 3)
    assert (seen[0]["modality"], seen[0]["start_index"], seen[0]["test_mode"]) == ("Pose", 0, True)
    assert "keypoint_score" not in seen[0] and "img_shape" not in seen[0]
    assert data.video_infos[1] == {"frame_dir": "test_1", "label": 1} and len(data) == 7
    data.feeder.close()


@pytest.mark.parametrize(("extras", "dtype"), [(("n", "half"), np.float16), (("n",), np.float32)])
def test_annotations_have_the_precision_of_the_recordings(
    serve: Serve, toolbox: Any, extras: Any, dtype: Any
) -> None:
    server = serve(sizes=SIZES, axes="KMTVC", extras=extras)
    data = toolbox("pyskl")(endpoint=server.endpoint, split="test", pipeline=[lambda results: results])
    assert data[2]["keypoint"].dtype == dtype and data[2]["keypoint"].flags.writeable
    data.feeder.close()


def test_the_score_of_two_dimensional_joints_is_taken_apart(serve: Serve, toolbox: Any) -> None:
    server = serve(sizes=SIZES, axes="KMTVC", extras=("n",))
    server.welcome_header["layout"]["channels"] = 2
    data = toolbox("pyskl")(
        endpoint=server.endpoint, split="test", pipeline=[lambda results: results], img_shape=[480, 640]
    )
    item = data[6]
    assert item["keypoint"].shape == (1, 1, 5, 2) and item["keypoint_score"].shape == (1, 1, 5)
    assert item["img_shape"] == item["original_shape"] == (480, 640)
    assert (item["keypoint"] == 6).all() and (item["keypoint_score"] == 6).all()
    data.feeder.close()


def test_mmaction_gets_its_packed_form(serve: Serve, toolbox: Any) -> None:
    server = serve(sizes=SIZES, axes="KMTVC")
    data = toolbox("mmaction")(endpoint=server.endpoint, pipeline=[], split="test", test_mode=True, lazy_init=False)
    data.full_init()
    item = data[3]
    assert set(item) == {"inputs", "data_samples"} and item["inputs"].shape == (1, 1, 4, 5, 3)
    assert item["data_samples"].gt_label.tolist() == [1]
    assert data.metainfo == {"dataset": "fake", "classes": ("wave", "clap")} and data.get_data_info(3) == {
        "sample_idx": 3,
        "label": 1,
    }
    data.feeder.close()


@pytest.mark.parametrize(
    ("extras", "arguments", "words"),
    [
        (
            (),
            {"pipeline": [print]},
            "a pipeline needs profile annotation .* states annotation with tensors x, y, origin, weight",
        ),
        (("n",), {}, "an empty pipeline needs profile pyskl-3d"),
        ((), {"class_prob": [1, 2]}, "class_prob must be None"),
        ((), {"num_class": 60}, "num_class is 60"),
    ],
)
def test_what_does_not_fit_is_said_at_once(serve: Serve, toolbox: Any, extras: Any, arguments: Any, words: str) -> None:
    with pytest.raises(skelmix.ConfigError, match=words):
        toolbox("pyskl")(endpoint=serve(sizes=SIZES, extras=extras).endpoint, **arguments)


def test_without_any_toolbox_the_reasons_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyskl", "protogcn", "mmaction"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "skelmix.mm", raising=False)
    with pytest.raises(ImportError, match="needs pyskl, ProtoGCN or mmaction2; pyskl: .*; protogcn: .*; mmaction: "):
        importlib.import_module("skelmix.mm")


def test_a_spawned_worker_can_find_the_class_again(serve: Serve, toolbox: Any) -> None:
    import pickle

    server = serve(sizes=SIZES, axes="KMTVC")
    data = toolbox("pyskl")(endpoint=server.endpoint, split="test")
    copy = pickle.loads(pickle.dumps(data))
    np.testing.assert_array_equal(copy[2]["keypoint"], data[2]["keypoint"])
    data.feeder.close()
    copy.feeder.close()
