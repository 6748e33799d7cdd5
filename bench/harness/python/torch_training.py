"""A whole training step of the denoiser in PyTorch: the baseline of the training rows of `npm run bench -- engines`.

A twin of src/generator/training: the same loss, AdamW with decay of matrices only (PyTorch's fused one, its fastest) and the
moving average of the weights.
"""

import copy

import torch

from torch_networks import Weights


class TrainedWeights(Weights):
    """Weights that learn; the matrices of dense layers are kept as [outputs, inputs], as PyTorch keeps them."""

    def __init__(self, weights):
        self.tensors = {
            name: (weights.transposed[name] if name.endswith(".weight") else value).clone().requires_grad_()
            for name, value in weights.tensors.items()
        }
        self.transposed = self.tensors


def error(a, b, weight):
    return ((a - b).square().mean((1, 2)) * weight).mean()


class DenoiserTraining:
    """The state of a training: `step` goes on from the last one."""

    def __init__(self, denoiser, options):
        self.network = copy.copy(denoiser)
        self.network.weights = TrainedWeights(denoiser.weights)
        self.parameters = list(self.network.weights.tensors.values())
        self.averages = [value.detach().clone() for value in self.parameters]
        self.decay = options["emaDecay"]
        self.velocity_weight = options["velocityWeight"]
        groups = [
            {"params": [p for p in self.parameters if p.dim() > 1], "weight_decay": options["weightDecay"]},
            {"params": [p for p in self.parameters if p.dim() <= 1], "weight_decay": 0.0},
        ]
        betas = (options["beta1"], options["beta2"])
        self.optimizer = torch.optim.AdamW(groups, lr=options["learningRate"], betas=betas, eps=1e-8, fused=True)
        self.steps = 0

    def step(self, x, x0, t, y, weight):
        """One step over x, x0 [B, T, F], t [B], y [B, K], weight [B]; its loss, [1]."""
        self.steps += 1
        x0_hat = self.network(x, t, y)
        loss = error(x0_hat, x0, weight) + self.velocity_weight * error(x0_hat.diff(dim=1), x0.diff(dim=1), weight)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_lerp_(self.averages, self.parameters, 1 - decay)
        return loss.detach().view(1)
