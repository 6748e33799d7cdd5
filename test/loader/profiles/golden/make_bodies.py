"""Writes bodies.json: small .skeleton files, described by a formula, and what the recognizers' own data preparations make of them.

    python make_bodies.py --ctrgcn DIR --pyskl DIR --stgcn DIR

Each DIR is a checkout (CTR-GCN e13d758, pyskl 3f6795f, st-gcn 221c0e1), whose scripts run as they are. 2s-AGCN's preparation is written
anew here from its description, in NumPy alone. Needs NumPy and PyTorch.
"""

import argparse
import importlib
import importlib.util
import json
import math
import os
import sys
import tempfile
import types

import numpy as np

parser = argparse.ArgumentParser()
for name in ("ctrgcn", "pyskl", "stgcn"):
    parser.add_argument(f"--{name}", required=True)
args = parser.parse_args()
for name in ("ctrgcn", "pyskl", "stgcn"):
    setattr(args, name, os.path.abspath(getattr(args, name)))
HERE = os.path.dirname(os.path.abspath(__file__))
np.int = int  # gone from NumPy, still used there


def body(number, there, at=0.0, move=0.1, width=0.5, wide=()):
    """A body of `width`, 1.6 m high; in frames t with t % wide[0] < wide[1] three times as wide."""
    return {"id": str(72057594037931100 + number), "there": there, "at": at, "move": move, "width": width, "wide": list(wide)}


CASES = {
    "two, the second moves more": (30, None, [body(1, [[0, 29]], 0, 0.05), body(2, [[0, 29]], 1, 0.4)]),
    "listed the other way round from frame 12 on": (30, 12, [body(1, [[0, 29]], 0, 0.1), body(2, [[0, 29]], 1, 0.3)]),
    "a number that changes": (45, None, [body(1, [[0, 19]]), body(2, [[23, 44]])]),
    "a number that changes, somebody beside": (
        45,
        None,
        [body(1, [[0, 19]], 0, 0.2), body(2, [[0, 44]], 1, 0.1), body(3, [[22, 44]], 0, 0.15)],
    ),
    "one who is lost for a while": (40, None, [body(1, [[0, 9], [15, 39]], 0, 0.2), body(2, [[0, 39]], 1, 0.1)]),
    "nobody for a while": (40, None, [body(1, [[0, 9], [15, 39]]), body(2, [[0, 12], [16, 39]], 1, 0.3)]),
    "a late begin": (36, None, [body(1, [[6, 35]], 0, 0.1), body(2, [[9, 35]], 1, 0.3)]),
    "the first person comes later": (36, None, [body(1, [[14, 35]], 0, 0.5), body(2, [[0, 35]], 1, 0.1)]),
    "four": (
        30,
        None,
        [body(1, [[0, 29]], 0, 0.05), body(2, [[0, 6]], 1, 0.5), body(3, [[0, 29]], 2, 0.6), body(4, [[0, 29]], 3, 0.2)],
    ),
    "five": (24, None, [body(i, [[0, 23]], i, 0.1 * i) for i in range(1, 6)]),
    "a chair": (30, None, [body(9, [[0, 29]], 2, 0.5, 3.0), body(1, [[0, 29]], 0, 0.1)]),
    "arms out now and then": (30, None, [body(1, [[0, 29]], 0, 0.1, 0.5, (3, 1)), body(2, [[0, 29]], 1, 0.25)]),
    "tracks of one frame in common": (
        50,
        None,
        [body(1, [[0, 24]], 0, 0.3), body(2, [[24, 49]], 0, 0.2), body(3, [[0, 49]], 1, 0.1)],
    ),
    "a short place beside the first": (
        60,
        None,
        [body(1, [[0, 59]], 0, 0.5), body(2, [[30, 59]], 1, 0.3), body(3, [[2, 20]], 2, 0.1)],
    ),
    "one alone": (25, None, [body(1, [[0, 24]])]),
}


