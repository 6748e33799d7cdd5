"""Runs torch_networks.py for a bench: one JSON command a line on stdin, one JSON answer a line on stdout.

Arrays go both ways as base64 of little-endian float32. Commands: `load` {folder, threads}, `denoise` {x, shape, t, labels,
scale}, `gradient` {x, shape, labels}, `sample` {x, shape, labels, settings}, `train` {x, shape, labels, x0, t, weight,
optimizer} for one training step of the denoiser that goes on from the last one.
"""

import base64
import json
import sys
import time

import numpy as np
import torch

from torch_networks import Model
from torch_training import DenoiserTraining


def tensor_of(command, name="x"):
    values = torch.from_numpy(np.frombuffer(base64.b64decode(command[name]), "<f4").copy())
    return values.view(command["shape"] if name.startswith("x") else -1)


def answer(state, command):
    kind = command["command"]
    if kind == "load":
        torch.set_num_threads(command["threads"])
        state["model"] = Model(command["folder"])
        return {"torch": torch.__version__, "threads": torch.get_num_threads()}
    model, x, labels = state["model"], tensor_of(command), torch.tensor(command["labels"])
    if kind == "train":
        if "training" not in state:
            state["training"] = DenoiserTraining(model.denoiser, command["optimizer"])
        y = torch.nn.functional.one_hot(labels, len(model.manifest["classes"])).float()
        x0, t, weight = (tensor_of(command, name) for name in ("x0", "t", "weight"))
    began = time.perf_counter()
    if kind == "denoise":
        y = torch.nn.functional.one_hot(labels, len(model.manifest["classes"])).float()
        result = model.denoise(x, command["t"], y, command["scale"])
    elif kind == "gradient":
        result = model.gradient(x, labels)
    elif kind == "sample":
        result = model.sample(labels, x, command["settings"])
    elif kind == "train":
        result = state["training"].step(x, x0, t, y, weight)
    else:
        raise ValueError(f"unknown command {kind}")
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "x": base64.b64encode(result.contiguous().numpy().astype("<f4").tobytes()).decode()}


def main():
    state = {}
    for line in sys.stdin:
        print(json.dumps(answer(state, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
