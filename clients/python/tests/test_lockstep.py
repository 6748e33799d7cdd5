"""Distributed training over gloo: ranks in step against the real server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest
from real_server import PATIENCE, SMALL, free_port, needs_build, needs_node, served

import skelmix
from skelmix.ranks import run_group

pytest.importorskip("torch.distributed")

EPOCH = 10
RANK_SCRIPT = Path(__file__).with_name("lockstep_rank.py")

pytestmark = [needs_node, needs_build]

Connect = Callable[..., skelmix.Stream]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    arguments = ("--mix-mode", "strict", "--epoch-size", str(8 * EPOCH))
    with served(tmp_path_factory.mktemp("lockstep"), *SMALL, *arguments) as lines:
        yield lines[0]


def ranks(world: int, endpoint: str, victim: int = -1, fatal_step: int = -1) -> List[List[List[str]]]:
    """Runs so many ranks to their end; the words of the lines that each printed."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(skelmix.__file__).parents[1]),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(free_port()),
        "WORLD_SIZE": str(world),
        "TORCHELASTIC_RUN_ID": f"run-{world}-{victim}",
    }
    command = [sys.executable, str(RANK_SCRIPT), endpoint, str(victim), str(fatal_step)]
    children = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**environment, "RANK": str(rank)})
        for rank in range(world)
    ]
    try:
        outputs = [child.communicate(timeout=240)[0] for child in children]
    finally:
        for child in children:
            child.kill()
    expected = [0 if victim < 0 else -signal.SIGKILL if rank == victim else 3 for rank in range(world)]
    assert [child.returncode for child in children] == expected, outputs
    return [[line.split(maxsplit=2 if line.startswith("ended") else 3) for line in output.splitlines()] for output in outputs]


def rows(lines: List[List[str]], word: str) -> List[List[str]]:
    return [line[1:] for line in lines if line[0] == word]


@pytest.mark.parametrize("world", [2, 3])
def test_ranks_have_equal_counts_and_the_same_last_step_and_together_every_batch_once(world: int, endpoint: str) -> None:
    outputs = ranks(world, endpoint)
    steps = -(-EPOCH // world)
    for lines in outputs:
        assert rows(lines, "length") == [[str(steps)]]
        assert rows(lines, "epoch") == [[str(steps)], [str(steps)]]
        assert [row[1] for row in rows(lines, "batch")] == [str(step) for step in range(steps)] * 2
    seqs = sorted(int(row[2]) for lines in outputs for row in rows(lines, "batch"))
    assert seqs == list(range(2 * steps * world))


@pytest.mark.parametrize("world", [2, 3])
def test_a_killed_rank_is_an_error_on_the_others_within_ten_seconds_and_never_a_hang(world: int, endpoint: str) -> None:
    began = time.time()
    outputs = ranks(world, endpoint, victim=world - 1, fatal_step=2)
    for lines in outputs[:-1]:
        (ended,) = rows(lines, "ended")
        assert "PEER_GONE" in ended[1] and f"rank {world - 1} of {world} is gone" in ended[1]
        last = max(float(row[0]) for row in rows(lines, "lost") + rows(lines, "ended"))
        first = min(float(row[0]) for output in outputs[:-1] for row in rows(output, "lost"))
        assert began < first and last - first < 10


def both(endpoint: str, **options: Any) -> List[skelmix.Stream]:
    return [
        skelmix.connect(endpoint, mode="lockstep", rank=rank, world=2, output="numpy", **{**PATIENCE, **options})
        for rank in range(2)
    ]


def step(pair: List[skelmix.Stream]) -> List[Any]:
    """The next step, which comes once both have asked for it."""
    with ThreadPoolExecutor(2) as pool:
        return [batch.ids for batch in pool.map(next, pair)]


def test_all_ranks_go_on_from_the_same_state_whether_or_not_they_are_connected(endpoint: str) -> None:
    pair = both(endpoint, group="resumed")
    seen = [step(pair) for _ in range(7)]
    state = pair[0].state_dict()
    assert (state["epoch"], state["step"]) == (1, 2)  # an epoch has 5 steps of 2 ranks
    # One rank a step ahead of the other would be at another place; the trainer saves after a step of all.
    assert pair[1].state_dict()["step"] == 2
    first: Dict[str, Any] = {**state, "epoch": 0, "step": 3}
    for stream in pair:  # under way
        stream.load_state_dict(first)
    assert [step(pair) for _ in range(3)] == seen[3:6]
    for stream in pair:
        stream.close()
    pair = both(endpoint, group="resumed")  # connected, not begun
    for stream in pair:
        stream.load_state_dict(first)
    assert [step(pair) for _ in range(2)] == seen[3:5]
    for stream in pair:
        stream.close()


def test_a_rank_that_waits_for_another_names_it(endpoint: str) -> None:
    alone = skelmix.connect(
        endpoint, mode="lockstep", rank=0, world=2, group="alone", **{**PATIENCE, "first_batch_timeout_s": 4.0}
    )
    with pytest.raises(skelmix.TransportError, match=r"peer_slow \(rank 1 of 2 are not here yet\)"):
        next(alone)
    alone.close()


def test_a_batch_given_back_in_lockstep_ends_the_group_on_all_ranks(endpoint: str) -> None:
    pair = both(endpoint, group="given", credit=1)
    step(pair)
    pair[1].give_back("not a number")
    with pytest.raises(skelmix.TransportError, match="rank 1 of 2 is gone .gave a batch back: not a number.") as caught:
        for _ in range(3):
            next(pair[0])
    assert caught.value.code == "PEER_GONE"
    for stream in pair:
        stream.close()


# The environment.


def test_rank_and_world_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "3")
    options = skelmix.Stream("tcp://127.0.0.1:1", mode="lockstep")._options
    assert (options["rank"], options["world"]) == (1, 3)
    given = skelmix.Stream("tcp://127.0.0.1:1", mode="lockstep", rank=0, world=2)._options
    assert (given["rank"], given["world"]) == (0, 2)
    assert skelmix.Stream("tcp://127.0.0.1:1")._options["rank"] is None


@pytest.mark.parametrize(("name", "text"), [("RANK", None), ("WORLD_SIZE", ""), ("RANK", "first")])
def test_a_rank_that_is_nowhere_is_asked_for(monkeypatch: pytest.MonkeyPatch, name: str, text: Any) -> None:
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv(name) if text is None else monkeypatch.setenv(name, text)
    with pytest.raises(skelmix.ConfigError, match=f"environment variable {name} is .*torchrun"):
        skelmix.Stream("tcp://127.0.0.1:1", mode="lockstep")


@pytest.mark.parametrize(("run", "group"), [(None, None), ("", None), ("none", None), ("a1b2", "a1b2")])
def test_the_group_is_the_run_that_torchrun_names(monkeypatch: pytest.MonkeyPatch, run: Any, group: Any) -> None:
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    if run is not None:
        monkeypatch.setenv("TORCHELASTIC_RUN_ID", run)
    assert run_group() == group
