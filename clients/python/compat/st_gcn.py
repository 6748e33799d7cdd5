"""st-gcn: its REC_Processor from the stock configuration of NTU RGB+D cross-subject."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, Dict, List

import stand_ins
from report import Recorder, Report

CONFIG = "config/st_gcn/ntu-xsub/train.yaml"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout", type=Path)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("endpoint")
    parser.add_argument("work", type=Path)
    asked = parser.parse_args()
    checkout, folder, work = (
        asked.checkout.resolve(),
        asked.recordings.resolve() / "stgcn" / "xsub",
        asked.work.resolve(),
    )
    sys.path[:0] = [str(checkout), str(checkout / "torchlight")]
    os.chdir(checkout)
    stand_ins.install("h5py", "torchvision")
    report = Report()
    files = {
        part: {"data_path": str(folder / f"{part}_data.npy"), "label_path": str(folder / f"{part}_label.pkl")}
        for part in ("train", "val")
    }
    train(report, asked.endpoint, files, work)
    compare(report, asked.endpoint, files)
    report.print()


def train(report: Report, endpoint: str, files: Dict[str, Dict[str, str]], work: Path) -> None:
    import yaml
    from processor.recognition import REC_Processor

    config = yaml.safe_load(Path(CONFIG).read_text())
    config["feeder"] = "skelmix.feeders.PairFeeder"
    config["num_worker"] = 1
    # Windows of 64 frames are not the stock configuration: 300 take too long on a CPU.
    config["train_feeder_args"] = {
        **files["train"],
        "endpoint": endpoint,
        "epoch_size": 4,
        "random_choose": True,
        "window_size": 64,
    }
    config["test_feeder_args"] = {**files["val"], "endpoint": endpoint}
    config.update(
        batch_size=2, test_batch_size=2, num_epoch=1, device=[0], use_gpu=False, work_dir=str(work), log_interval=1
    )
    work.mkdir(parents=True, exist_ok=True)
    written = work / "train.yaml"
    written.write_text(yaml.safe_dump(config))
    shapes: List[Any] = []
    processor = REC_Processor(["-c", str(written)])
    processor.loss = Recorder(processor.loss)
    processor.model.register_forward_pre_hook(lambda module, inputs: shapes.append(inputs[0].shape))
    processor.start()
    report.trained(f"skelmix.feeders.PairFeeder, {CONFIG}", processor.loss.values, shapes[0], tested=True)


def compare(report: Report, endpoint: str, files: Dict[str, Dict[str, str]]) -> None:
    from feeder.feeder import Feeder as Stock

    from skelmix.feeders import PairFeeder

    ours = PairFeeder(endpoint=endpoint, **files["val"])
    report.compare("joint, 300 frames", Stock(**files["val"]), ours)
    ours.close()


if __name__ == "__main__":
    main()
