"""Whatever a server sends is read or refused: no other error, no growth."""

from __future__ import annotations

import tracemalloc

import msgpack
import pytest
from fuzzing import FRAMES, fuzz

import skelmix
from skelmix.wire import decode_header, decode_tensor

pytestmark = pytest.mark.skipif(not FRAMES.exists(), reason="no golden frames")


def test_ten_thousand_mutated_frames_are_read_or_refused_and_nothing_grows() -> None:
    marks = []

    def watch(number: int) -> None:
        if number in (2_000, 9_999):
            marks.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    try:
        outcome = fuzz(10_000, seed=1, each=watch)
    finally:
        tracemalloc.stop()
    assert not outcome.failures, next(iter(outcome.failures.items()))
    assert outcome.read > 1_000 and outcome.refused > 5_000
    assert marks[1] - marks[0] < 2 << 20


@pytest.mark.parametrize("deep", [b"\x91", b"\x81\xa1k"])
def test_a_header_that_is_nested_without_end_is_refused(deep: bytes) -> None:
    with pytest.raises(skelmix.TransportError) as caught:
        decode_header(deep * 100_000)
    assert caught.value.code == "PROTOCOL_MESSAGE"


@pytest.mark.parametrize("shape", [[2**32, 2**32], [2**64 - 1, 2], [0, 2**63], [1 << 40]])
def test_a_shape_beyond_what_is_there_is_refused_before_anything_is_made(shape: list) -> None:
    tensor = {"name": "x", "dtype": "<f4", "shape": shape, "data": b""}
    with pytest.raises((skelmix.TransportError, ValueError, OverflowError)):
        decode_tensor(msgpack.unpackb(msgpack.packb(tensor)), [])
