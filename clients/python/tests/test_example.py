"""examples/train_stgcn.py: its graph, its network, and a short training from real servers."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from real_server import REPOSITORY, needs_build, needs_node, served

import skelmix

torch = pytest.importorskip("torch")

SCRIPT = REPOSITORY / "examples" / "train_stgcn.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("train_stgcn", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def layout(parents: "tuple[int, ...]", centre: int) -> skelmix.Layout:
    places = tuple(range(len(parents)))
    return skelmix.Layout("test", 3, tuple(map(str, places)), parents, parents.index(-1), centre, places, (), "test")


def test_hops_are_counted_from_the_centre_over_the_bones_both_ways(example: ModuleType) -> None:
    # 0 - 1 - 2 and 1 - 3 - 4, rooted at 0, centred on 1
    assert example.hops_from(1, (-1, 0, 1, 1, 3)) == [1, 0, 1, 1, 2]


def test_the_partition_sorts_neighbours_by_their_distance_from_the_centre(example: ModuleType) -> None:
    same, nearer, farther = example.spatial_partition(layout((-1, 0, 1, 1, 3), centre=1))
    assert torch.equal(same != 0, torch.eye(5, dtype=torch.bool))
    assert set(map(tuple, nearer.nonzero().tolist())) == {(1, 0), (1, 2), (1, 3), (3, 4)}
    assert set(map(tuple, farther.nonzero().tolist())) == {(0, 1), (2, 1), (3, 1), (4, 3)}
    torch.testing.assert_close((same + nearer + farther).sum(dim=0), torch.ones(5))


@pytest.mark.parametrize("shape", [(2, 3, 16, 5, 1), (2, 2, 9, 5, 2)])
def test_the_network_takes_any_frames_persons_and_channels(example: ModuleType, shape: "tuple[int, ...]") -> None:
    adjacency = example.spatial_partition(layout((-1, 0, 1, 1, 3), centre=1))
    model = example.StGcn(skelmix.Shape(*shape), 7, adjacency, width=4, dropout=0.1)
    scores = model(torch.randn(*shape))
    assert scores.shape == (2, 7)
    scores.sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_augmentation_turns_about_the_vertical_and_repeats_with_its_seed(example: ModuleType) -> None:
    x = torch.randn(4, 3, 8, 5, 1)
    turned = example.augment(x, torch.Generator().manual_seed(3), scale=0.0)
    torch.testing.assert_close(turned[:, 1], x[:, 1])
    torch.testing.assert_close(turned.norm(dim=1), x.norm(dim=1))
    assert (turned - x).abs().max() > 0.05
    assert torch.equal(turned, example.augment(x, torch.Generator().manual_seed(3), scale=0.0))


@needs_node
@needs_build
def test_a_short_training_learns_and_is_tested_on_real_clips(tmp_path: Path) -> None:
    common = ("--data", "puppet:8", "--ratio", "0", "--frames", "16", "--batch-size", "16")
    with served(tmp_path / "t", "--split", "train", *common) as train, served(tmp_path / "v", "--split", "val", *common) as val:
        arguments = ["--endpoint", train[0], "--test-endpoint", val[0], "--epochs", "6", "--width", "8", "--device", "cpu"]
        done = subprocess.run(
            [sys.executable, str(SCRIPT), *arguments, "--lr", "0.01"],
            env={"PYTHONPATH": str(Path(skelmix.__file__).parents[1]), "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=240,
        )
    assert done.returncode == 0, done.stderr
    losses = [float(loss) for loss in re.findall(r"epoch \d/6: loss ([\d.]+)", done.stdout)]
    assert len(losses) == 6 and losses[-1] < losses[0] - 0.3
    assert "puppet train (simulated)" in done.stdout and "synthetic 0.0 % (target 0.0 %)" in done.stdout
    tested = re.search(r"test puppet val: accuracy ([\d.]+) % \(mean over classes\), [\d.]+ % of (\d+) real clips", done.stdout)
    assert tested is not None, done.stdout
    assert float(tested[1]) > 100 / 12 * 2 and int(tested[2]) > 0
