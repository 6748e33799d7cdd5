"""Counts what torch's DataLoader gives of clips in a memory-mapped file: one line of JSON.

    python bench/harness/python/torch_loader.py --shape 64,3,64,20,1 --workers 2 --seconds 4
"""

import argparse
import json
import os
import tempfile
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

#: Clips in the file, which stays in the page cache.
CLIPS = 4096


class Clips(Dataset):
    """Clips of the file, each copied out of it as a training must."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.clips = None

    def __len__(self) -> int:
        return CLIPS

    def __getitem__(self, index: int):
        if self.clips is None:
            self.clips = np.load(self.path, mmap_mode="r")
        return torch.from_numpy(np.array(self.clips[index])), index % 60


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shape", required=True, help="N,C,T,V,M of a batch")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long to count")
    parser.add_argument("--warm-up", type=float, default=0.5, help="seconds before that")
    options = parser.parse_args()
    size, *clip = (int(axis) for axis in options.shape.split(","))

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "clips.npy")
        np.save(path, np.random.default_rng(0).random((CLIPS, *clip), dtype=np.float32))
        loader = DataLoader(
            Clips(path), batch_size=size, shuffle=True, num_workers=options.workers, persistent_workers=options.workers > 0
        )

        def batches():
            while True:
                yield from loader

        stream = batches()
        next(stream)
        until = time.perf_counter() + options.warm_up
        while time.perf_counter() < until:
            next(stream)
        samples = 0
        began = time.perf_counter()
        while (seconds := time.perf_counter() - began) < options.seconds:
            x, _ = next(stream)
            samples += len(x)
        print(json.dumps({"seconds": seconds, "samplesPerSecond": samples / seconds}))
        stream.close()


if __name__ == "__main__":
    main()
