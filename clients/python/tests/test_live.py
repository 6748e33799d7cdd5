"""The client against the real server: `skelmix serve` as a child process, simulated puppets, no generator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Iterator, List, Set

import pytest
from real_server import PATIENCE, SMALL, needs_build, needs_node, served

import skelmix

EPOCH_BATCHES = 50

pytestmark = [needs_node, needs_build]

Connect = Callable[..., skelmix.Stream]


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[List[str]]:
    """Endpoints of a server with 50 batches of 8 clips an epoch: tcp, then ipc."""
    with served(tmp_path_factory.mktemp("live"), *SMALL, "--epoch-size", str(8 * EPOCH_BATCHES)) as lines:
        yield lines


def test_an_epoch_has_the_stated_number_of_batches_of_the_stated_shape(endpoints: List[str], connect: Connect) -> None:
    stream = connect(endpoints[0], **PATIENCE)
    assert stream.endpoint == endpoints[1]  # one host: the local socket is preferred
    assert stream.info.dataset == "puppet" and stream.info.simulated and len(stream.classes) == 12
    assert stream.epoch_batches == EPOCH_BATCHES
    for _ in range(2):
        batches = list(stream.epoch())
        assert [batch.step for batch in batches] == list(range(EPOCH_BATCHES))
        assert {batch.epoch for batch in batches} == {batches[0].epoch}
        assert {batch.x.shape for batch in batches} == {tuple(stream.shape)} == {(8, 3, 16, 20, 1)}
        assert not any(batch.is_synthetic.any() for batch in batches)
        for batch in batches:
            assert batch.x.flags.writeable and 0 < float(abs(batch.x).max()) < 100
            assert batch.y.min() >= 0 and batch.y.max() < 12 and len(set(batch.ids)) == 8


def test_float16_is_close_to_float32(endpoints: List[str], connect: Connect) -> None:
    exact = {clip: x for b in connect(endpoints[0], **PATIENCE).epoch() for clip, x in zip(b.ids, b.x)}
    half = connect(endpoints[0], dtype="<f2", prefer_ipc=False, **PATIENCE)
    assert half.endpoint == endpoints[0]
    for batch in half.epoch():
        for clip, x in zip(batch.ids, batch.x):
            assert abs(x - exact[clip]).max() <= 2e-3


def test_a_change_is_confirmed_and_shows_after_at_most_credit_batches(endpoints: List[str], connect: Connect) -> None:
    stream = connect(endpoints[0], credit=3, **PATIENCE)
    for _ in range(20):
        next(stream)  # also what the sessions of other tests gave back
    for _ in range(20):
        before = stream.rev
        change = stream.set("ratio", 0.0, if_rev=before)
        assert change.rev == before + 1 and stream.rev == change.rev
        old = 0
        while True:
            batch = next(stream)
            assert (batch.rev >= change.rev) == (batch.seq >= change.effective_seq)
            if batch.rev >= change.rev:
                break
            old += 1
        assert old <= 3


@pytest.mark.parametrize("ratio", [1.4, -0.1, float("nan")])
def test_a_ratio_out_of_range_is_refused_in_the_servers_words(
    endpoints: List[str], connect: Connect, ratio: float
) -> None:
    stream = connect(endpoints[0], **PATIENCE)
    rev = stream.rev
    with pytest.raises(skelmix.ConfigError, match="ratio") as caught:
        stream.ratio = ratio
    assert caught.value.code == "CONFIG_INVALID" and caught.value.details["field"] == "ratio"
    assert stream.ratio == 0 and stream.rev == rev


def test_an_outdated_revision_is_a_conflict(endpoints: List[str], connect: Connect) -> None:
    with pytest.raises(skelmix.ConfigError) as caught:
        connect(endpoints[0], **PATIENCE).set("ratio", 0.0, if_rev=10_000)
    assert caught.value.code == "CONFIG_CONFLICT"


def test_a_paused_stream_names_the_pause_and_goes_on(endpoints: List[str], connect: Connect) -> None:
    stream = connect(endpoints[0], **{**PATIENCE, "batch_timeout_s": 4.0})
    next(stream)
    stream.paused = True
    try:
        with pytest.raises(skelmix.TransportError, match="within 4 s; the server's last reason: paused"):
            for _ in range(10):
                next(stream)
    finally:
        stream.paused = False
    next(stream)


def test_statistics_have_figures(endpoints: List[str], connect: Connect) -> None:
    stream = connect(endpoints[0], **PATIENCE)
    next(stream)
    stats = stream.stats()
    assert stats["server.batchesSent"] >= 1 and stats["server.consumers"] >= 1


def test_two_consumers_share_an_epoch_without_overlap(endpoints: List[str], connect: Connect) -> None:
    streams = [connect(endpoints[0], credit=2, **PATIENCE) for _ in range(2)]
    rows = [[], []]  # type: List[List[skelmix.Batch]]
    for _ in range(40):
        for row, stream in zip(rows, streams):
            row.append(next(stream))
    numbers = [[batch.seq for batch in row if not batch.redelivered] for row in rows]
    assert not set(numbers[0]) & set(numbers[1])
    together = sorted(numbers[0] + numbers[1])
    missing = set(range(together[0], together[-1])) - set(together)
    assert len(missing) <= 2 * 2  # under way to one of them


CONSUMER = """
import sys
import skelmix

stream = skelmix.connect(sys.argv[1], output="numpy", credit=4, connect_timeout_s=60, first_batch_timeout_s=60)
for batch in stream:
    # Finished; it is acknowledged with the request for the next one.
    print(batch.seq, int(batch.redelivered), flush=True)
"""


def test_kill_9_of_a_consumer_loses_nothing(endpoints: List[str], connect: Connect) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(skelmix.__file__).parents[1])}
    victim = subprocess.Popen(
        [sys.executable, "-c", CONSUMER, endpoints[0]], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert victim.stdout is not None
    lines = [victim.stdout.readline() for _ in range(10)]
    survivor = connect(endpoints[0], **PATIENCE)
    got = [next(survivor) for _ in range(10)]
    victim.kill()
    lines += victim.stdout.read().splitlines(keepends=True)
    victim.stdout.close()
    assert victim.wait() == -signal.SIGKILL
    finished = [tuple(map(int, line.split())) for line in lines if line.endswith("\n")]
    # Batches that streams of earlier tests left behind come again too; what counts begins with the victim's first new one.
    first = min(seq for seq, redelivered in finished if not redelivered)
    # Everything up to the victim's last batch, and what it held, must come out here; it comes before new ones or among them.
    last = max(seq for seq, _ in finished) + 5
    done = {seq for seq, _ in finished}
    deadline = time.monotonic() + 30

    def missing() -> Set[int]:
        return set(range(first, last)) - done - {batch.seq for batch in got}

    while got[-1].seq < last or missing() or not any(batch.redelivered and batch.seq >= first for batch in got):
        got.append(next(survivor))
        assert time.monotonic() < deadline, f"still missing {missing()}"
    assert sum(batch.redelivered and batch.seq >= first for batch in got) <= 4
