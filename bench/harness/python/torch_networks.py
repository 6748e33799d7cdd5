"""The denoiser, ST-Trans and the default sampler in PyTorch: the baseline of `npm run bench -- generator`.

A twin of src/generator/networks and src/generator/diffusion, written as one would write it for PyTorch (fused attention and
layer norm, no gradients but the one that is asked for). It reads a model folder through its manifest and uses the same weights.
"""

import json
import math
import struct
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

T_FIRST, T_LAST = 0.995, 0.005


def read_safetensors(path):
    """Float32 tensors of a safetensors file by name."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: tensor {name} is {entry['dtype']}, expected F32")
        first, last = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + first : 8 + length + last], "<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors


class Weights:
    """Layers by the names of their parameters; matrices are [inputs, outputs]."""

    def __init__(self, tensors):
        self.tensors = tensors
        self.transposed = {name: value.t().contiguous() for name, value in tensors.items() if value.dim() == 2}

    def __getitem__(self, name):
        return self.tensors[name]

    def dense(self, name, x):
        return F.linear(x, self.transposed[f"{name}.weight"], self.tensors.get(f"{name}.bias"))

    def attention(self, name, x, heads):
        S, L, width = x.shape
        query, key, value = (
            self.dense(f"{name}.{part}", x).view(S, L, heads, width // heads).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = F.scaled_dot_product_attention(query, key, value)
        return self.dense(f"{name}.output", mixed.transpose(1, 2).reshape(S, L, width))

    def feed_forward(self, name, x):
        hidden = self.dense(f"{name}.up", x)
        return self.dense(f"{name}.down", hidden * torch.sigmoid(1.702 * hidden))


def layer_norm(x):
    return F.layer_norm(x, x.shape[-1:], eps=1e-5)


class Denoiser:
    """x [B, T, F], t [B], y [B, K] and the classifier-free scale to x0Hat [B, T, F]."""

    def __init__(self, tensors, architecture):
        self.weights = Weights(tensors)
        self.blocks = architecture["blocks"]
        self.heads = architecture["heads"]
        self.max_scale = architecture.get("maxScale", 1)

    def __call__(self, x, t, y, scale=1.0):
        w = self.weights
        frequencies = torch.exp(torch.arange(32, dtype=torch.float32) * (-math.log(1000) / 32))
        angles = (t * 100)[:, None] * frequencies
        time = w.dense("time.out", F.silu(w.dense("time.in", torch.cat([angles.sin(), angles.cos()], 1))))
        condition = time + y @ w["classes"]
        if self.max_scale > 1:
            given = torch.full((1, 1), float(scale))
            condition = condition + w.dense("scale.out", F.silu(w.dense("scale.in", given.log())))
        condition = F.silu(condition)
        h = w.dense("frame.in", x) + w["positions"]
        for i in range(self.blocks):
            modulation = w.dense(f"block{i}.modulation", condition)[:, None]
            scale1, shift1, gate1, scale2, shift2, gate2 = modulation.chunk(6, -1)
            attended = w.attention(f"block{i}.attention", layer_norm(h) * (scale1 + 1) + shift1, self.heads)
            h = h + (gate1 + 1) * attended
            h = h + (gate2 + 1) * w.feed_forward(f"block{i}.feedForward", layer_norm(h) * (scale2 + 1) + shift2)
        return w.dense("frame.out", layer_norm(h))


class StTrans:
    """Images [B, T, M V C] to logits [B, K]."""

    def __init__(self, tensors, architecture):
        self.weights = Weights(tensors)
        self.architecture = architecture

    def __call__(self, x):
        w, a = self.weights, self.architecture
        B, V, C, patch, width, heads = x.shape[0], a["numJoints"], a["channels"], a["patch"], a["width"], a["heads"]
        steps = a["numFrames"] // patch
        patches = x.view(B, steps, patch, V, C).transpose(2, 3).reshape(B, steps, V, patch * C)
        h = w.dense("token.in", patches) + w["positions.joint"] + w["positions.time"][:, None]
        for i in range(a["blocks"]):
            over_joints = w.attention(f"block{i}.spatial", layer_norm(h).reshape(B * steps, V, width), heads)
            h = h + over_joints.view(B, steps, V, width)
            by_joint = layer_norm(h).transpose(1, 2).reshape(B * V, steps, width)
            h = h + w.attention(f"block{i}.temporal", by_joint, heads).view(B, V, steps, width).transpose(1, 2)
            h = h + w.feed_forward(f"block{i}.feedForward", layer_norm(h))
        return w.dense("logits", layer_norm(h).mean((1, 2)))


class Model:
    """The networks of a model folder."""

    def __init__(self, folder):
        folder = Path(folder)
        self.manifest = json.loads((folder / "manifest.json").read_text())
        networks = {"denoiser": Denoiser, "st-trans": StTrans}
        loaded = {}
        for name, entry in self.manifest["networks"].items():
            if name in networks:
                loaded[name] = networks[name](read_safetensors(folder / entry["file"]), entry["architecture"])
        self.denoiser = loaded["denoiser"]
        self.st_trans = loaded.get("st-trans")

    def denoise(self, x, t, y, classifier_free_scale):
        """x0Hat at one time t: one pass where the network knows the scale, else one over a doubled batch."""
        with torch.inference_mode():
            times = torch.full((x.shape[0],), t)
            if 1 <= classifier_free_scale <= self.denoiser.max_scale:
                return self.denoiser(x, times, y, classifier_free_scale)
            both = self.denoiser(torch.cat([x, x]), torch.cat([times, times]), torch.cat([y, torch.zeros_like(y)]))
            conditional, unconditional = both.chunk(2)
            return unconditional + classifier_free_scale * (conditional - unconditional)

    def gradient(self, x0_hat, labels):
        """Gradient of log p(y | x0Hat) with respect to x0Hat, image by image."""
        x = x0_hat.clone().requires_grad_()
        log_likelihood = F.log_softmax(self.st_trans(x), -1).gather(1, labels[:, None]).sum()
        return torch.autograd.grad(log_likelihood, x)[0]

    def sample(self, labels, noise, settings):
        """DPM-Solver++(2M) from noise [B, T, F] with both guidances: images [B, T, F]."""
        alpha = lambda t: math.cos(t * math.pi / 2)
        sigma = lambda t: math.sin(t * math.pi / 2)
        log_snr = lambda t: math.log(alpha(t) / sigma(t))
        deviation2 = self.manifest["image"]["deviation"] ** 2
        y = F.one_hot(labels, len(self.manifest["classes"])).float()
        steps, (low, high) = settings["steps"], settings["interval"]
        times = [T_FIRST + (T_LAST - T_FIRST) * i / steps for i in range(steps + 1)]
        x, previous, previous_h = noise, None, 0.0
        for i in range(steps):
            t, s = times[i], times[i + 1]
            x0_hat = self.denoise(x, t, y, settings["classifierFreeScale"])
            if settings["classifierScale"] != 0 and low < t < high:
                gradient = self.gradient(x0_hat, labels)
                sigma2 = sigma(t) ** 2
                weight = settings["classifierScale"] * sigma2 * deviation2 / (alpha(t) ** 2 * deviation2 + sigma2)
                root_mean_square = gradient.square().mean((1, 2), keepdim=True).sqrt()
                x0_hat = x0_hat + weight * gradient / (root_mean_square + 1e-8)
            h = log_snr(s) - log_snr(t)
            estimate = x0_hat
            if previous is not None and i < steps - 1:
                extrapolate = h / (2 * previous_h)
                estimate = (1 + extrapolate) * x0_hat - extrapolate * previous
            x = sigma(s) / sigma(t) * x - alpha(s) * math.expm1(-h) * estimate
            previous, previous_h = x0_hat, h
        return previous
