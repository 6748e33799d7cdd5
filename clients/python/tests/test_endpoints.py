"""Which address is taken, and the options of connect."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, Callable, Dict

import numpy as np
import pytest
from fake_server import FakeServer

import skelmix

Serve = Callable[..., FakeServer]
Connect = Callable[..., skelmix.Stream]


def test_the_local_endpoint_is_preferred_on_one_host(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    ipc = f"ipc://{tmp_path}/s"
    server = serve(more_endpoints=(ipc,), host=socket.gethostname())
    stream = connect(server.endpoint)
    assert stream.endpoint == ipc and next(stream).seq == 0
    assert server.consumers() == 1 and server.headers("BYE")[0]["reason"] == f"goes on over {ipc}"
    assert connect(server.endpoint, prefer_ipc=False).endpoint == server.endpoint


def test_a_local_endpoint_that_does_not_answer_is_given_up(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    path = f"{tmp_path}/dead"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
        server = serve(host=socket.gethostname())
        server.welcome_header["endpoints"] = [server.endpoint, f"ipc://{path}"]
        stream = connect(server.endpoint)
        assert stream.endpoint == server.endpoint and next(stream).seq == 0


@pytest.mark.parametrize("host", ["elsewhere", "here"])
def test_an_ipc_endpoint_of_another_host_or_file_system_is_left_alone(
    serve: Serve, connect: Connect, tmp_path: Path, host: str
) -> None:
    server = serve(host=socket.gethostname() if host == "here" else host)
    path = tmp_path / "s"
    if host == "elsewhere":
        path.touch()
    server.welcome_header["endpoints"] = [server.endpoint, f"ipc://{path}", "ipc://@abstract"]
    assert connect(server.endpoint).endpoint == server.endpoint


def test_the_endpoint_comes_from_the_environment(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve()
    monkeypatch.setenv("SKELMIX_ENDPOINT", server.endpoint)
    with skelmix.connect(output="numpy") as stream:
        assert stream.endpoint == server.endpoint


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"credit": 0}, "credit must be a whole number of at least 1, got 0"),
        ({"output": "jax"}, "output must be 'auto', 'numpy' or 'torch', got 'jax'"),
        ({"dtype": "<f8"}, "dtype must be"),
        ({"batch_timeout_s": -1}, "batch_timeout_s must be a number of seconds above 0, got -1"),
        ({"connect_timeout_s": None}, "connect_timeout_s must be"),
    ],
)
def test_a_wrong_option_is_refused_with_its_value(options: Dict[str, Any], words: str) -> None:
    with pytest.raises(skelmix.ConfigError, match=words) as caught:
        skelmix.connect("tcp://127.0.0.1:1", **options)
    assert caught.value.code == "CONFIG_INVALID"


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(skelmix.ConfigError, match="unknown option 'creditt'"):
        skelmix.Stream("tcp://127.0.0.1:1", creditt=3)


def test_output_is_numpy_or_torch_as_asked(serve: Serve, connect: Connect) -> None:
    torch = pytest.importorskip("torch")
    server = serve()
    assert isinstance(next(connect(server.endpoint, output="numpy")).x, np.ndarray)
    assert isinstance(next(connect(server.endpoint, output="torch")).x, torch.Tensor)
    assert isinstance(next(connect(server.endpoint, output="auto")).x, torch.Tensor)


def test_the_clients_memory_is_bounded_by_credit_when_nobody_asks(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint, credit=3)
    next(stream)
    server.until(lambda: server.seq == 3, "the granted batches")
    stream.stats()
    assert len(stream._link().session.deliveries) <= 2 and server.seq == 3
