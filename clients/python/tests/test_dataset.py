"""SkelmixDataset in loops and in DataLoader, with and without worker processes."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest
from fake_server import FakeServer

import skelmix

torch = pytest.importorskip("torch")
from torch.utils.data import DataLoader  # noqa: E402

Serve = Callable[..., FakeServer]

ENVIRONMENT = {"PYTHONPATH": str(Path(skelmix.__file__).parents[1])}


@pytest.fixture
def dataset() -> Iterator[Callable[..., Any]]:
    made: List[Any] = []

    def make(*args: Any, **kwargs: Any) -> Any:
        made.append(skelmix.SkelmixDataset(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.stream.close()


def seqs(loader: Any) -> List[int]:
    return [int(x[0, 0, 0, 0, 0]) for x, *_ in loader]


def test_each_iteration_is_one_epoch_over_one_connection(serve: Serve, dataset: Callable[..., Any]) -> None:
    server = serve()
    loader = DataLoader(dataset(server.endpoint), batch_size=None)
    assert len(loader) == 5
    assert [seqs(loader) for _ in range(3)] == [list(range(0, 5)), list(range(5, 10)), list(range(10, 15))]
    assert server.consumers() == 1


def test_whole_batches_are_tuples_of_the_named_fields(serve: Serve, dataset: Callable[..., Any]) -> None:
    items = list(dataset(serve().endpoint, fields=("x", "y", "origin", "ids", "seq")))
    x, y, origin, ids, seq = items[3]
    assert x.shape == (2, 3, 4, 5, 1) and x.dtype == torch.float32 and y.dtype == torch.int64
    assert origin.tolist() == [0, 1] and ids == ("real:3:0", "real:3:1") and seq == 3


def test_single_samples_are_collated_to_any_batch_size(serve: Serve, dataset: Callable[..., Any]) -> None:
    data = dataset(serve().endpoint, per_sample=True)
    loader = DataLoader(data, batch_size=4)
    assert len(data) == 10
    assert [(tuple(x.shape), tuple(y.shape)) for x, y in loader] == [
        ((4, 3, 4, 5, 1), (4,)),
        ((4, 3, 4, 5, 1), (4,)),
        ((2, 3, 4, 5, 1), (2,)),
    ]


def test_without_epochs_an_iteration_goes_on(serve: Serve, dataset: Callable[..., Any]) -> None:
    iterator = iter(dataset(serve().endpoint, epoch=False))
    assert [int(next(iterator)[0][0, 0, 0, 0, 0]) for _ in range(12)] == list(range(12))


@pytest.mark.parametrize("persistent", [False, True])
def test_workers_share_each_epoch_and_nothing_is_missing(
    serve: Serve, dataset: Callable[..., Any], persistent: bool
) -> None:
    server = serve(epoch_batches=40)
    returning(server)
    loader = DataLoader(dataset(server.endpoint, credit=1), batch_size=None, num_workers=2, persistent_workers=persistent)
    assert len(loader) == 40
    epochs = [seqs(loader) for _ in range(2)]
    assert sorted(set(epochs[0])) == list(range(40))
    assert set(range(40, 80)) <= {seq for epoch in epochs for seq in epoch}
    # A worker that finds its epoch over gives its batch back; the other one gets it within this iteration or the next.
    assert len(epochs[0]) == 40
    assert server.consumers() == 5  # the main process, and each worker in each iteration


def test_a_worker_that_comes_after_the_end_does_not_begin_the_next_epoch(serve: Serve) -> None:
    server = serve(epoch_batches=3)
    returning(server)
    data = skelmix.SkelmixDataset(server.endpoint, credit=1)
    # Worker 0 may fetch two batches ahead and has the whole epoch before worker 1 gets one.
    loader = DataLoader(data, batch_size=None, num_workers=2, worker_init_fn=_SecondWaits(server.endpoint))
    assert sorted(seqs(loader)) == [0, 1, 2]
    data.stream.close()


class _SecondWaits:
    """Holds worker 1 back until the server has sent an epoch's end."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def __call__(self, worker: int) -> None:
        if worker == 1:
            with skelmix.connect(self.endpoint) as stream:
                while stream.stats()["ended"] == 0:
                    pass


def returning(server: FakeServer) -> None:
    """Makes the fake server send batches of a session that said BYE to the others, as a real one does."""
    back: List[int] = []
    state = {"ended": 0}

    def forget(who: bytes, header: Any) -> None:
        back.extend(server.leases.pop(who, []))
        server.credit.pop(who, None)
        pump()

    def pump() -> None:
        for who in list(server.credit):
            while back and server.credit[who]:
                seq, at = back.pop(0), server.seq
                server.credit[who] -= 1
                server.seq = seq
                server.batch(who, redelivered=True)
                server.seq = at

    serve_new = server.serve

    def serve(who: bytes) -> None:
        pump()
        serve_new(who)
        state["ended"] = server.seq // server.epoch_batches

    server.serve = serve  # type: ignore[method-assign]
    server.answers["BYE"] = forget
    server.answers["STATS"] = lambda who, header: server.send(
        who, {"k": "STATS", "requestId": header["requestId"], "stats": dict(state)}
    )


def test_a_spawned_worker_gets_the_dataset_by_pickle(serve: Serve, dataset: Callable[..., Any]) -> None:
    server = serve()
    data = dataset(server.endpoint)
    assert len(data) == 5  # connected here, and nevertheless pickled
    loader = DataLoader(data, batch_size=None, num_workers=1, multiprocessing_context="spawn")
    assert seqs(loader) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"fields": ("x", "label")}, "fields must name some of x, y"),
        ({"fields": ()}, "fields must name some of"),
        ({"fields": ("x", "seq"), "per_sample": True}, "x, y, origin, weight, ids, t, n, got"),
        ({"credit": 0}, "credit must be"),
    ],
)
def test_wrong_arguments_are_refused_at_once(arguments: Any, words: str) -> None:
    with pytest.raises(skelmix.ConfigError, match=words):
        skelmix.SkelmixDataset("tcp://127.0.0.1:1", **arguments)


def test_without_torch_the_dataset_says_what_to_install_and_the_rest_works() -> None:
    program = """
        import sys
        sys.modules["torch"] = None
        import skelmix
        assert skelmix.connect and "torch" not in str(skelmix.Stream("tcp://127.0.0.1:1"))
        try:
            skelmix.SkelmixDataset
        except ImportError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert "pip install 'skelmix[torch]'" in done.stdout


def test_importing_skelmix_does_not_import_torch() -> None:
    program = "import sys, skelmix; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
