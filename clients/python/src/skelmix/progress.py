"""Which batches of a loop are processed, in the modes where the consumer has all of them in order."""

from __future__ import annotations

from typing import Optional, Set

from .state import Place


class Progress:
    """The place behind all that was handed out, although a batch that was given back may come again behind later ones."""

    def __init__(self, place: Optional[Place] = None) -> None:
        #: The batch to go on with; None before anything is known.
        self.place = place
        #: The place before the last batch that was handed out.
        self.before = place
        #: The last batch that was handed out.
        self.last: Optional[Place] = None
        self._ahead: Set[Place] = set()
        self._length = 1

    def within(self, length: int) -> None:
        """Says how many batches an epoch has: a place behind the last of them is the next epoch's first."""
        self._length = length
        if self.place is not None and self.place.step >= length:
            self.place = self.before = Place(self.place.epoch + 1, 0)

    def add(self, at: Place, length: int) -> None:
        """A batch of an epoch of `length` batches is handed out, and from now on counts as processed."""
        self._length = length
        self.last = at
        self.before = self.place = self.place or at
        if at >= self.place:
            self._ahead.add(at)
            self._catch_up()

    def undo(self) -> None:
        """The last batch that was handed out is not processed after all."""
        if self.last is None or self.place is None or self.before is None:
            return
        self._ahead.discard(self.last)
        if self.last == self.before:
            passed = self._behind(self.before)
            while passed < self.place:
                self._ahead.add(passed)
                passed = self._behind(passed)
            self.place = self.before

    def drop(self, at: Place) -> None:
        """A batch that was given back will not come again."""
        if self.place is not None and at >= self.place:
            self._ahead.add(at)
            self._catch_up()

    def restart(self) -> None:
        """Everything from the place on comes again."""
        self._ahead.clear()

    def _catch_up(self) -> None:
        while self.place is not None and self.place in self._ahead:
            self._ahead.discard(self.place)
            self.place = self._behind(self.place)

    def _behind(self, place: Place) -> Place:
        return Place(place.epoch, place.step + 1) if place.step + 1 < self._length else Place(place.epoch + 1, 0)
