"""Whole batches for loops that want no DataLoader, and single-sample datasets."""

from __future__ import annotations

from typing import Any, Callable, Iterator, List

import numpy as np
import pytest
from fake_server import FakeServer

import skelmix

torch = pytest.importorskip("torch")
from torch.utils.data import DataLoader  # noqa: E402

Serve = Callable[..., FakeServer]
Make = Callable[..., Any]

SIZES = {"train": 11, "test": 7}


@pytest.fixture
def make() -> Iterator[Make]:
    """Builds loaders; all are closed after the test."""
    made: List[skelmix.Loader] = []

    def build(endpoint: str, **arguments: Any) -> skelmix.Loader:
        made.append(skelmix.Loader(endpoint, **arguments))
        return made[-1]

    yield build
    for one in made:
        one.close()


def values(batch: Any) -> List[int]:
    return [int(value) for value in batch[0].flatten(1)[:, 0]]


def test_the_servers_batches_pass_through_and_the_stream_goes_on(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES, large=True)
    loader = make(server.endpoint, epoch_size=150)
    assert (loader.batch_size, len(loader)) == (64, 2)
    epochs = [[(int(x[0, 0, 0, 0, 0]), tuple(x.shape), int(index[1])) for x, _, index in loader] for _ in range(2)]
    shape = (64, 3, 16, 25, 2)
    assert epochs == [[(0, shape, 1), (1, shape, 65)], [(2, shape, 129), (3, shape, 193)]]
    assert server.consumers() == 1


@pytest.mark.parametrize(("size", "expected"), [(3, [[0, 0, 1], [1, 2, 2], [3, 3, 4]]), (1, [[0], [0], [1], [1], [2]])])
def test_batches_are_cut_and_joined_to_any_size(serve: Serve, make: Make, size: int, expected: List[List[int]]) -> None:
    loader = make(serve(sizes=SIZES).endpoint, batch_size=size, fields=("x", "ids", "y"))
    batches = [(values(batch), batch[1]) for batch in loader][: len(expected)]
    assert [found for found, _ in batches] == expected
    assert all(ids == tuple(f"real:{v}:{i}" for v, i in zip(found, places(found, size))) for found, ids in batches[:1])
    x, ids, y = next(iter(loader))
    assert x.dtype == torch.float32 and y.dtype == torch.int64 and isinstance(ids, tuple)


def places(found: List[int], size: int) -> List[int]:
    """Places of the first batch's samples within the server's batches of two."""
    return [at % 2 for at in range(size)]


def test_every_sample_comes_once_over_iterations_of_odd_batches(serve: Serve, make: Make) -> None:
    loader = make(serve(sizes=SIZES).endpoint, batch_size=4, epoch_size=11, drop_last=False)
    assert len(loader) == 3
    batches = [batch for _ in range(3) for batch in loader]
    assert [len(batch[0]) for batch in batches] == [4, 4, 3] * 3
    assert [int(index) for batch in batches for index in batch[2]] == list(range(33))


def test_a_map_of_fields_makes_dicts(serve: Serve, make: Make) -> None:
    loader = make(serve(sizes=SIZES, axes="KMTVC").endpoint, fields={"keypoint": "x", "label": "y"})
    batch = next(iter(loader))
    assert set(batch) == {"keypoint", "label"}
    assert batch["keypoint"].shape == (2, 1, 1, 4, 5, 3) and batch["label"].tolist() == [0, 1]


def test_a_test_split_comes_in_order_and_whole(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES, extras=("t", "n"))
    loader = make(server.endpoint, batch_size=3, split="test", fields=("x", "t", "y", "index", "n", "weight", "ids"))
    assert len(loader) == 3 and not loader.drop_last
    for _ in range(2):
        batches = list(loader)
        assert [values(batch) for batch in batches] == [[0, 1, 2], [3, 4, 5], [6]]
    x, t, y, index, n, weight, ids = batches[0]
    assert t.shape == (3, 4) and t.dtype == torch.float32 and index.tolist() == [0, 1, 2] and n.dtype == torch.int64
    assert weight.tolist() == [1, 1, 1] and weight.dtype == torch.float32 and ids == ["test_0", "test_1", "test_2"]
    scores = np.concatenate([np.eye(2)[batch[2].numpy()] for batch in batches])
    assert loader.dataset.top_k(scores, 1) == 1.0 and loader.dataset.sample_name[6] == "test_6"


def test_a_deterministic_epoch_is_a_permutation_that_the_epoch_decides(serve: Serve, make: Make) -> None:
    loader = make(serve(sizes=SIZES).endpoint, batch_size=4, deterministic=True)

    def epoch(number: int) -> List[float]:
        loader.sampler.set_epoch(number)
        return [float(value) for batch in loader for value in batch[0].flatten(1)[:, 0]]

    first, second, again = epoch(1), epoch(2), epoch(1)
    assert len(loader) == 2 and len(first) == 8 and first == again
    assert [int(value) for value in first] != [int(value) for value in second]
    assert {round((value % 1) * 1000) for value in first} == {1} and {
        round((value % 1) * 1000) for value in second
    } == {2}


def test_leaving_a_loop_early_loses_nothing(serve: Serve, make: Make) -> None:
    loader = make(serve(sizes=SIZES).endpoint, batch_size=3)
    for batch in loader:
        break
    assert batch[2].tolist() == [0, 1, 2]
    assert next(iter(loader))[2].tolist() == [3, 4, 5]


@pytest.mark.parametrize("size", [0, -3, 2.5, "4"])
def test_a_batch_size_that_is_none_is_refused(serve: Serve, make: Make, size: Any) -> None:
    with pytest.raises(skelmix.ConfigError, match="batch_size must be a whole number"):
        make(serve(sizes=SIZES).endpoint, batch_size=size)


def test_the_arguments_of_stock_feeders_are_taken(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    make(
        server.endpoint,
        batch_size=4,
        data_path="data/ntu/NTU60_CS.npz",
        split="train",
        p_interval=[0.5, 1],
        debug=False,
    )
    assert server.headers("HELLO")[-1]["profile"] == {"name": "ctrgcn-ntu60", "args": {"p_interval": [0.5, 1]}}


def test_single_samples_for_ones_own_loop(serve: Serve) -> None:
    server = serve(sizes=SIZES, extras=("t",))
    data = skelmix.StreamDataset(server.endpoint, fields=("x", "t", "y"))
    assert isinstance(data, skelmix.SkelmixDataset) and len(data) == 10
    batches = list(DataLoader(data, batch_size=4))
    assert [len(x) for x, _, _ in batches] == [4, 4, 2] and batches[0][1].shape == (4, 4)
    data.stream.close()


def test_a_field_that_the_stream_lacks_is_named_at_the_first_batch(serve: Serve) -> None:
    data = skelmix.StreamDataset(serve(sizes=SIZES).endpoint, fields=("x", "n"))
    with pytest.raises(skelmix.ConfigError, match="a batch has no field 'n'"):
        next(iter(data))
    data.stream.close()