def place(one, t, v):
    width = one["width"] * (3 if one["wide"] and t % one["wide"][0] < one["wide"][1] else 1)
    x = one["at"] + width * (v * 7 % 25) / 24 + one["move"] * math.sin(0.3 * t + one["at"])
    y = 1.6 * v / 24 - 0.8 + 0.05 * math.cos(0.2 * t + v)
    return x, y, 3 + 0.02 * t * one["move"] + 0.01 * math.sin(v + one["at"])


def skeleton(frames, back, bodies):
    lines = [str(frames)]
    for t in range(frames):
        there = [one for one in bodies if any(first <= t <= last for first, last in one["there"])]
        if back is not None and t >= back:
            there.reverse()
        lines.append(str(len(there)))
        for one in there:
            lines += [f"{one['id']} 0 1 1 1 1 0 0.02 -0.1 2", "25"]
            for v in range(25):
                lines.append(" ".join(f"{value:.5f}" for value in place(one, t, v)) + " 277.4 191.8 1036.2 519.1 -0.2 0.02 0.9 -0.04 2")
    return "\n".join(lines) + "\n"


def known(array):
    array = np.ascontiguousarray(np.asarray(array, dtype=np.float64))
    flat = array.reshape(-1)
    at = [(i * 7919 + 13) % flat.size for i in range(24)]
    sums = {"sum": round(float(flat.sum()), 6), "sumAbs": round(float(np.abs(flat).sum()), 6)}
    return {"shape": list(array.shape), **sums, "at": at, "values": [round(float(flat[i]), 8) for i in at]}


# 2s-AGCN, from its description
def rotation(axis, theta):
    if np.abs(axis).sum() < 1e-6 or abs(theta) < 1e-6:
        return np.eye(3)
    a = math.cos(theta / 2)
    b, c, d = -axis / math.sqrt(axis @ axis) * math.sin(theta / 2)
    return np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)],
            [2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)],
            [2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c],
        ]
    )


def turn(s, direction, onto):
    if np.abs(direction).sum() < 1e-6:
        return
    cosine = np.clip(direction @ onto / np.linalg.norm(direction), -1, 1)
    s[:] = s @ rotation(np.cross(direction, onto), math.acos(cosine)).T


def agcn(per_frame):
    data = np.zeros((4, len(per_frame), 25, 3))
    for t, there in enumerate(per_frame):
        for m, joints in enumerate(there[:4]):
            data[m, t] = joints

    def energy(person):
        held = person[person.sum(-1).sum(-1) != 0]
        return held[:, :, 0].std() + held[:, :, 1].std() + held[:, :, 2].std() if len(held) else 0

    data = data[np.array([energy(person) for person in data]).argsort()[::-1][:2]]
    s = np.zeros((2, 300, 25, 3), dtype=np.float32)
    s[:, : len(per_frame)] = data
    for person in s:
        if person.sum() == 0:
            continue
        if person[0].sum() == 0:
            held = person[person.sum(-1).sum(-1) != 0].copy()
            person[:] = 0
            person[: len(held)] = held
        last = np.flatnonzero(person.sum(-1).sum(-1) != 0)[-1] + 1
        for k in range(300 - last):
            person[last + k] = person[k % last]
    centre = s[0, :, 1:2].copy()
    for person in s:
        if person.sum() != 0:
            person[:] = (person - centre) * (person.sum(-1, keepdims=True) != 0)
    turn(s, (s[0, 0, 1] - s[0, 0, 0]).astype(np.float64), np.array([0.0, 0, 1]))
    turn(s, (s[0, 0, 8] - s[0, 0, 4]).astype(np.float64), np.array([1.0, 0, 0]))
    return s.transpose(3, 1, 2, 0)


