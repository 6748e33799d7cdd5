"""The place behind what was processed, whatever is given back and comes again."""

from __future__ import annotations

import random
from typing import List

import pytest

from skelmix.progress import Progress
from skelmix.state import Place

LENGTH = 4


def at(seq: int) -> Place:
    return Place(seq // LENGTH, seq % LENGTH)


def test_batches_in_order_move_the_place_over_epochs() -> None:
    progress = Progress()
    assert progress.place is None
    for seq in range(3, 11):
        progress.add(at(seq), LENGTH)
        assert (progress.before, progress.place) == (at(seq), at(seq + 1))


def test_a_place_behind_an_epochs_last_batch_is_the_next_epochs_first() -> None:
    progress = Progress(Place(2, LENGTH))
    progress.within(LENGTH)
    assert progress.place == Place(3, 0)
    progress.add(Place(3, 0), LENGTH)
    assert progress.place == Place(3, 1)


@pytest.mark.parametrize("seed", range(50))
def test_the_place_is_the_lowest_batch_that_is_not_processed(seed: int) -> None:
    numbers = random.Random(seed)
    progress, processed, queue, new = Progress(at(0)), set(), [], 0
    for _ in range(60):
        if queue and numbers.random() < 0.5:
            seq = queue.pop(0)
        else:
            seq, new = new, new + 1
        progress.add(at(seq), LENGTH)
        processed.add(seq)
        if numbers.random() < 0.3:
            progress.undo()
            processed.discard(seq)
            if numbers.random() < 0.3:
                progress.drop(at(seq))  # the server says that nobody can process it
                processed.add(seq)
            else:
                queue.append(seq)
        lowest = next(seq for seq in range(new + 1) if seq not in processed)
        assert progress.place == at(lowest)


def test_after_a_new_session_everything_from_the_place_on_comes_again() -> None:
    progress = Progress(at(0))
    progress.add(at(0), LENGTH)
    progress.undo()
    seen: List[int] = [1, 2]
    for seq in seen:
        progress.add(at(seq), LENGTH)
    assert progress.place == at(0)
    progress.restart()
    for seq in range(4):
        progress.add(at(seq), LENGTH)
        assert progress.place == at(seq + 1)
    progress.add(at(1), LENGTH)  # a batch of before that comes late
    assert progress.place == at(4)
