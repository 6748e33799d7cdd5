"""CTR-GCN and SkateFormer: two mains of one template."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, Dict

import stand_ins
from report import Recorder, Report

CONFIGS = {
    "ctr-gcn": "config/nturgbd-cross-subject/default.yaml",
    "skateformer": "config/train/ntu_cs/SkateFormer_j.yaml",
}
#: The one line that changes, beside the endpoint.
FEEDERS = {"ctr-gcn": "skelmix.feeders.Feeder", "skateformer": "skelmix.feeders.SkateFeeder"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("recognizer", choices=sorted(CONFIGS))
    parser.add_argument("checkout", type=Path)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("endpoint")
    parser.add_argument("work", type=Path)
    asked = parser.parse_args()
    checkout, data = asked.checkout.resolve(), str(asked.recordings.resolve() / "ctrgcn" / "NTU60_CS.npz")
    work = asked.work.resolve()
    sys.path[:0] = [str(checkout), str(checkout / "torchlight")]
    os.chdir(checkout)
    stand_ins.install("torchpack", "tensorboardX", "tqdm", "sklearn", "h5py", "matplotlib", "torchvision", "timm")
    stand_ins.restore_numpy_names()
    stand_ins.stay_on_cpu()
    report = Report()
    train(report, asked.recognizer, asked.endpoint, data, work)
    compare(report, asked.recognizer, asked.endpoint, data)
    report.print()


def configuration(recognizer: str, endpoint: str, data: str, work: Path) -> Dict[str, Any]:
    import yaml

    config = yaml.safe_load(Path(CONFIGS[recognizer]).read_text())  # yaml.load without Loader fails since PyYAML 6
    config["feeder"] = FEEDERS[recognizer]
    config["num_worker"] = 1
    config["train_feeder_args"].update(endpoint=endpoint, epoch_size=4)
    config["test_feeder_args"].update(endpoint=endpoint)
    # Not for the stream but for a short run on a CPU:
    config.update(batch_size=2, test_batch_size=2, num_epoch=1, work_dir=str(work), warm_up_epoch=0)
    for part in ("train", "test"):
        config[f"{part}_feeder_args"]["data_path"] = data
    for key in ("base_lr", "min_lr", "warmup_lr"):
        if key in config:
            config[key] = float(config[key])  # YAML reads 1e-3 as a text
    return config


def prepare_main(config: Dict[str, Any]) -> Any:
    """The Processor of the main on sys.path, with this configuration."""
    import main as recognizers_main

    parser = recognizers_main.get_parser()
    known = vars(parser.parse_args([]))
    assert set(config) <= set(known), set(config) - set(known)  # as the mains check it
    parser.set_defaults(**config)
    arg = parser.parse_args([])
    recognizers_main.arg = arg
    recognizers_main.init_seed(arg.seed)
    return recognizers_main.Processor(arg)


def train(report: Report, recognizer: str, endpoint: str, data: str, work: Path) -> None:
    processor = prepare_main(configuration(recognizer, endpoint, data, work))
    processor.loss = Recorder(processor.loss)
    processor.train(0)
    processor.eval(0)
    shape = next(iter(processor.data_loader["test"]))[0].shape
    report.trained(f"{FEEDERS[recognizer]}, {CONFIGS[recognizer]}", processor.loss.values, shape, tested=True)


def compare(report: Report, recognizer: str, endpoint: str, data: str) -> None:
    from importlib import import_module

    import skelmix.feeders

    stock = import_module("feeders.feeder_ntu").Feeder
    ours = getattr(skelmix.feeders, FEEDERS[recognizer].rpartition(".")[2])
    common: Dict[str, Any] = {
        "data_path": data,
        "split": "test",
        "window_size": 64,
        "p_interval": [0.95],
        "debug": False,
    }
    if recognizer == "ctr-gcn":
        forms = {
            "joint": {},
            "bone": {"bone": True},
            "motion": {"vel": True},
            "bone motion": {"bone": True, "vel": True},
        }
        places = (0,)
    else:
        forms = {
            f"{kind}, {'uniform' if uniform else 'resized'}": {
                "data_type": kind,
                "uniform": uniform,
                "partition": True,
                "thres": 64,
            }
            for kind in ("j", "b", "jm", "bm")
            for uniform in (True, False)
        }
        places = (0, 1)
    for form, arguments in forms.items():
        feeder = ours(endpoint=endpoint, **common, **arguments)
        report.compare(form, stock(**common, **arguments), feeder, places)
        feeder.close()


if __name__ == "__main__":
    main()
