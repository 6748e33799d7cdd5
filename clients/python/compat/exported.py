"""What `skelmix generate` writes, read by the stock loaders of CTR-GCN and pyskl, beside what we serve of the file."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import stand_ins
from report import Report


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("recognizer", choices=("ctr-gcn", "pyskl"))
    parser.add_argument("checkout", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("endpoint")
    parser.add_argument("work", type=Path)
    asked = parser.parse_args()
    checkout, file = asked.checkout.resolve(), str(asked.file.resolve())
    sys.path.insert(0, str(checkout))
    os.chdir(checkout)
    warnings.simplefilter("ignore")
    stand_ins.restore_numpy_names()
    report = Report()
    if asked.recognizer == "ctr-gcn":
        compare_npz(report, asked.endpoint, file)
    else:
        stand_ins.install(
            "torchvision", "fvcore", "decord", "moviepy", "cv2", "pymemcache", "mmdet", "mmpose", "tqdm", "requests"
        )
        compare_pkl(report, asked.endpoint, file)
    report.print()


def compare_npz(report: Report, endpoint: str, file: str) -> None:
    from feeders.feeder_ntu import Feeder as Stock

    import skelmix.feeders

    common: Any = {"data_path": file, "split": "train", "window_size": 64, "p_interval": [0.95]}
    ours = skelmix.feeders.Feeder(endpoint=endpoint, deterministic=True, random_rot=False, **common)
    report.compare("generate --format ctrgcn-npz, joint", Stock(**common), ours)
    ours.close()


def compare_pkl(report: Report, endpoint: str, file: str) -> None:
    from pyskl.datasets import PoseDataset, build_dataset
    from pyskl_toolbox import Tuples, pipeline_of

    import skelmix.mm

    skelmix.mm.register()
    pipeline = pipeline_of(["j"], 10)
    stock = PoseDataset(file, pipeline, split="train", test_mode=True)
    common: Any = {"type": "SkelmixDataset", "endpoint": endpoint, "split": "train", "deterministic": True}
    ours = build_dataset({**common, "pipeline": pipeline, "test_mode": True})
    report.compare("generate --format pyskl-pkl, annotation mode, 10 clips", Tuples(stock), Tuples(ours))
    ours.feeder.close()


if __name__ == "__main__":
    main()
