"""Writes golden.json with what the recognizers' own loaders make of the sequences G(T, n, V) and P(T): reference values of the tests.

    python make_golden.py --ctrgcn DIR --pyskl DIR --skateformer DIR --stgcn DIR --infogcn DIR

Each DIR is a checkout (CTR-GCN e13d758, pyskl 3f6795f, SkateFormer 1f1d9ff, st-gcn 221c0e1, infogcn 184c45d). Needs NumPy and PyTorch.
Random draws are given: the functions that draw are replaced.
"""

import argparse
import importlib.util
import json
import os
import random
import sys
import tempfile
import types

import numpy as np

parser = argparse.ArgumentParser()
for name in ("ctrgcn", "pyskl", "skateformer", "stgcn", "infogcn"):
    parser.add_argument(f"--{name}", required=True)
args = parser.parse_args()

np.int = int  # gone from NumPy, still used there


class Anything(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *a, **k: (lambda x: x)


for name in ("matplotlib", "matplotlib.pyplot", "tqdm", "torchvision", "mmcv", "mmcv.utils"):
    sys.modules.setdefault(name, Anything(name))
sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"]
sys.modules["tqdm"].tqdm = lambda x: x
sys.modules["torchvision"].datasets = sys.modules["torchvision"].transforms = None


def load(name, path, package=None):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    if package:
        module.__package__ = package
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def feeders_of(root, folder, *names):
    package = types.ModuleType(folder)
    package.__path__ = [os.path.join(root, folder)]
    sys.modules[folder] = package
    for old in [key for key in sys.modules if key.startswith(folder + ".")]:
        del sys.modules[old]
    return [importlib.import_module(f"{folder}.{name}") for name in names]


def G(T, n, V=25, M=2):
    c, t, v, m = np.meshgrid(np.arange(3), np.arange(T), np.arange(V), np.arange(M), indexing="ij")
    x = np.sin(0.7 * (c + 1) + 0.11 * t * (m + 1) + 0.37 * v) + 0.5 * np.cos(0.05 * t * (c + 1) - 0.2 * v * (m + 1))
    x = (x + np.where(c == 2, 3, 0)).astype(np.float32)
    x[:, n:] = 0
    return x


def P(T, V=17, M=2):
    """Pixels of a picture of 1920 x 1080, and scores."""
    m, t, v = np.meshgrid(np.arange(M), np.arange(T), np.arange(V), indexing="ij")
    x = 960 + 300 * np.sin(0.1 * t + 0.5 * v + m)
    y = 540 + 200 * np.cos(0.07 * t - 0.3 * v + m)
    score = (v * 7 + t * 3 + m) % 11 / 10
    return np.stack([x, y], -1).astype(np.float32), score.astype(np.float32)


out = {}


def keep(name, array):
    array = np.ascontiguousarray(np.asarray(array, dtype=np.float64))
    flat = array.reshape(-1)
    at = [(i * 7919) % flat.size for i in range(48)]
    out[name] = {
        "shape": list(array.shape),
        "sum": float(flat.sum()),
        "sumAbs": float(np.abs(flat).sum()),
        "at": at,
        "values": [float(flat[i]) for i in at],
    }


# CTR-GCN: feeders.feeder_ntu over an npz of two clips
def npz(folder, clips, labels, classes=3):
    rows = np.stack([x.transpose(1, 3, 2, 0).reshape(x.shape[1], -1) for x in clips])
    y = np.eye(classes)[labels]
    path = os.path.join(folder, "clips.npz")
    np.savez(path, x_train=rows, y_train=y, x_test=rows, y_test=y)
    return path


with tempfile.TemporaryDirectory() as folder:
    lone = G(300, 90)
    lone[..., 1] = 0
    path = npz(folder, [G(300, 137), lone, G(300, 40)], [0, 1, 0])
    (ntu, ucla) = feeders_of(args.ctrgcn, "feeders", "feeder_ntu", "feeder_ucla")
    for bone in (False, True):
        for vel in (False, True):
            feeder = ntu.Feeder(path, split="test", window_size=64, p_interval=[0.95], bone=bone, vel=vel)
            for i in range(3):
                keep(f"ctrgcn bone={bone} vel={vel} {i}", feeder[i][0])

    value = G(21, 21, 20, 1)[..., 0].transpose(1, 2, 0).astype(np.float64)
    for modality in ("joint", "bone", "motion"):
        feeder = object.__new__(ucla.Feeder)
        feeder.data, feeder.label, feeder.data_dict = [value], [0], [{}]
        feeder.time_steps, feeder.data_path, feeder.train_val = 52, modality, "val"
        feeder.bone = [(1, 2), (2, 3), (3, 3), (4, 3), (5, 3), (6, 5), (7, 6), (8, 7), (9, 3), (10, 9), (11, 10)]
        feeder.bone += [(12, 11), (13, 1), (14, 13), (15, 14), (16, 15), (17, 1), (18, 17), (19, 18), (20, 19)]
        keep(f"ucla test {modality}", feeder[0][0])
    view = feeder.rand_view_transform(value - value[0, 1], 30, -45, 1.0).reshape(-1, 3)
    view = (view - view.min(0)) / (view.max(0) - view.min(0)) * 2 - 1
    keep("ucla view 30 -45", view.reshape(21, 20, 3).transpose(2, 0, 1)[..., None])

    # SkateFormer
    (skate, tools) = feeders_of(args.skateformer, "feeders", "feeder_ntu", "tools")
    for data_type in ("j", "b", "jm", "bm"):
        for uniform in (True, False):
            feeder = skate.Feeder(
                path, split="test", window_size=64, p_interval=[0.95], data_type=data_type, thres=64, uniform=uniform, partition=True
            )
            for i in range(3):
                x, t, _, _ = feeder[i]
                keep(f"skate {data_type} uniform={uniform} {i}", x)
                if data_type == "j":
                    keep(f"skate t uniform={uniform} {i}", t)
    (skate_ucla,) = feeders_of(args.skateformer, "feeders", "feeder_ucla")
    for data_type in ("j", "b", "jm", "bm"):
        feeder = object.__new__(skate_ucla.Feeder)
        feeder.data, feeder.label, feeder.data_dict = [value], [0], [{}]
        feeder.time_steps, feeder.data_type, feeder.train_val, feeder.partition = 64, data_type, "val", True
        feeder.bone = [(1, 2), (2, 3), (3, 3), (4, 3), (5, 3), (6, 5), (7, 6), (8, 7), (9, 3), (10, 9), (11, 10)]
        feeder.bone += [(12, 11), (13, 1), (14, 13), (15, 14), (16, 15), (17, 1), (18, 17), (19, 18), (20, 19)]
        parts = [[5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16], [17, 18, 19, 20], [2, 3, 1, 4]]
        feeder.new_idx = np.concatenate([np.array(part) - 1 for part in parts])
        x, t, _, _ = feeder[0]
        keep(f"skate ucla {data_type}", x)
    keep("skate ucla t", t)
    (skate, tools) = feeders_of(args.skateformer, "feeders", "feeder_ntu", "tools")
    x64 = G(64, 64)
    keep("skate shear", tools.shear(x64, [0.1, -0.2, 0.3], [-0.4, 0.5, 0.25], p=1))
    rotate = random.uniform
    random.uniform = lambda a, b: 20.0
    for axis in range(3):
        keep(f"skate rotate {axis}", tools.rotate(x64, axis, 30, p=1))
    random.uniform = lambda a, b: 1.3
    keep("skate blur 1.3", tools.gaussian_filter(x64, p=2))
    random.uniform = rotate
    keep("skate flip", tools.spatial_flip(x64, p=1))
    keep("skate reverse", tools.temporal_flip(x64, np.arange(64), p=1)[0])
    keep("skate adain", tools.skeleton_adain_bone_length(x64, G(300, 137)[:, :64] * 1.25))

    # InfoGCN
    align = load("infogcn_utils", os.path.join(args.infogcn, "utils.py"))
    keep("infogcn align", align.align_skeleton(np.stack([G(300, 137)]))[0])

# ST-GCN
stgcn = load("stgcn_tools", os.path.join(args.stgcn, "feeder", "tools.py"))
choice, draws = np.random.choice, iter([[10.0, -5.0], [0.9, 1.1], [-0.2, 0.1], [0.1, -0.1]])
np.random.choice = lambda candidates, count=None: np.array(next(draws))
keep("random move", stgcn.random_move(G(150, 120, 18)))
np.random.choice = choice

with tempfile.TemporaryDirectory() as folder:
    frames = []
    for t in range(40):
        people = []
        for m in range(3):
            xy, score = P(60, 18, 3)
            pose = (xy[m, t] / [1920, 1080]).round(3)
            people.append({"pose": pose.reshape(-1).tolist(), "score": (score[m, t] * ((t + m) % 3 + 1) / 3).round(3).tolist()})
        frames.append({"frame_index": t + 3, "skeleton": people[: 1 + t % 3]})
    clips = os.path.join(folder, "clips")
    os.mkdir(clips)
    clip = {"data": frames, "label": "dancing", "label_index": 0}
    with open(os.path.join(clips, "one.json"), "w") as file:
        json.dump(clip, file)
    with open(os.path.join(folder, "labels.json"), "w") as file:
        json.dump({"one": {"has_skeleton": True, "label": "dancing", "label_index": 0}}, file)
    package = types.ModuleType("feeder")
    package.__path__ = [os.path.join(args.stgcn, "feeder")]
    sys.modules["feeder"] = package
    kinetics = importlib.import_module("feeder.feeder_kinetics")
    item = kinetics.Feeder_kinetics(clips, os.path.join(folder, "labels.json"))[0][0]
    keep("kinetics", item)
    item = kinetics.Feeder_kinetics(clips, os.path.join(folder, "labels.json"), pose_matching=True)[0][0]
    keep("kinetics matched", item)

# PYSKL
for name in ("pyskl", "pyskl.datasets", "pyskl.datasets.pipelines"):
    module = types.ModuleType(name)
    module.__path__ = [os.path.join(args.pyskl, *name.split("."))]
    sys.modules[name] = module
utils = types.ModuleType("pyskl.utils")
utils.warning_r0 = print
sys.modules["pyskl.utils"] = utils
builder = types.ModuleType("pyskl.datasets.builder")


class Registry:
    def register_module(self, *a, **k):
        return lambda cls: cls


builder.PIPELINES = Registry()
sys.modules["pyskl.datasets.builder"] = builder
compose = types.ModuleType("pyskl.datasets.pipelines.compose")


class Compose:
    def __init__(self, ops):
        self.ops = ops

    def __call__(self, results):
        for op in self.ops:
            results = op(results)
        return results


compose.Compose = Compose
sys.modules["pyskl.datasets.pipelines.compose"] = compose
formatting = types.ModuleType("pyskl.datasets.pipelines.formatting")


class Rename:
    def __init__(self, mapping):
        self.mapping = mapping

    def __call__(self, results):
        for key, value in self.mapping.items():
            results[value] = results.pop(key)
        return results


formatting.Rename = Rename
sys.modules["pyskl.datasets.pipelines.formatting"] = formatting
if importlib.util.find_spec("scipy") is None:
    sys.modules["scipy"] = Anything("scipy")
    sys.modules["scipy.stats"] = Anything("scipy.stats")
pose = importlib.import_module("pyskl.datasets.pipelines.pose_related")
sampling = importlib.import_module("pyskl.datasets.pipelines.sampling")


def person_late():
    x = G(24, 20).transpose(3, 1, 2, 0).copy()
    x[1, :3] = 0
    return x


for kind in (np.float32, np.float16):
    keep(f"pyskl PreNormalize3D {kind.__name__}", pose.PreNormalize3D()({"keypoint": person_late().astype(kind)})["keypoint"])
swapped = person_late()[::-1].copy()
keep("pyskl PreNormalize3D swapped", pose.PreNormalize3D()({"keypoint": swapped})["keypoint"])
xy, score = P(50)
keep("pyskl PreNormalize2D", pose.PreNormalize2D()({"keypoint": xy, "keypoint_score": score})["keypoint"])


def pipeline(results, dataset, feats, normalise):
    steps = [
        normalise,
        pose.GenSkeFeat(dataset=dataset, feats=feats),
        sampling.UniformSampleFrames(clip_len=100, num_clips=10),
        pose.PoseDecode(),
        pose.FormatGCNInput(num_person=2),
    ]
    for step in steps:
        results = step(results)
    return results["keypoint"]


for n in (30, 90, 137, 260):
    item = {"keypoint": G(n, n).transpose(3, 1, 2, 0).copy(), "total_frames": n, "start_index": 0, "test_mode": True}
    keep(f"pyskl 3d test {n}", pipeline(dict(item), "nturgb+d", ["j"], pose.PreNormalize3D()))
    if n == 137:
        keep("pyskl 3d test feats", pipeline(dict(item), "nturgb+d", ["j", "b", "jm", "bm"], pose.PreNormalize3D()))
xy, score = P(137)
item = {"keypoint": xy, "keypoint_score": score, "total_frames": 137, "start_index": 0, "test_mode": True}
keep("pyskl 2d test feats", pipeline(dict(item), "coco", ["j", "b", "jm", "bm"], pose.PreNormalize2D()))
xy, score = P(137, 18)
item = {"keypoint": xy, "keypoint_score": score, "total_frames": 137, "start_index": 0, "test_mode": True}
keep("pyskl openpose bones", pipeline(dict(item), "openpose", ["b"], pose.PreNormalize2D()))
frames = {}
for n in (7, 30, 99, 100, 137, 199, 200, 260, 1000):
    frames[n] = sampling.UniformSampleFrames(100, 10)._get_test_clips(n, 100).tolist()
out["pyskl test frames"] = {str(n): [sum(f), f[:40], f[-40:]] for n, f in frames.items()}

with open(os.path.join(os.path.dirname(__file__), "golden.json"), "w") as file:
    json.dump(out, file)
print(len(out), "entries")
