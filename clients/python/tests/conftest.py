from __future__ import annotations

from typing import Any, Callable, Iterator

import pytest
from fake_server import FakeServer

import skelmix


@pytest.fixture
def serve() -> Iterator[Callable[..., FakeServer]]:
    """Starts fake servers; all are stopped after the test."""
    servers = []

    def start(*args: Any, **kwargs: Any) -> FakeServer:
        servers.append(FakeServer(*args, **kwargs))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def connect() -> Iterator[Callable[..., skelmix.Stream]]:
    """`skelmix.connect` with NumPy output; all streams are closed after the test."""
    streams = []

    def start(endpoint: str, **options: Any) -> skelmix.Stream:
        streams.append(skelmix.connect(endpoint, **{"output": "numpy", **options}))
        return streams[-1]

    yield start
    for stream in streams:
        stream.close()
