"""What a stream says of itself."""

from __future__ import annotations

from typing import Tuple

from .connection import Connection
from .info import Layout, Shape, StreamInfo


class Described:
    """The server's WELCOME by its parts."""

    def _link(self) -> Connection:
        raise NotImplementedError

    @property
    def info(self) -> StreamInfo:
        """Everything the server said in its WELCOME."""
        info = self._link().session.info
        assert info is not None
        return info

    @property
    def shape(self) -> Shape:
        """Axis sizes of a batch: N, C, T, V, M."""
        return self.info.shape

    @property
    def batch_size(self) -> int:
        return self.info.shape.N

    @property
    def epoch_batches(self) -> int:
        """Batches of one epoch, over all consumers together."""
        return self.info.epoch_batches

    @property
    def epoch_size(self) -> int:
        """Samples of one epoch, over all consumers together."""
        return self.info.epoch_size

    @property
    def classes(self) -> Tuple[str, ...]:
        return self.info.classes

    @property
    def layout(self) -> Layout:
        return self.info.layout
