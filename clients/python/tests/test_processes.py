"""Forks, pickles and errors that cross processes."""

from __future__ import annotations

import os
import pickle
from typing import Callable

from fake_server import FakeServer

import skelmix

Serve = Callable[..., FakeServer]
Connect = Callable[..., skelmix.Stream]


def test_a_connected_stream_is_refused_after_a_fork_and_harms_nothing(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint)
    next(stream)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            next(stream)
            os.write(writer, b"no error")
        except skelmix.TransportError as error:
            stream.close()
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    message = os.read(reader, 1000).decode()
    os.close(reader)
    os.close(writer)
    assert f"connected in process {os.getpid()}" in message and f"in process {child}" in message
    assert message.startswith("CLOSED") and "SkelmixDataset" in message
    assert [next(stream).seq for _ in range(5)] == [1, 2, 3, 4, 5]


def test_a_forked_child_can_open_its_own(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint)
    next(stream)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with skelmix.connect(server.endpoint, output="numpy") as own:
                status = 0 if next(own).seq >= 0 else 1
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert next(stream).seq >= 1


def test_a_pickled_stream_connects_anew_at_its_first_use(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint, credit=2)
    next(stream)
    copy = pickle.loads(pickle.dumps(stream))
    assert server.consumers() == 1 and "not connected" in repr(copy)
    assert copy.batch_size == 2
    assert server.consumers() == 2
    assert {next(copy).seq, next(stream).seq} == {2, 1}
    copy.close()


def test_errors_survive_the_way_from_a_worker_process() -> None:
    error = skelmix.ConfigError("CONFIG_INVALID", "words", {"got": 1.4})
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.code, str(copy), copy.details) == (type(error), error.code, str(error), error.details)
