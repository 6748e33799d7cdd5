"""Feeders in the hands of the recognizers' mains: DataLoader with shuffle and workers, tests by index, import styles, errors."""

from __future__ import annotations

import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import numpy as np
import pytest
from fake_server import FakeServer

import skelmix
from skelmix.feeders import Feeder, PairFeeder, SkateFeeder, TimedFeeder

torch = pytest.importorskip("torch")
from torch.utils.data import DataLoader  # noqa: E402

Serve = Callable[..., FakeServer]
Make = Callable[..., Any]

SIZES = {"train": 10, "test": 7}
ENVIRONMENT = {"PYTHONPATH": str(Path(skelmix.__file__).parents[1])}


@pytest.fixture
def make() -> Iterator[Make]:
    """Builds feeders; all are closed after the test."""
    made: List[Any] = []

    def build(endpoint: str, kind: Any = Feeder, **arguments: Any) -> Any:
        made.append(kind(endpoint=endpoint, **arguments))
        return made[-1]

    yield build
    for one in made:
        one.close()


def numbers(loader: Any) -> List[List[int]]:
    """What x of each sample holds, by batch, in an iteration."""
    return [[int(value) for value in batch[0][:, 0, 0, 0, 0]] for batch in loader]


def asked_profile(server: FakeServer) -> Any:
    return server.headers("HELLO")[-1].get("profile")


# Training.


def test_a_training_item_is_the_next_of_the_stream_whatever_the_index(serve: Serve, make: Make) -> None:
    feeder = make(serve(sizes=SIZES).endpoint)
    items = [feeder[index] for index in (7, 7, 0)]
    assert [int(x[0, 0, 0, 0]) for x, _, _ in items] == [0, 0, 1]
    assert [(y, index) for _, y, index in items] == [(0, 0), (1, 1), (0, 2)]
    x, y, index = items[0]
    assert x.shape == (3, 4, 5, 1) and x.dtype == np.float32 and x.flags.writeable
    assert type(y) is int and type(index) is int


def test_the_length_is_that_of_the_real_split_and_never_changes(serve: Serve, make: Make) -> None:
    server = serve(sizes={"train": 11, "test": 7})
    feeder = make(server.endpoint)
    assert len(feeder) == 11
    server.welcome_header["epochSize"] = 99
    feeder[0]
    assert len(feeder) == 11
    assert len(make(server.endpoint, epoch_size=40)) == 40
    assert len(make(server.endpoint, repeat=5)) == 55
    assert len(make(serve(sizes={"train": 300, "test": 1}).endpoint, debug=True)) == 100
    assert len(make(serve().endpoint)) == 10  # a server that states no split's size


