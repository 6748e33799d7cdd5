"""The state of a loop: taken for a checkpoint, and gone back to."""

from __future__ import annotations

import logging
import os
from typing import Any, Dict, Mapping, Optional

from .connection import Connection
from .deliveries import Lease
from .errors import ConfigError, TransportError
from .session import PLACED_MODES
from .state import Place, StreamState, parse_state

logger = logging.getLogger("skelmix")

#: Longest wait for an answer to SEEK and STATE.
_ANSWER_S = 10.0


class Resumable:
    """`state_dict` and `load_state_dict` of a stream, in the convention of PyTorch's stateful loaders."""

    _endpoint: str
    _options: Mapping[str, Any]
    _connection: Optional[Connection]
    _pid: int
    _closed: bool
    _held: Optional[Lease]

    def _link(self) -> Connection:
        raise NotImplementedError

    def _reset(self) -> None:
        self._start: Optional[StreamState] = None
        self._force = False
        #: The epoch whose END the loop over it has yet to reach, and one that was at its end when its state was taken.
        self._open_epoch: Optional[int] = None
        self._resumed_end: Optional[int] = None

    def state_dict(self) -> Dict[str, Any]:
        """Where to go on after a crash or a pause, for a checkpoint: plain data, in the convention of PyTorch's stateful loaders.

        Counts every batch that was handed out, the one in hand too, so take it when the step on that batch is done. In
        `broadcast` and `lockstep` it needs no answer of the server; in `share` it is the place of the whole group.
        Raises TransportError TIMEOUT, PEER_GONE, CLOSED; ConfigError CONFIG_INVALID in mode `indexed`, which has no place.
        """
        return self.state_before_or_behind(True).as_dict()

    def load_state_dict(self, state: Mapping[str, Any], force: bool = False) -> None:
        """Goes on where `state_dict` was taken, here or in another process.

        The server must have the log of changes that the state was taken under (`--journal`); with `mix.mode` `strict` the
        batches are bit-equal to those of the uninterrupted loop. A stream that is not connected goes there as it connects.
        In `lockstep` all ranks load the same state. force: goes there although the log is another.
        Raises ConfigError CONFIG_CONFLICT where the server can't go there, CONFIG_INVALID for what is no state.
        """
        self._refuse_without_batches()
        wanted = parse_state(state)
        self._start, self._force = wanted, force
        connection = self._connection if self._pid == os.getpid() else None
        if self._closed or connection is None:
            return
        if not self._seek_unstarted(connection, wanted, force):
            connection.close("goes on at another place")
            self._reset()
            self._start, self._force = wanted, force
            self._link()

    def _seek_unstarted(self, connection: Connection, wanted: StreamState, force: bool) -> bool:
        """Moves a stream that has not begun; False where it must connect anew, which tells what is wrong."""
        session = connection.session
        joined, mode = session.joined, self._options["mode"]
        if session.started or joined is None or (mode != "share" and joined.group != wanted.group):
            return False
        try:
            self._seek(connection, wanted, force)
        except (ConfigError, TransportError):
            if mode != "lockstep":
                raise
            return False  # another rank is here, at the old place
        return True

    def _seek(self, connection: Connection, wanted: StreamState, force: bool) -> None:
        epoch, step = wanted.place
        connection.request(
            "SEEK", _ANSWER_S, epoch=epoch, step=step, logHash=wanted.log_hash or None, force=force or None
        )
        connection.act(lambda session: session.start_at(wanted.place))
        self._note_start(connection, wanted)

    def _note_start(self, connection: Connection, wanted: StreamState) -> None:
        joined = connection.session.joined
        assert joined is not None
        self._resumed_end = wanted.epoch if wanted.step >= joined.epoch_batches else None
        self._open_epoch = self._resumed_end
        if wanted.config_hash != joined.config_hash:
            logger.warning(
                "%s streams another configuration than the state was taken under (%s, now %s): the batches are not the same",
                self._endpoint,
                wanted.config_hash,
                joined.config_hash,
            )

    def state_before_or_behind(self, with_held: bool) -> StreamState:
        """The state behind the batch in hand, or before it, for those who hand it out in pieces."""
        self._refuse_without_batches()
        if self._start is not None and self._connection is None:
            return self._start  # not connected yet
        connection = self._connection if self._closed and self._connection else self._link()
        session, held = connection.session, self._held
        if with_held and held is not None:
            self._held = None
            connection.act(lambda session: session.acknowledge(held))
        place, rev, log_hash = session.progress.place if with_held else session.progress.before, session.rev, session.log_hash
        if place is None or self._options["mode"] not in PLACED_MODES:
            answer = connection.request("STATE", _ANSWER_S)
            place = Place(int(answer["epoch"]), int(answer["ackedStep"]))
            rev, log_hash = int(answer["rev"]), str(answer["logHash"])
        joined = session.joined
        assert joined is not None
        if self._open_epoch is not None and place == (self._open_epoch + 1, 0):
            place = Place(self._open_epoch, joined.epoch_batches)
        return StreamState(
            *place,
            rev=rev,
            log_hash=log_hash,
            group=joined.group or "",
            session=joined.session,
            config_hash=joined.config_hash,
        )

    def _refuse_without_batches(self) -> None:
        if self._options["mode"] == "indexed":
            raise ConfigError("CONFIG_INVALID", "a stream in mode 'indexed' has no place to go on from", {"field": "mode"})
