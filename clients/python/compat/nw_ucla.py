"""CTR-GCN and SkateFormer on NW-UCLA, half of the training samples synthetic."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np

import stand_ins
from graph_networks import prepare_main
from report import Recorder, Report

CONFIGS = {"ctr-gcn": "config/ucla/default.yaml", "skateformer": "config/train/nw_ucla/SkateFormer_j.yaml"}
#: The one line that changes, beside the endpoint.
FEEDERS = {"ctr-gcn": "skelmix.feeders.Feeder", "skateformer": "skelmix.feeders.SkateFeeder"}
#: Arguments of the stock feeder for each of its forms.
FORMS: Dict[str, Dict[str, Dict[str, Any]]] = {
    "ctr-gcn": {name: {"data_path": name.replace(" ", "_")} for name in ("joint", "bone", "motion", "bone motion")},
    "skateformer": {kind: {"data_type": kind, "partition": True} for kind in ("j", "b", "jm", "bm")},
}
PLACES = {"ctr-gcn": (0,), "skateformer": (0, 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("recognizer", choices=sorted(CONFIGS))
    parser.add_argument("checkout", type=Path)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("endpoint")
    parser.add_argument("work", type=Path)
    asked = parser.parse_args()
    checkout, work = asked.checkout.resolve(), asked.work.resolve()
    sys.path[:0] = [str(checkout), str(checkout / "torchlight")]
    # The stock feeder reads the recordings from a place below the working directory.
    place = work / "data" / "NW-UCLA"
    place.mkdir(parents=True)
    (place / "all_sqe").symlink_to(asked.recordings.resolve(), target_is_directory=True)
    os.chdir(work)
    stand_ins.install("torchpack", "tensorboardX", "tqdm", "sklearn", "h5py", "matplotlib", "torchvision", "timm")
    stand_ins.restore_numpy_names()
    stand_ins.stay_on_cpu()
    report = Report()
    train(report, asked.recognizer, checkout, asked.endpoint, work)
    if asked.recognizer == "ctr-gcn":
        train(report, asked.recognizer, checkout, asked.endpoint, work, plain=True)
    compare(report, asked.recognizer, asked.endpoint)
    report.print()


def configuration(recognizer: str, checkout: Path, endpoint: str, work: Path, plain: bool) -> Dict[str, Any]:
    import yaml

    config = yaml.safe_load((checkout / CONFIGS[recognizer]).read_text())
    config["feeder"] = FEEDERS[recognizer]
    config["train_feeder_args"].update(endpoint=endpoint, epoch_size=24)
    config["test_feeder_args"].update(endpoint=endpoint)
    if plain:
        for part in ("train", "test"):
            config[f"{part}_feeder_args"] = {
                "endpoint": endpoint,
                "profile": "plain",
                "window_size": 52,
                "debug": False,
            }
        config["train_feeder_args"].update(epoch_size=24)
        config["test_feeder_args"].update(split="test")
    # Not for the stream but for a short run on a CPU, in which the origins can be counted:
    config.update(
        batch_size=8, test_batch_size=8, num_epoch=1, num_worker=0, work_dir=str(work / "out"), warm_up_epoch=0
    )
    config["test_feeder_args"]["debug"] = True
    for key in ("base_lr", "min_lr", "warmup_lr"):
        if key in config:
            config[key] = float(config[key])
    return config


def train(report: Report, recognizer: str, checkout: Path, endpoint: str, work: Path, plain: bool = False) -> None:
    origins: Dict[str, List[int]] = {"train": [], "test": []}
    processor = prepare_main(configuration(recognizer, checkout, endpoint, work, plain))
    for part, found in origins.items():
        count_origins(processor.data_loader[part].dataset, found)
    processor.loss = Recorder(processor.loss)
    processor.train(0)
    processor.eval(0)
    shape = next(iter(processor.data_loader["test"]))[0].shape
    made = sum(origin > 0 for origin in origins["train"])
    leaked = sum(origin > 0 for origin in origins["test"])
    what = f"{FEEDERS[recognizer]}, {CONFIGS[recognizer]}{', profile plain' if plain else ''}"
    counts = (
        f"{made} of {len(origins['train'])} training samples synthetic, {leaked} of {len(origins['test'])} of the test"
    )
    report.trained(f"{what}; {counts}", processor.loss.values, shape, tested=True)
    if made == 0 or leaked > 0:
        raise AssertionError(f"{what}: {counts}")


def count_origins(dataset: Any, found: List[int]) -> None:
    clips_at = dataset.clips_at

    def counted(indices: Sequence[int]) -> Any:
        clips = clips_at(indices)
        found.extend(clip.origin for clip in clips)
        return clips

    dataset.clips_at = counted


class InStockOrder:
    """Our items of the test split in the order of the stock feeder, which lists the recordings by itself."""

    def __init__(self, feeder: Any, stock: Any) -> None:
        places = {str(name).split(".")[0]: place for place, name in enumerate(feeder.sample_name)}
        self._feeder = feeder
        self._order = [places[info["file_name"]] for info in stock.data_dict]
        if sorted(self._order) != list(range(len(feeder))):
            raise AssertionError(f"the stock feeder has {len(self._order)} recordings, ours other ones ({len(feeder)})")

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, index: int) -> Any:
        return self._feeder[self._order[index]]


class Unnumbered:
    """Items of the stock feeder, whose labels are numbers of Python's own."""

    def __init__(self, stock: Any) -> None:
        self._stock = stock

    def __len__(self) -> int:
        return len(self._stock)

    def __getitem__(self, index: int) -> Any:
        with np.errstate(invalid="ignore"):
            return self._stock[index][:-1]


def compare(report: Report, recognizer: str, endpoint: str) -> None:
    from importlib import import_module

    import skelmix.feeders

    stock_class = import_module("feeders.feeder_ucla").Feeder
    ours_class = getattr(skelmix.feeders, FEEDERS[recognizer].rpartition(".")[2])
    fields = ["x", "y"] if recognizer == "ctr-gcn" else ["x", "t", "y"]
    for form, arguments in FORMS[recognizer].items():
        common: Dict[str, Any] = {"data_path": "data/NW-UCLA/all_sqe/", "label_path": "val", **arguments}
        stock = stock_class(**common)
        feeder = ours_class(endpoint=endpoint, fields=fields, **common)
        report.compare(f"NW-UCLA, {form}", Unnumbered(stock), InStockOrder(feeder, stock), PLACES[recognizer])
        feeder.close()


if __name__ == "__main__":
    main()
