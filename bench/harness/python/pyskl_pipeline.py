"""Samples a second of PYSKL's training pipeline for NTU RGB+D in 3-D: one line of JSON on stdout.

    python bench/harness/python/pyskl_pipeline.py CLIPS.npz --seconds 4 [--processes 2] [--batch 64] [--pyskl CHECKOUT]

Every access normalises the clip anew, as PYSKL does. Without a checkout the steps are those of PYSKL written again, with the same NumPy
calls where they cost something; with one they are its own classes, without mmcv. Batches are stacked as a data loader stacks them.
"""

import argparse
import importlib
import json
import multiprocessing
import os
import sys
import time
import types

import numpy as np

CLIP_LEN = 100


def angle_matrix(vector, onto):
    axis = np.cross(vector, onto)
    if np.abs(vector).sum() < 1e-6 or np.abs(axis).sum() < 1e-6:
        return np.eye(3)
    angle = np.arccos(np.clip(np.dot(vector / np.linalg.norm(vector), onto), -1.0, 1.0))
    axis = axis / np.sqrt(np.dot(axis, axis))
    a = np.cos(angle / 2)
    b, c, d = -axis * np.sin(angle / 2)
    return np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)],
            [2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)],
            [2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c],
        ]
    )


def own_steps():
    def normalise(x):
        persons, frames = x.shape[:2]
        seen = [[t for t in range(frames) if not np.all(np.isclose(x[m, t], 0))] for m in range(persons)]
        x = x[[1, 0]][:, np.array(seen[1])] if persons == 2 and len(seen[0]) < len(seen[1]) else x[:, np.array(seen[0])]
        mask = ((x != 0).sum(-1) > 0)[..., None]
        x = (x - x[0, 0, 1].copy()) * mask
        x = np.einsum("abcd,kd->abck", x, angle_matrix(x[0, 0, 1] - x[0, 0, 0], [0, 0, 1]))
        return np.einsum("abcd,kd->abck", x, angle_matrix(x[0, 0, 8] - x[0, 0, 4], [1, 0, 0]))

    def choose(frames):
        if frames < CLIP_LEN:
            begin = np.random.randint(0, frames)
            return np.arange(begin, begin + CLIP_LEN) % frames
        if frames < 2 * CLIP_LEN:
            passed = np.zeros(CLIP_LEN + 1, dtype=np.int64)
            passed[np.random.choice(CLIP_LEN + 1, frames - CLIP_LEN, replace=False)] = 1
            return np.arange(CLIP_LEN) + np.cumsum(passed)[:-1]
        begins = np.array([i * frames // CLIP_LEN for i in range(CLIP_LEN + 1)])
        return begins[:CLIP_LEN] + np.random.randint(np.diff(begins))

    def step(x):
        x = normalise(x)
        x = np.concatenate([x], axis=-1)
        x = x[:, choose(x.shape[1])].astype(np.float32)
        if x.shape[0] < 2:
            x = np.concatenate([x, np.zeros_like(x)])
        return np.ascontiguousarray(x[:2][None])

    return step


def checkout_steps(root):
    """PYSKL's own classes; what they import of mmcv is replaced by nothing."""
    for name in ("pyskl", "pyskl.datasets", "pyskl.datasets.pipelines"):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = [os.path.join(root, *name.split("."))]

    def module(name, **members):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__dict__.update(members)

    class Registry:
        def register_module(self):
            return lambda cls: cls

    class Compose:
        def __init__(self, steps):
            self.steps = steps

        def __call__(self, results):
            for step in self.steps:
                results = step(results)
            return results

    class Rename:
        def __init__(self, mapping):
            self.mapping = mapping

        def __call__(self, results):
            for key, value in self.mapping.items():
                results[value] = results.pop(key)
            return results

    module("pyskl.utils", warning_r0=print)
    module("pyskl.datasets.builder", PIPELINES=Registry())
    module("pyskl.datasets.pipelines.compose", Compose=Compose)
    module("pyskl.datasets.pipelines.formatting", Rename=Rename)
    pose = importlib.import_module("pyskl.datasets.pipelines.pose_related")
    sampling = importlib.import_module("pyskl.datasets.pipelines.sampling")
    steps = Compose(
        [
            pose.PreNormalize3D(),
            pose.GenSkeFeat(dataset="nturgb+d", feats=["j"]),
            sampling.UniformSampleFrames(clip_len=CLIP_LEN),
            pose.PoseDecode(),
            pose.FormatGCNInput(num_person=2),
        ]
    )
    return lambda x: steps({"keypoint": x, "total_frames": x.shape[1], "start_index": 0})["keypoint"]


def clips_of(path):
    held = np.load(path)
    if "keypoints" in held:
        return [x[:, :frames].copy() for x, frames in zip(held["keypoints"], held["lengths"])]
    rows = held["x_train"]
    clips = []
    for row in rows:
        frames = int((row != 0).any(axis=1).sum())
        clips.append(row[:frames].reshape(frames, 2, 25, 3).transpose(1, 0, 2, 3).copy())
    return clips


def work(options, seed, queue):
    step = checkout_steps(options.pyskl) if options.pyskl else own_steps()
    clips = clips_of(options.clips)
    np.random.seed(seed)
    order = np.random.permutation(len(clips))
    count = 0
    began = None
    while began is None or time.perf_counter() - began < options.seconds:
        batch = [step(clips[order[(count + i) % len(clips)]]) for i in range(options.batch)]
        np.stack(batch)
        if began is None:
            # The first batch is a warm-up.
            began = time.perf_counter()
            continue
        count += options.batch
    queue.put(count / (time.perf_counter() - began))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("clips")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--processes", type=int, default=2, help="as many as PYSKL's workers_per_gpu")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--pyskl", help="a checkout whose own code is measured")
    options = parser.parse_args()
    queue = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(options, seed, queue)) for seed in range(options.processes)]
    for worker in workers:
        worker.start()
    rate = sum(queue.get() for _ in workers)
    for worker in workers:
        worker.join()
    print(json.dumps({"samplesPerSecond": rate}))


if __name__ == "__main__":
    main()
