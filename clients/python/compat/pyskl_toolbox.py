"""pyskl: its train_model from the stock configuration of ST-GCN, formatted by the server and in annotation mode."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import warnings
from pathlib import Path
from typing import Any, List

import stand_ins
from report import Report

CONFIG = "configs/stgcn/stgcn_pyskl_ntu60_xsub_3dkp/j.py"

#: The lines that change; the stock configuration's test parts stay.
CHANGES = """
_base_ = [{base!r}]
custom_imports = dict(imports=['skelmix.mm'], allow_failed_imports=False)
train_pipeline = [
    dict(type='PreNormalize3D'),
    dict(type='GenSkeFeat', dataset='nturgb+d', feats=['j']),
    dict(type='UniformSample', clip_len=100),
    dict(type='PoseDecode'),
    dict(type='FormatGCNInput', num_person=2),
    dict(type='Collect', keys=['keypoint', 'label'], meta_keys=[]),
    dict(type='ToTensor', keys=['keypoint'])
]
data = dict(
    videos_per_gpu=2,
    workers_per_gpu=1,
    train=dict(_delete_=True, type='SkelmixDataset', endpoint={endpoint!r}, epoch_size=4, pipeline={pipeline}))
total_epochs = 1
work_dir = {work!r}
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout", type=Path)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("endpoint")
    parser.add_argument("work", type=Path)
    asked = parser.parse_args()
    checkout, work = asked.checkout.resolve(), asked.work.resolve()
    annotations = asked.recordings.resolve() / "pyskl" / "ntu60_3danno.pkl"
    sys.path.insert(0, str(checkout))
    os.chdir(checkout)
    warnings.simplefilter("ignore")
    stand_ins.install(
        "torchvision", "fvcore", "decord", "moviepy", "cv2", "pymemcache", "mmdet", "mmpose", "tqdm", "requests"
    )
    stand_ins.restore_numpy_names()
    stand_ins.stay_on_cpu()
    work.mkdir(parents=True, exist_ok=True)
    report = Report()
    join_a_group_of_one(work)
    train(report, checkout, asked.endpoint, work, "[]", "pipeline=[]")
    train(report, checkout, asked.endpoint, work, "train_pipeline", "annotation mode")
    compare(report, asked.endpoint, str(annotations))
    report.print()


def join_a_group_of_one(work: Path) -> None:
    import torch.distributed

    torch.distributed.init_process_group("gloo", init_method=f"file://{work / 'group'}", rank=0, world_size=1)


def train(report: Report, checkout: Path, endpoint: str, work: Path, pipeline: str, what: str) -> None:
    from mmcv import Config
    from mmcv.parallel import MMDataParallel
    from pyskl.apis import train as training
    from pyskl.datasets import build_dataset
    from pyskl.models import build_model

    changed = work / "changed.py"
    changed.write_text(
        CHANGES.format(base=str(checkout / CONFIG), endpoint=endpoint, pipeline=pipeline, work=str(work))
    )
    config = Config.fromfile(str(changed))
    config.seed = 0
    config.gpu_ids = range(1)
    config.setdefault("workflow", [("train", 1)])  # as tools/train.py does
    training.MMDistributedDataParallel = lambda model, **kwargs: MMDataParallel(model, device_ids=[])
    model = build_model(config.model)
    losses: List[float] = []
    shapes: List[Any] = []
    train_step = model.train_step

    def recorded(data_batch: Any, optimizer: Any, **kwargs: Any) -> Any:
        shapes.append(data_batch["keypoint"].shape)
        outputs = train_step(data_batch, optimizer, **kwargs)
        losses.append(float(outputs["loss"].detach()))
        return outputs

    model.train_step = recorded
    dataset = build_dataset(config.data.train)
    logging.getLogger("pyskl").setLevel(logging.WARNING)
    training.train_model(model, [dataset], config, validate=False)
    report.trained(f"SkelmixDataset, {what}, {CONFIG}", losses, shapes[0], tested=False)


class Tuples:
    """Items of pyskl as tuples."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset

    def __len__(self) -> int:
        return len(self._dataset)

    def __getitem__(self, index: int) -> Any:
        item = self._dataset[index]
        return item["keypoint"].numpy(), item["label"]


def pipeline_of(feats: List[str], clips: int) -> List[Any]:
    """The stock test pipeline of NTU RGB+D in 3-D."""
    return [
        {"type": "PreNormalize3D"},
        {"type": "GenSkeFeat", "dataset": "nturgb+d", "feats": feats},
        {"type": "UniformSample", "clip_len": 100, "num_clips": clips},
        {"type": "PoseDecode"},
        {"type": "FormatGCNInput", "num_person": 2},
        {"type": "Collect", "keys": ["keypoint", "label"], "meta_keys": []},
        {"type": "ToTensor", "keys": ["keypoint"]},
    ]


def compare(report: Report, endpoint: str, annotations: str) -> None:
    from pyskl.datasets import PoseDataset, build_dataset

    for feats in (["j"], ["b"], ["jm"], ["bm"], ["j", "b"]):
        for clips in (1, 10):
            stock = PoseDataset(annotations, pipeline_of(feats, clips), split="xsub_val", test_mode=True)
            common = {"type": "SkelmixDataset", "endpoint": endpoint, "split": "xsub/val"}
            ours = build_dataset({**common, "pipeline": [], "feats": feats, "clip_len": 100, "num_clips": clips})
            report.compare(f"{'+'.join(feats)}, {clips} clips", Tuples(stock), Tuples(ours))
            ours.feeder.close()
    stock = PoseDataset(annotations, pipeline_of(["j"], 10), split="xsub_val", test_mode=True)
    ours = build_dataset({**common, "pipeline": pipeline_of(["j"], 10)})
    report.compare("annotation mode, j, 10 clips", Tuples(stock), Tuples(ours))
    ours.feeder.close()


if __name__ == "__main__":
    main()