class Anything(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *a, **k: (lambda x: x)


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


work = tempfile.TemporaryDirectory()
os.chdir(work.name)
os.makedirs("nturgb+d_skeletons")
names = {case: f"S001C001P001R{number:03}A001" for number, case in enumerate(CASES, 1)}
for case, name in names.items():
    with open(f"nturgb+d_skeletons/{name}.skeleton", "w") as file:
        file.write(skeleton(*CASES[case]))
out = {case: {"frames": f, "back": back, "bodies": bodies} for case, (f, back, bodies) in CASES.items()}

# ST-GCN
read = load("stgcn_read", os.path.join(args.stgcn, "tools/utils/ntu_read_skeleton.py"))
for case, name in names.items():
    path = f"nturgb+d_skeletons/{name}.skeleton"
    stored = np.zeros((3, 300, 25, 2), dtype=np.float32)
    data = read.read_xyz(path, max_body=2, num_joint=25)
    stored[:, : data.shape[1]] = data
    out[case]["stgcn"] = known(stored)
    frames = read.read_skeleton(path)["frameInfo"]
    joints = [[[[j["x"], j["y"], j["z"]] for j in one["jointInfo"]] for one in f["bodyInfo"]] for f in frames]
    out[case]["agcn"] = known(agcn(joints))

# CTR-GCN, for 60 and for 120 classes
for stub in ("h5py", "sklearn", "sklearn.model_selection"):
    sys.modules[stub] = Anything(stub)
package = types.ModuleType("feeders")
package.__path__ = [os.path.join(args.ctrgcn, "feeders")]
sys.modules["feeders"] = package
feeder_ntu = importlib.import_module("feeders.feeder_ntu")
raw = load("raw", os.path.join(args.ctrgcn, "data/ntu/get_raw_skes_data.py"))
denoised = load("denoised", os.path.join(args.ctrgcn, "data/ntu/get_raw_denoised_data.py"))
for classes, folder in ((60, "ntu"), (120, "ntu120")):
    sequence = load(f"sequence{classes}", os.path.join(args.ctrgcn, "data", folder, "seq_transformation.py"))
    for case, name in names.items():
        drops = {}
        log = types.SimpleNamespace(info=lambda *a: None)
        bodies = raw.get_raw_bodies_data("nturgb+d_skeletons", name, drops, log)
        if len(bodies["data"]) == 1:
            points, _ = denoised.get_one_actor_points(list(bodies["data"].values())[0], bodies["num_frames"])
        else:
            points, colors = denoised.get_two_actors_points(bodies)
            points, _ = denoised.remove_missing_frames(name, points, colors)
        rows = sequence.align_frames(sequence.seq_translation([points]), np.array([len(points)]))
        rows = np.concatenate([rows, np.zeros((1, 300 - rows.shape[1], 150), dtype=np.float32)], axis=1)
        np.savez("clips.npz", x_train=rows, y_train=np.eye(2)[:1], x_test=rows, y_test=np.eye(2)[:1])
        feeder = feeder_ntu.Feeder("clips.npz", split="test", window_size=64, p_interval=[0.95])
        out[case][f"ctrgcn{classes}"] = known(feeder[0][0])

# PYSKL: its script reads the folder and dumps annotations
dumped = {}
mmcv = types.ModuleType("mmcv")
mmcv.dump = lambda what, to: dumped.update(what)
sys.modules["mmcv"] = mmcv
sys.modules["tqdm"] = types.SimpleNamespace(tqdm=lambda x: x)
smp = types.ModuleType("pyskl.smp")
smp.mrlines = lambda path: open(path).read().splitlines()
sys.modules["pyskl"] = types.ModuleType("pyskl")
sys.modules["pyskl.smp"] = smp
open("ntu120_missing.txt", "w").close()
load("ntu_preproc", os.path.join(args.pyskl, "tools/data/ntu_preproc.py"))
of = {name: case for case, name in names.items()}
for annotation in dumped["annotations"]:
    assert annotation["keypoint"].dtype == np.float16
    out[of[annotation["frame_dir"]]]["pyskl"] = known(annotation["keypoint"])

with open(os.path.join(HERE, "bodies.json"), "w") as file:
    json.dump(out, file)
print(len(out), "cases")
