"""State and resume against the real server: bit-equal in strict mode, at every step, through restarts."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple

import pytest
from real_server import PATIENCE, REPOSITORY, SMALL, RealServer, free_port, needs_build, needs_node, running

import skelmix

EPOCH = 50
STRICT = (*SMALL, "--mix-mode", "strict", "--epoch-size", str(8 * EPOCH))

pytestmark = [needs_node, needs_build]

Connect = Callable[..., skelmix.Stream]


def bits(batch: skelmix.Batch) -> Tuple[Any, ...]:
    """All of a batch that must come again, to the bit."""
    arrays = hashlib.sha256()
    for array in (batch.x, batch.y, batch.origin, batch.weight):
        arrays.update(array.tobytes())
    return (arrays.hexdigest(), batch.ids, batch.seq, batch.epoch, batch.step, batch.rev, batch.ratio.target)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("strict"), *STRICT) as server:
        yield server.endpoints[0]


@pytest.fixture(scope="module")
def whole(endpoint: str) -> Tuple[List[Tuple[Any, ...]], List[Dict[str, Any]]]:
    """The uninterrupted loop: an epoch and the beginning of the next, and the state before each of its batches."""
    wanted, states = [], []
    with skelmix.connect(endpoint, mode="broadcast", output="numpy", **PATIENCE) as stream:
        for step in range(EPOCH + 4):
            states.append(json.loads(json.dumps(stream.state_dict())))  # as a checkpoint would hold it
            wanted.append(bits(next(stream)))
            if step in (15, 33):
                stream.set("paused", False)  # a change in the middle of what is resumed
    return wanted, states


def resumed(endpoint: str, state: Dict[str, Any], **options: Any) -> skelmix.Stream:
    stream = skelmix.Stream(endpoint, mode="broadcast", output="numpy", **{**PATIENCE, **options})
    stream.load_state_dict(state)
    return stream


def test_a_loop_resumed_at_any_step_of_an_epoch_gets_the_same_bits_twice_in_a_row(endpoint: str, whole: Any) -> None:
    wanted, states = whole
    assert [state["epoch"] * EPOCH + state["step"] for state in states] == list(range(EPOCH + 4))
    for at, state in enumerate(states[: EPOCH + 1]):
        with resumed(endpoint, state) as first:
            got = [bits(next(first)) for _ in range(2)]
            again = first.state_dict()
        with resumed(endpoint, again) as second:
            got += [bits(next(second))]
        assert got == wanted[at : at + 3], f"resumed at step {at}"


def test_a_loop_resumed_in_the_middle_of_an_epoch_ends_with_it(endpoint: str, whole: Any) -> None:
    wanted, states = whole
    with resumed(endpoint, states[31]) as stream:
        assert [bits(batch) for batch in stream.epoch()] == wanted[31:EPOCH]
        assert bits(next(stream)) == wanted[EPOCH]


def test_a_state_of_an_epochs_last_batch_ends_the_loop_over_it_at_once(endpoint: str, whole: Any) -> None:
    wanted, states = whole
    with resumed(endpoint, states[48]) as stream:
        for batch in stream.epoch():
            inside = stream.state_dict()
        assert (inside["epoch"], inside["step"]) == (0, EPOCH)
        after = stream.state_dict()
        assert (after["epoch"], after["step"]) == (1, 0)
    with resumed(endpoint, inside) as stream:
        assert stream.state_dict() == inside
        assert list(stream.epoch()) == []
        assert bits(next(stream.epoch())) == wanted[EPOCH]
    for state in (inside, after):
        with resumed(endpoint, state) as stream:
            assert bits(next(stream)) == wanted[EPOCH]


def test_a_connected_stream_goes_where_its_state_says_whether_or_not_it_has_begun(endpoint: str, whole: Any) -> None:
    wanted, states = whole
    with skelmix.connect(endpoint, mode="broadcast", output="numpy", **PATIENCE) as stream:
        stream.load_state_dict(states[7])
        assert [bits(next(stream)) for _ in range(3)] == wanted[7:10]
        stream.load_state_dict(states[40])
        assert [bits(next(stream)) for _ in range(3)] == wanted[40:43]


def test_a_batch_that_was_given_back_does_not_count(endpoint: str, whole: Any) -> None:
    wanted, states = whole
    with resumed(endpoint, states[20], credit=1) as stream:
        assert bits(next(stream)) == wanted[20]
        stream.give_back("not now")
        assert stream.state_dict()["step"] == 20
        again = next(stream)
        assert again.redelivered and bits(again) == wanted[20]
        stream.touch()
        assert stream.state_dict()["step"] == 21


def test_a_batch_that_was_given_back_comes_again_behind_those_under_way_and_the_state_waits_for_it(
    endpoint: str, whole: Any
) -> None:
    wanted, states = whole
    with resumed(endpoint, states[20], credit=3) as stream:
        next(stream)
        stream.give_back()
        seen = []
        while not seen or not seen[-1].redelivered:
            seen.append(next(stream))
            assert stream.state_dict()["step"] == (20 if not seen[-1].redelivered else 20 + len(seen))
        assert sorted(map(bits, seen), key=lambda row: row[2]) == wanted[20 : 20 + len(seen)]


def test_the_third_time_a_batch_is_dropped_and_said_so(
    endpoint: str, whole: Any, caplog: pytest.LogCaptureFixture
) -> None:
    wanted, states = whole
    with resumed(endpoint, states[5], credit=1) as stream:
        for _ in range(3):
            assert bits(next(stream)) == wanted[5]
            stream.give_back("has no joints")
        assert bits(next(stream)) == wanted[6]
        assert "was given back 3 times and is dropped, the last time because: has no joints" in caplog.text
        assert stream.state_dict()["step"] == 7
        assert stream.stats()["server.poisoned"] >= 1


def test_feedback_reaches_the_server(endpoint: str) -> None:
    with skelmix.connect(endpoint, output="numpy", **PATIENCE) as stream:
        values = [None] * len(stream.classes)
        values[2] = 0.75
        stream.feedback("loss", values, 12)
        stats = stream.stats()
        assert any("feedback" in name and value == 0.75 for name, value in stats.items()), stats
        for kind, wrong in (("mood", values), ("loss", values[:-1])):
            with pytest.raises(skelmix.ConfigError) as caught:
                stream.feedback(kind, wrong, 12)
            assert caught.value.code == "CONFIG_INVALID"


def test_a_shared_stream_goes_on_where_its_state_was_if_nobody_else_consumes_it(
    endpoint: str, connect: Connect
) -> None:
    stream = connect(endpoint, group="mine", credit=1, **PATIENCE)
    for _ in range(3):
        next(stream)
    state = stream.state_dict()
    assert (state["epoch"], state["step"]) == (0, 3)
    seen = [bits(next(stream)) for _ in range(4)]
    other = connect(endpoint, group="mine", **PATIENCE)
    with pytest.raises(skelmix.ConfigError, match="others consume it") as caught:
        other.load_state_dict(state)
    assert caught.value.code == "CONFIG_CONFLICT"
    other.close()
    stream.load_state_dict(state)
    assert [bits(next(stream)) for _ in range(4)] == seen


@pytest.mark.parametrize(
    "state", [None, {}, {"form": 2}, {"form": 1, "epoch": -1}, {"form": 1, "epoch": 0, "step": True}]
)
def test_what_is_no_state_is_refused_before_anything_happens(state: Any) -> None:
    with pytest.raises(skelmix.ConfigError, match="the state can't be loaded") as caught:
        skelmix.Stream("tcp://127.0.0.1:1").load_state_dict(state)
    assert caught.value.code == "CONFIG_INVALID"


def test_a_stream_by_index_has_no_place() -> None:
    with pytest.raises(skelmix.ConfigError, match="no place to go on from"):
        skelmix.Stream("tcp://127.0.0.1:1", mode="indexed").state_dict()


def test_synthetic_batches_come_again_to_the_bit_on_both_sides_of_a_changed_ratio(tmp_path: Path) -> None:
    if not (REPOSITORY / "models" / "puppet" / "denoiser.safetensors").exists():
        pytest.skip("the puppet's model is not there")
    mixed = ("--data", "puppet:4", "--ratio", "0.5", "--mix-mode", "strict", "--batch-size", "4", "--frames", "16")
    fast = ("--epoch-size", "40", "--generator-preset", "fast", "--generator-group-size", "4")
    patience = {key: 150.0 for key in PATIENCE}
    with running(tmp_path / "mixed", *mixed, *fast) as server:
        wanted, states, synthetic = [], [], 0
        with skelmix.connect(server.endpoints[0], mode="broadcast", output="numpy", **patience) as stream:
            for step in range(12):
                states.append(stream.state_dict())
                batch = next(stream)
                wanted.append(bits(batch))
                synthetic += batch.mix.fresh
                if step == 4:
                    stream.ratio = 0.25
        assert synthetic > 12 and {row[-1] for row in wanted} == {0.5, 0.25}
        for at in (3, 5, 9):
            with resumed(server.endpoints[0], states[at], **patience) as stream:
                assert [bits(next(stream)) for _ in range(3)] == wanted[at : at + 3]


# Restarts.


def restarted(server: RealServer, at: int, stream: skelmix.Stream, steps: int) -> List[Tuple[Any, ...]]:
    """The bits of so many batches, with a kill -9 of the server while batch `at` is in hand and its start a while later."""
    seen = []
    starter = threading.Thread(target=server.start)
    for step in range(steps):
        seen.append(bits(next(stream)))
        if step == at:
            server.kill()
            starter.start()
    starter.join()
    return seen


def test_a_server_that_is_killed_and_started_again_with_its_journal_goes_on_with_the_next_batch(
    tmp_path: Path, endpoint: str, whole: Any, caplog: pytest.LogCaptureFixture
) -> None:
    wanted, _ = whole
    journal = ("--journal", str(tmp_path / "journal"))
    caplog.set_level(logging.WARNING, "skelmix")
    with running(tmp_path / "server", *STRICT, *journal, port=free_port()) as server:
        with skelmix.connect(
            server.endpoints[0], mode="broadcast", output="numpy", reconnect_timeout_s=60, **PATIENCE
        ) as stream:
            stream.set("paused", False)
            seen = restarted(server, 17, stream, 40)
            assert [row[:5] for row in seen] == [row[:5] for row in wanted[:40]]
            # Up to three more had come before it was killed.
            assert re.search(r"was restarted; the stream goes on at epoch 0, step (18|19|20|21)\b", caplog.text)
            assert stream.rev == 1
            state = stream.state_dict()
            assert (state["epoch"], state["step"]) == (0, 40)


def test_a_shared_stream_loses_nothing_when_its_server_is_killed_and_started_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = ("--journal", str(tmp_path / "journal"))
    with running(tmp_path / "server", *STRICT, *journal, port=free_port()) as server:
        with skelmix.connect(server.endpoints[0], output="numpy", reconnect_timeout_s=60, **PATIENCE) as stream:
            seqs = [row[2] for row in restarted(server, 17, stream, EPOCH)]
    assert set(seqs) == set(range(max(seqs) + 1))
    assert len(seqs) - len(set(seqs)) <= 4  # the one in hand, and acknowledgements under way
    assert "was restarted; the stream goes on at the place in its own books" in caplog.text


def test_a_server_that_is_started_again_without_its_journal_refuses_the_place_unless_forced(tmp_path: Path) -> None:
    with running(tmp_path / "server", *STRICT, port=free_port()) as server:
        stream = skelmix.connect(server.endpoints[0], mode="broadcast", output="numpy", reconnect_timeout_s=60, **PATIENCE)
        stream.set("paused", False)
        first = [bits(next(stream)) for _ in range(9)]
        state = stream.state_dict()
        server.kill()
        server.start()
        with pytest.raises(skelmix.ConfigError, match="started anew without its journal") as caught:
            for _ in range(10):
                next(stream)
        assert caught.value.code == "CONFIG_CONFLICT"
        stream.close()
        forced = skelmix.Stream(server.endpoints[0], mode="broadcast", output="numpy", **PATIENCE)
        forced.load_state_dict(state, force=True)
        batch = next(forced)
        assert batch.seq == 9 and batch.rev == 0 and len(first) == 9
        forced.close()
