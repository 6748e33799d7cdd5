"""NTU-like recordings, in the forms that the stock loaders read."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import List, NamedTuple

import numpy as np

CLASSES, FRAMES, JOINTS, PERSONS = 60, 300, 25, 2
#: Subjects of the cross-subject split: one that is trained on and one that is tested on.
SUBJECTS = {"train": 1, "val": 3}


class Recording(NamedTuple):
    name: str
    label: int
    #: [M, T, V, 3] metres, absent persons left out.
    joints: np.ndarray


def make(part: str, count: int, seed: int) -> List[Recording]:
    """`count` recordings of one or two persons who walk and wave, 40 to 139 frames long; joint 2 begins at the origin."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        frames, persons = int(random.integers(40, 140)), 1 + number % 2
        label = int(random.integers(CLASSES))
        rest = random.normal(0, 0.3, (persons, 1, JOINTS, 3)) + np.arange(persons).reshape(-1, 1, 1, 1)
        time = np.arange(frames).reshape(1, -1, 1, 1)
        speed = random.uniform(0.02, 0.2, (persons, 1, JOINTS, 3))
        joints = rest + 0.2 * np.sin(time * speed + random.uniform(0, 6, speed.shape)) + 0.002 * time
        joints -= joints[0, 0, 1]
        name = f"S001C001P{SUBJECTS[part]:03}R{number + 1:03}A{label + 1:03}"
        made.append(Recording(name, label, (joints + 1e-3).astype(np.float32)))
    return made


def write(folder: Path, train: List[Recording], test: List[Recording]) -> None:
    """Writes the same recordings as CTR-GCN's npz, st-gcn's npy and pkl, and pyskl's pkl."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"train": train, "val": test}
    padded = {part: np.stack([_padded(recording) for recording in made]) for part, made in parts.items()}
    rows = {part: x.transpose(0, 2, 1, 3, 4).reshape(len(x), FRAMES, -1) for part, x in padded.items()}
    hot = {part: np.eye(CLASSES)[[recording.label for recording in made]] for part, made in parts.items()}
    (folder / "ctrgcn").mkdir(exist_ok=True)
    np.savez(
        folder / "ctrgcn" / "NTU60_CS.npz",
        x_train=rows["train"],
        y_train=hot["train"],
        x_test=rows["val"],
        y_test=hot["val"],
    )
    stgcn = folder / "stgcn" / "xsub"
    stgcn.mkdir(parents=True, exist_ok=True)
    for part, x in padded.items():
        np.save(stgcn / f"{part}_data.npy", np.ascontiguousarray(x.transpose(0, 4, 2, 3, 1)))
        names = [f"{recording.name}.skeleton" for recording in parts[part]]
        with (stgcn / f"{part}_label.pkl").open("wb") as file:
            pickle.dump((names, [recording.label for recording in parts[part]]), file)
    annotations = [
        # As pyskl's published annotations are stored.
        {"frame_dir": name, "label": label, "total_frames": joints.shape[1], "keypoint": joints.astype(np.float16)}
        for name, label, joints in (*train, *test)
    ]
    split = {f"xsub_{part}": [recording.name for recording in made] for part, made in parts.items()}
    (folder / "pyskl").mkdir(exist_ok=True)
    with (folder / "pyskl" / "ntu60_3danno.pkl").open("wb") as file:
        pickle.dump({"split": split, "annotations": annotations}, file)


def _padded(recording: Recording) -> np.ndarray:
    out = np.zeros((PERSONS, FRAMES, JOINTS, 3), dtype=np.float32)
    persons, frames = recording.joints.shape[:2]
    out[:persons, :frames] = recording.joints
    return out
