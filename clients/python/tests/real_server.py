"""`skelmix serve` as a child process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Iterator, List

import pytest

REPOSITORY = Path(__file__).parents[3]
MAIN = REPOSITORY / "dist" / "cli" / "main.js"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
needs_build = pytest.mark.skipif(not MAIN.exists(), reason="the server is not built: npm run build")

#: Simulated puppets, 8 clips a batch of 16 frames; made by their numbers alone, without a generator.
SMALL = ("--data", "puppet:4", "--ratio", "0", "--batch-size", "8", "--frames", "16")
#: Children start slowly on a busy machine.
PATIENCE = {"connect_timeout_s": 60.0, "first_batch_timeout_s": 60.0, "batch_timeout_s": 60.0}


def free_port() -> int:
    """A port that nobody listens on now, for a server that shall come back on it."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


class RealServer:
    """One `skelmix serve`: `endpoints` are tcp, then ipc."""

    def __init__(self, folder: Path, *arguments: str, port: int = 0) -> None:
        folder.mkdir(exist_ok=True)
        self.log = folder / "log"
        self._command = ["node", str(MAIN), "serve", "--port", str(port), "--print-endpoint", *arguments]
        self._environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
        self.start()

    def start(self) -> None:
        """Starts it, again after `kill`; returns when consumers can connect."""
        with self.log.open("a") as stderr:
            self.child = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=self._environment
            )
        assert self.child.stdout is not None
        self.endpoints: List[str] = [self.child.stdout.readline().strip() for _ in range(2)]
        assert all(self.endpoints), f"the server did not start: {self.log.read_text()}"

    def kill(self) -> None:
        """kill -9."""
        self.child.kill()
        self.child.wait()
        assert self.child.stdout is not None
        self.child.stdout.close()

    def stop(self) -> None:
        """Ends it with SIGTERM, which must go well."""
        self.child.send_signal(signal.SIGTERM)
        assert self.child.wait(30) == 0, self.log.read_text()


@contextlib.contextmanager
def running(folder: Path, *arguments: str, port: int = 0) -> Iterator[RealServer]:
    """A server with these arguments, on a free port unless one is named."""
    server = RealServer(folder, *arguments, port=port)
    try:
        yield server
        server.stop()
    finally:
        server.kill()


@contextlib.contextmanager
def served(folder: Path, *arguments: str) -> Iterator[List[str]]:
    """Endpoints of a server with these arguments, tcp then ipc, on a free port; it must end well on SIGTERM."""
    with running(folder, *arguments) as server:
        yield server.endpoints
