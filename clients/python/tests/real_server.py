"""`skelmix serve` as a child process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Iterator, List

import pytest

REPOSITORY = Path(__file__).parents[3]
MAIN = REPOSITORY / "dist" / "cli" / "main.js"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
needs_build = pytest.mark.skipif(not MAIN.exists(), reason="the server is not built: npm run build")


@contextlib.contextmanager
def served(folder: Path, *arguments: str) -> Iterator[List[str]]:
    """Endpoints of a server with these arguments, tcp then ipc, on a free port; it must end well on SIGTERM."""
    folder.mkdir(exist_ok=True)
    log = folder / "log"
    with log.open("w") as stderr:
        child = subprocess.Popen(
            ["node", str(MAIN), "serve", "--port", "0", "--print-endpoint", *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**os.environ, "XDG_RUNTIME_DIR": str(folder)},
        )
    assert child.stdout is not None
    try:
        lines = [child.stdout.readline().strip() for _ in range(2)]
        assert all(lines), f"the server did not start: {log.read_text()}"
        yield lines
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0, log.read_text()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