def test_nothing_is_open_between_the_constructor_and_the_first_item(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    feeder = make(server.endpoint)
    server.until(lambda: server.count("BYE") >= 1 and not server.credit, "the look to be over")
    assert server.consumers() == 0
    feeder[0]
    assert server.consumers() == 1


@pytest.mark.parametrize(("start", "persistent"), [("fork", False), ("fork", True), ("spawn", True)])
def test_shuffled_workers_get_every_batch_whole_in_each_epoch(
    serve: Serve, make: Make, start: str, persistent: bool
) -> None:
    server = serve(sizes=SIZES)
    loader = DataLoader(
        make(server.endpoint, credit=1),
        batch_size=2,
        shuffle=True,
        num_workers=2,
        drop_last=True,
        persistent_workers=persistent,
        multiprocessing_context=multiprocessing.get_context(start),
        worker_init_fn=_seed_alike,
    )
    epochs = [numbers(loader) for _ in range(2)]
    assert [len(epoch) for epoch in epochs] == [5, 5] == [len(loader)] * 2
    seen = [batch[0] for epoch in epochs for batch in epoch]
    assert all(first == second for epoch in epochs for first, second in epoch)
    assert len(set(seen)) == len(seen)  # no batch went to both workers
    del loader
    server.until(lambda: server.count("BYE") >= 1 + (2 if persistent else 4), "each worker's BYE")


def _seed_alike(worker: int) -> None:
    """As the mains of 2s-AGCN do: all workers draw the same numbers."""
    torch.manual_seed(1)
    np.random.seed(1)


def test_without_workers_epochs_go_on_over_one_connection(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    loader = DataLoader(make(server.endpoint), batch_size=4, shuffle=True, drop_last=True)
    epochs = [[value for batch in numbers(loader) for value in batch] for _ in range(3)]
    assert epochs == [[0, 0, 1, 1, 2, 2, 3, 3], [4, 4, 5, 5, 6, 6, 7, 7], [8, 8, 9, 9, 10, 10, 11, 11]]
    assert server.consumers() == 1


def test_global_random_numbers_are_left_alone(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    torch.manual_seed(5)
    np.random.seed(5)
    wanted = (torch.rand(1).item(), np.random.rand())
    torch.manual_seed(5)
    np.random.seed(5)
    make(server.endpoint)[0]
    make(server.endpoint, split="test")[3]
    assert (torch.rand(1).item(), np.random.rand()) == wanted


def test_collated_batches_have_the_dtypes_that_nobody_casts(serve: Serve, make: Make) -> None:
    feeder = make(serve(sizes=SIZES, extras=("t",)).endpoint, kind=SkateFeeder)
    x, t, y, index = next(iter(DataLoader(feeder, batch_size=3, shuffle=True)))
    assert (x.dtype, t.dtype, y.dtype, index.dtype) == (torch.float32, torch.float32, torch.int64, torch.int64)
    assert x.shape == (3, 3, 4, 5, 1) and t.shape == (3, 4) and y.shape == (3,)
    assert TimedFeeder is SkateFeeder


def test_fields_are_the_items_tuple(serve: Serve, make: Make) -> None:
    assert len(make(serve(sizes=SIZES).endpoint, kind=PairFeeder)[0]) == 2
    server = serve(sizes=SIZES, extras=("n",))
    y, n, ids, origin, weight = make(server.endpoint, fields=["y", "n", "ids", "origin", "weight"])[0]
    assert (y, n, ids, origin, weight) == (0, 1, "real:0:0", 0, 1.0)
    test = make(server.endpoint, split="test", fields=["index", "ids", "origin", "weight", "n"])
    assert test[4] == (4, "test_4", 0, 1.0, 1)


# By index.


def test_a_test_split_gives_the_item_of_the_index_in_order(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    feeder = make(server.endpoint, split="test", window_size=64, p_interval=[0.95], debug=False)
    loader = DataLoader(feeder, batch_size=3, shuffle=False, num_workers=2, drop_last=False)
    assert numbers(loader) == numbers(loader) == [[0, 1, 2], [3, 4, 5], [6]]
    assert [index.tolist() for _, _, index in loader] == [[0, 1, 2], [3, 4, 5], [6]]
    assert server.consumers() == 0 and {header["epoch"] for header in server.headers("GET")} == {0}
    assert [len(header["ids"]) for header in server.headers("GET")][:3] in ([3, 3, 1], [3, 1, 3])
    assert int(feeder[-1][0][0, 0, 0, 0]) == 6
    assert [int(x[0, 0, 0, 0]) for x, _, _ in feeder] == list(range(7))
    with pytest.raises(IndexError, match="index 7 is outside of 7 samples"):
        feeder[7]


def test_scores_meet_labels_and_names_as_the_mains_expect(serve: Serve, make: Make) -> None:
    feeder = make(serve(sizes=SIZES).endpoint, split="test")
    assert feeder.label == [0, 1, 0, 1, 0, 1, 0] and feeder.sample_name == [f"test_{index}" for index in range(7)]
    score = np.zeros((7, 3))
    score[:, 0] = 1.0
    score[:, 1] = 0.5
    assert feeder.top_k(score, 1) == pytest.approx(4 / 7) and feeder.top_k(score, 2) == 1.0
    feeder.sample_name = np.arange(7)  # CTR-GCN does so for NW-UCLA
    assert feeder.sample_name.tolist() == list(range(7))
    with pytest.raises(skelmix.ConfigError, match="row of scores for each of 7 clips, got 5"):
        feeder.top_k(score[:5], 1)


def test_a_training_stream_has_no_scores_to_give(serve: Serve, make: Make) -> None:
    feeder = make(serve(sizes=SIZES).endpoint)
    with pytest.raises(skelmix.ConfigError, match="split: test.*delegate"):
        feeder.top_k(np.zeros((10, 2)), 1)
    for name in ("label", "sample_name"):
        assert not hasattr(feeder, name)
        with pytest.raises(AttributeError, match=f"{name} needs a fixed order"):
            getattr(feeder, name)


def test_a_test_that_the_server_would_serve_as_training_is_refused(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    welcome = server.stated
    server.stated = lambda hello, split: {**welcome(hello, "train"), "split": "trian"}  # type: ignore[method-assign]
    with pytest.raises(skelmix.ConfigError, match="test split was asked for, but the server states split 'trian'"):
        make(server.endpoint, split="test")


@pytest.mark.parametrize("workers", [0, 2])
def test_deterministic_training_uses_each_index_anew_in_each_epoch(serve: Serve, make: Make, workers: int) -> None:
    server = serve(sizes=SIZES)
    feeder = make(server.endpoint, deterministic=True)
    loader = DataLoader(feeder, batch_size=4, shuffle=True, num_workers=workers, drop_last=True)
    uses: Dict[int, List[int]] = {}
    for _ in range(4):
        for x, y, index in loader:
            for value, label, at in zip(x[:, 0, 0, 0, 0].tolist(), y.tolist(), index.tolist()):
                assert int(value) == at and label == at % 2
                uses.setdefault(at, []).append(round((value - at) * 1000))
    assert sum(map(len, uses.values())) == 32
    assert all(epochs == list(range(len(epochs))) for epochs in uses.values())
    assert server.consumers() == 0 and feeder.label[3] == 1


def test_a_stated_epoch_makes_deterministic_items_repeatable(serve: Serve, make: Make) -> None:
    feeder = make(serve(sizes=SIZES).endpoint, deterministic=True, repeat=2)
    assert len(feeder) == 20
    feeder.set_epoch(3)
    values = [round(float(feeder[index][0][0, 0, 0, 0]), 3) for index in (2, 2, 12)]
    assert values == [2.006, 2.006, 2.007]  # the second round of the same epoch is another augmentation
    feeder.set_epoch(4)
    assert round(float(feeder[2][0][0, 0, 0, 0]), 3) == 2.008


# What goes to the server.


@pytest.mark.parametrize(
    ("kind", "arguments", "profile", "args", "split"),
    [
        (
            Feeder,
            {
                "data_path": "data/ntu/NTU60_CS.npz",
                "split": "train",
                "window_size": 4,
                "p_interval": [0.5, 1],
                "vel": False,
            },
            "ctrgcn-ntu60",
            {"window_size": 4, "p_interval": [0.5, 1], "vel": False},
            "train",
        ),
        (
            Feeder,
            {"data_path": "data/ntu120/NTU120_CSub.npz", "p_interval": [0.95]},
            "ctrgcn-ntu120",
            {"p_interval": [0.95]},
            None,
        ),
        (
            Feeder,
            {"data_path": "joint", "label_path": "train", "repeat": 5, "random_choose": True, "window_size": 52},
            "ctrgcn-ucla",
            {"random_choose": True, "window_size": 52},
            "train",
        ),
        (Feeder, {"data_path": "bone_motion", "label_path": "val"}, "ctrgcn-ucla", {"bone": True, "vel": True}, "test"),
        (
            Feeder,
            {"data_path": "./data/ntu/xview/val_data_bone.npy", "label_path": "./data/ntu/xview/val_label.pkl"},
            "agcn-ntu",
            {"bone": True},
            "test",
        ),
        (Feeder, {"data_path": "x.npz", "sort": True, "window_size": 64}, "infogcn-ntu60", {"window_size": 64}, None),
        (
            PairFeeder,
            {
                "data_path": "./data/NTU-RGB-D/xsub/train_data.npy",
                "label_path": "./data/NTU-RGB-D/xsub/train_label.pkl",
            },
            "stgcn-ntu",
            {},
            "train",
        ),
        (
            PairFeeder,
            {"data_path": "./data/Kinetics/kinetics-skeleton/val_data.npy", "label_path": "val_label.pkl"},
            "stgcn-kinetics",
            {},
            "test",
        ),
        (
            PairFeeder,
            {"data_path": "train_data.npy", "random_choose": True},
            "stgcn-ntu",
            {"random_choose": True},
            "train",
        ),
        (
            PairFeeder,
            {"data_path": "train_data.npy", "random_move": True},
            "stgcn-kinetics",
            {"random_move": True},
            "train",
        ),
        (
            SkateFeeder,
            {"data_path": "./data/ntu/NTU60_CS.npz", "aug_method": "a123489", "partition": True, "thres": 64},
            "skateformer-ntu",
            {"aug_method": "a123489", "partition": True, "thres": 64},
            None,
        ),
        (
            SkateFeeder,
            {
                "data_path": "./data/NW-UCLA/all_sqe/",
                "label_path": "val",
                "data_type": "b",
                "repeat": 1,
                "p": 0.5,
                "partition": True,
            },
            "skateformer-ucla",
            {"data_type": "b", "p": 0.5, "partition": True},
            "test",
        ),
        (Feeder, {"profile": "msg3d-ntu", "data_path": "train_data_joint.npy", "mmap": True}, "msg3d-ntu", {}, "train"),
    ],
)
def test_the_stock_arguments_become_a_request(
    serve: Serve, make: Make, kind: Any, arguments: Dict[str, Any], profile: str, args: Dict[str, Any], split: Any
) -> None:
    server = serve(sizes=SIZES, extras=("t",))
    make(server.endpoint, kind=kind, **arguments)
    hello = server.headers("HELLO")[-1]
    assert hello["profile"].get("name") == profile
    assert hello["profile"].get("args", {}) == args
    assert hello.get("split") == split


def test_without_stock_arguments_the_servers_own_profile_stays(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    for kind in (Feeder, PairFeeder):
        make(server.endpoint, kind=kind, debug=False)
        assert asked_profile(server) is None and "split" not in server.headers("HELLO")[-1]


def test_the_endpoint_may_come_from_the_environment(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKELMIX_ENDPOINT", serve(sizes=SIZES).endpoint)
    assert len(Feeder(data_path="x.npz", split="test")) == 7


# Errors before the GPU's.


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"num_class": 60}, "num_class is 60, but the stream of fake train.* has 2 .*layout chain, C 3, T 4, V 5, M 1"),
        ({"expect_layout": "ntu"}, "expect_layout is 'ntu'.* has 'chain'"),
        ({"num_point": 25}, "num_point is 25.* has 5"),
        ({"num_person": 2}, "num_person is 2.* has 1"),
        ({"fields": ["x", "t", "y"]}, "fields must name some of x, y, index, origin, weight, ids, got"),
        ({"fields": []}, "fields must name"),
        ({"epoch_size": 0}, "epoch_size must be a whole number"),
        ({"epoch_size": True}, "epoch_size must be a whole number"),
        ({"repeat": -1}, "repeat must be a whole number"),
        ({"transform": object()}, "transform is object"),
    ],
)
def test_what_does_not_fit_is_said_by_the_constructor(
    serve: Serve, make: Make, arguments: Dict[str, Any], words: str
) -> None:
    with pytest.raises(skelmix.ConfigError, match=words):
        make(serve(sizes=SIZES).endpoint, **arguments)


def test_a_window_that_the_server_does_not_know_of_must_be_the_streams(serve: Serve, make: Make) -> None:
    with pytest.raises(skelmix.ConfigError, match="window_size is 64.* has 4"):
        make(serve().endpoint, window_size=64)
    make(serve(sizes=SIZES).endpoint, window_size=64)  # it is among the profile's arguments there
    make(serve().endpoint, window_size=-1)


def test_a_missing_server_is_named_with_the_seconds(make: Make) -> None:
    with pytest.raises(skelmix.TransportError, match="no skelmix server answered at tcp://127.0.0.1:1 within 0.1 s"):
        make("tcp://127.0.0.1:1", connect_timeout_s=0.1)


def test_a_server_that_sends_nothing_is_an_error_not_a_hang(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    server.limit = 0
    loader = DataLoader(make(server.endpoint, batch_timeout_s=0.1), batch_size=2, shuffle=True, num_workers=1)
    with pytest.raises(skelmix.TransportError, match="no batch from .* within 0.1 s"):
        next(iter(loader))


def test_a_server_that_leaves_in_the_middle_is_an_error(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    feeder = make(server.endpoint, credit=1)
    feeder[0]
    server.to_all({"k": "BYE", "reason": "stopped by hand"})
    feeder[1]
    with pytest.raises(skelmix.TransportError, match="ended the stream before the training had all it needs"):
        feeder[2]


# Delegates.


class Stock:
    """Stands for a recognizer's own feeder."""

    def __init__(self, data_path: str, split: str = "train", window_size: int = -1, debug: bool = False) -> None:
        self.arguments = (data_path, split, window_size, debug)


def test_a_delegate_is_the_stock_feeder_itself_and_needs_no_server() -> None:
    stock = Feeder(
        delegate=f"{__name__}.Stock",
        endpoint="tcp://127.0.0.1:1",
        epoch_size=5,
        num_class=60,
        data_path="d",
        split="test",
        debug=True,
    )
    assert type(stock) is Stock and stock.arguments == ("d", "test", -1, True)


@pytest.mark.parametrize(
    "name", ["feeders.feeder_ntu.Feeder", f"{__name__}.Nothing", "Feeder", "skelmix.feeders.PairFeeder"]
)
def test_a_delegate_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(skelmix.ConfigError, match=f"delegate '{name}'"):
        Feeder(delegate=name)


# Import styles, pickles.


def test_every_recognizer_finds_the_class_its_own_way() -> None:
    program = """
import sys

def by_components(name):
    components = name.split(".")
    found = __import__(components[0])
    for component in components[1:]:
        found = getattr(found, component)
    return found

def by_module(name):
    module, _, kind = name.rpartition(".")
    __import__(module)
    return getattr(sys.modules[module], kind)

for name in ("Feeder", "PairFeeder", "SkateFeeder", "TimedFeeder"):
    assert by_components("skelmix.feeders." + name) is by_module("skelmix.feeders." + name)
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, check=True)


def test_a_pickled_feeder_keeps_what_it_knows_and_connects_anew(serve: Serve, make: Make) -> None:
    server = serve(sizes=SIZES)
    feeder = make(server.endpoint, epoch_size=6)
    feeder[0]
    hellos = server.count("HELLO")
    copy = pickle.loads(pickle.dumps(feeder))
    assert len(copy) == 6 and copy.fields == feeder.fields and server.count("HELLO") == hellos
    assert int(copy[0][0][0, 0, 0, 0]) in (1, 2)
    assert server.consumers() == 2
    copy.close()
    assert "fake train, 6 samples, streamed" in repr(copy)
