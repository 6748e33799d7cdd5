"""State of data sets and loaders against the real server: what goes on is what would have come, to the bit."""

from __future__ import annotations

import io
from typing import Any, Dict, Iterator, List

import pytest
from real_server import PATIENCE, SMALL, needs_build, needs_node, served

import skelmix
from skelmix.feeders import Feeder

torch = pytest.importorskip("torch")
from torch.utils.data import DataLoader  # noqa: E402

EPOCH = 6
WAIT = {"connect_timeout_s": 60.0, "batch_timeout_s": 60.0}

pytestmark = [needs_node, needs_build]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("stateful"), *SMALL, "--mix-mode", "strict", "--epoch-size", str(8 * EPOCH)) as lines:
        yield lines[0]


def saved(state: Dict[str, Any]) -> Dict[str, Any]:
    """The state as it comes out of a checkpoint."""
    file = io.BytesIO()
    torch.save({"loader": state}, file)
    file.seek(0)
    return torch.load(file, weights_only=True)["loader"]


def shown(item: Any) -> List[Any]:
    return [part.tolist() if hasattr(part, "tolist") else list(part) if isinstance(part, tuple) else part for part in item]


def dataset(endpoint: str, **options: Any) -> Any:
    return skelmix.SkelmixDataset(endpoint, fields=("x", "y", "ids"), mode="broadcast", **{**PATIENCE, **options})


@pytest.mark.parametrize("per_sample", [False, True])
def test_a_dataset_goes_on_behind_its_last_item_in_the_middle_of_a_batch_too(endpoint: str, per_sample: bool) -> None:
    first = dataset(endpoint, per_sample=per_sample)
    items, states = [], []
    for _ in range(2):
        for item in first:
            items.append(shown(item))
            states.append(saved(first.state_dict()))
    first.stream.close()
    per_epoch = 8 * EPOCH if per_sample else EPOCH
    assert len(items) == 2 * per_epoch
    for at in range(0, per_epoch + 2, 7 if per_sample else 1):
        second = dataset(endpoint, per_sample=per_sample)
        second.load_state_dict(states[at])
        assert second.state_dict() == states[at]
        rest = [shown(item) for item in second]  # of the epoch under way; nothing where that was at its end
        assert rest == items[at + 1 : per_epoch * (at // per_epoch + 1)]
        if rest == []:
            assert shown(next(iter(second))) == items[at + 1]
        second.stream.close()


def test_one_worker_goes_on_where_the_iteration_before_ended_and_several_are_refused(endpoint: str) -> None:
    data = dataset(endpoint)
    epochs = [[shown(item) for item in DataLoader(data, batch_size=None, num_workers=1)] for _ in range(2)]
    assert [len(data), *map(len, epochs)] == [EPOCH] * 3
    alone = dataset(endpoint)
    assert epochs == [[shown(item) for item in alone] for _ in range(2)]
    alone.stream.close()
    with pytest.raises(skelmix.ConfigError, match="2 workers can't do this: in mode 'broadcast' each would have the same"):
        list(DataLoader(data, batch_size=None, num_workers=2))


@pytest.mark.filterwarnings("ignore")  # torchdata's own, of newer versions of torch
def test_the_stateful_loader_of_torchdata_goes_on_with_a_worker(endpoint: str) -> None:
    stateful = pytest.importorskip("torchdata.stateful_dataloader").StatefulDataLoader
    whole = [shown(item) for item in stateful(dataset(endpoint), batch_size=None, num_workers=1)]
    for workers in (0, 1):
        loader = stateful(dataset(endpoint), batch_size=None, num_workers=workers)
        iterator = iter(loader)
        begun = [shown(next(iterator)) for _ in range(3)]
        state = saved(loader.state_dict())
        del iterator
        again = stateful(dataset(endpoint), batch_size=None, num_workers=workers)
        again.load_state_dict(state)
        assert begun + [shown(item) for item in again] == whole


@pytest.mark.parametrize("batch_size", [8, 5, 12])
def test_a_loader_goes_on_behind_its_last_batch_whatever_its_size(endpoint: str, batch_size: int) -> None:
    def make() -> skelmix.Loader:
        return skelmix.Loader(
            endpoint, batch_size, epoch_size=40, fields=("x", "y", "ids"), mode="broadcast", **WAIT
        )

    first = make()
    batches, states = [], []
    for _ in range(2):
        for batch in first:
            batches.append(shown(batch))
            states.append(saved(first.state_dict()))
    first.close()
    length = len(first)
    for at in range(length + 1):
        with make() as second:
            second.load_state_dict(states[at])
            assert [shown(batch) for batch in second] == batches[at + 1 : length * (at // length + 1)]
            if at < length:
                assert [shown(batch) for batch in second] == batches[length : 2 * length]


def test_a_loader_by_index_goes_on_in_its_order(endpoint: str) -> None:
    def make() -> skelmix.Loader:
        return skelmix.Loader(endpoint, 10, fields=("x", "index"), deterministic=True, **WAIT)

    first = make()
    batches, states = [], []
    for _ in range(2):
        for batch in first:
            batches.append(shown(batch))
            states.append(saved(first.state_dict()))
    first.close()
    length = len(first)
    assert batches[0][1] != batches[length][1]  # shuffled anew
    for at in (0, 1, length - 1, length):
        with make() as second:
            second.load_state_dict(states[at])
            got = [shown(batch) for batch in second]
            assert got == batches[at + 1 : length * (at // length + 1)]
            if at < length:
                assert [shown(batch) for batch in second] == batches[length:]


def test_a_feeder_goes_on_behind_its_last_item_and_by_index_with_its_counts(endpoint: str) -> None:
    feeder = Feeder(endpoint=endpoint, fields=("x", "ids"), mode="broadcast", **WAIT)
    for at in range(11):
        feeder[at]
    state = saved(feeder.state_dict())
    wanted = [shown(feeder[at]) for at in range(10)]
    feeder.close()
    again = Feeder(endpoint=endpoint, fields=("x", "ids"), mode="broadcast", **WAIT)
    again.load_state_dict(state)
    assert [shown(again[at]) for at in range(10)] == wanted
    again.close()

    exact = Feeder(endpoint=endpoint, deterministic=True, **WAIT)
    for at in (0, 1, 1):
        exact[at]
    state = saved(exact.state_dict())
    wanted = [shown(exact[at]) for at in (0, 1, 2)]
    exact.load_state_dict(state)
    assert [shown(exact[at]) for at in (0, 1, 2)] == wanted
    with pytest.raises(skelmix.ConfigError, match="streamed must be a Mapping"):
        again.load_state_dict(state)
    with pytest.raises(skelmix.ConfigError, match="it is of 2 samples, this feeder has"):
        exact.load_state_dict({"uses": [0, 1, 1]})
    exact.close()


def test_ranks_of_a_loader_have_equal_shares(endpoint: str) -> None:
    ranks = [
        skelmix.Loader(endpoint, epoch_size=41, mode="lockstep", rank=rank, world=2, group="loaders", **WAIT)
        for rank in range(2)
    ]
    assert [len(loader) for loader in ranks] == [21 // 8] * 2
    for loader in ranks:
        loader.close()


def test_a_dataset_knows_its_length_in_lockstep_without_taking_a_place(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "4")
    data = skelmix.SkelmixDataset(endpoint, mode="lockstep", **PATIENCE)
    assert len(data) == 2
    assert len(skelmix.StreamDataset(endpoint, mode="lockstep", **PATIENCE)) == 16
