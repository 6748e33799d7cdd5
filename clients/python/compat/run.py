"""Trains real recognizers from a stream and compares their loaders' items with ours; see README.md."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import recordings
from report import MARK

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]
SERVER = REPOSITORY / "dist" / "cli" / "main.js"


class Check(NamedTuple):
    """What is run for a recognizer."""

    #: Its script, with first arguments.
    script: List[str]
    #: The data set that it is served.
    data: str
    split: str = "xsub/train"
    #: Share of synthetic samples.
    ratio: float = 0


CHECKS: Dict[str, Check] = {
    "st-gcn": Check(["st_gcn.py"], "stgcn"),
    "ctr-gcn": Check(["graph_networks.py", "ctr-gcn"], "ctrgcn"),
    "skateformer": Check(["graph_networks.py", "skateformer"], "ctrgcn"),
    "pyskl": Check(["pyskl_toolbox.py"], "pyskl"),
}

#: The same on NW-UCLA, with synthetic samples of the bundled model.
ON_NW_UCLA: Dict[str, Check] = {
    name: Check(["nw_ucla.py", name], "nw-ucla", "xview/train", 0.5) for name in ("ctr-gcn", "skateformer")
}


#: What `skelmix generate` writes for a recognizer, the ending of the file, and the check of it.
EXPORTS: Dict[str, Tuple[str, str, Check]] = {
    "ctr-gcn": ("ctrgcn-npz", "npz", Check(["exported.py", "ctr-gcn"], "ctrgcn", "train")),
    "pyskl": ("pyskl-pkl", "pkl", Check(["exported.py", "pyskl"], "pyskl", "train")),
}


def generate(folder: Path, form: str, ending: str) -> Path:
    """Writes synthetic clips of 25 joints, by a model of a few weights that is trained on the recordings if need be."""
    model, file = folder / "model", folder / f"synthetic.{ending}"
    train = [
        "--data",
        f"ctrgcn:{folder / 'recordings' / 'ctrgcn'}",
        "--split",
        "xsub/train",
        "--steps",
        "2",
        "--width",
        "8",
    ]
    train += ["--blocks", "1", "--heads", "1", "--frames", "16", "--batch-size", "4", "--quiet"]
    commands = (
        []
        if model.exists()
        else [["train", network, "--out", str(model), *train] for network in ("denoiser", "st-trans")]
    )
    commands += [["generate", "--model", str(model), "--count", "6", "--format", form, "--out", str(file), "--quiet"]]
    for command in commands:
        subprocess.run(["node", str(SERVER), *command], check=True, stdout=subprocess.DEVNULL)
    return file


@contextlib.contextmanager
def served(check: Check, recordings_at: Path, log: Path) -> Iterator[str]:
    """Endpoint of a server of the check's training split, on a free port."""
    spec = f"{check.data}:{recordings_at}"
    command = ["node", str(SERVER), "serve", "--data", spec, "--split", check.split]
    command += ["--ratio", str(check.ratio), "--batch-size", "4"]
    with log.open("w") as stderr:
        child = subprocess.Popen(
            [*command, "--port", "0", "--print-endpoint"], stdout=subprocess.PIPE, stderr=stderr, text=True
        )
    assert child.stdout is not None
    try:
        endpoint = child.stdout.readline().strip()
        if not endpoint:
            raise SystemExit(f"the server of {spec} did not start:\n{log.read_text()}")
        yield endpoint
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)
        child.stdout.close()


def run_check(name: str, check: Check, checkout: Path, recordings_at: Path, folder: Path) -> Dict[str, Any]:
    """Runs one check in a process of its own; what it printed is in the folder."""
    log, work = folder / f"{name}.log", folder / "work" / name
    work.mkdir(parents=True)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent / "src")]),
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    forms = recordings_at / check.data
    served_at = forms if forms.exists() else recordings_at
    with served(check, served_at, folder / f"{name}-server.log") as endpoint:
        script, *first = check.script
        command = [sys.executable, str(HERE / script), *first, str(checkout), str(recordings_at), endpoint, str(work)]
        with log.open("w") as output:
            status = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment).returncode
    lines = log.read_text().splitlines()
    for line in reversed(lines):
        if line.startswith(MARK):
            return json.loads(line[len(MARK) :])
    return {
        "trainings": [],
        "comparisons": [],
        "standIns": [],
        "failure": "\n".join([f"exit status {status}", *lines[-15:]]),
    }


def table(found: Dict[str, Dict[str, Any]], tolerance: float) -> List[str]:
    """A row for each training and comparison."""
    rows = ["| recognizer | what | result |", "|---|---|---|"]
    for name, result in found.items():
        for one in result["trainings"]:
            losses = ", ".join(f"{loss:.3f}" for loss in one["losses"])
            rest = ", tested on the test split" if one["tested"] else ""
            verdict = "" if one["ok"] else " (**failed**)"
            rows.append(
                f"| {name} | trained: {one['what']} | {one['steps']} steps{rest}; x {one['shape']}; losses {losses}{verdict} |"
            )
        for one in result["comparisons"]:
            verdict = "" if passed(one, tolerance) else f" (**differs** {'; '.join(one['unequal'][:2])})"
            rows.append(
                f"| {name} | items: {one['what']} | {one['items']} items, largest difference {one['worst']:.1e}{verdict} |"
            )
        if "failure" in result:
            rows.append(f"| {name} | | **failed** |")
    return rows


def passed(comparison: Dict[str, Any], tolerance: float) -> bool:
    lengths = comparison["lengths"]
    return comparison["worst"] <= tolerance and not comparison["unequal"] and lengths[0] == lengths[1]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in CHECKS:
        parser.add_argument(f"--{name}", type=Path, metavar="PATH", help=f"checkout of {name}")
    parser.add_argument("--nw-ucla", type=Path, metavar="DIR", help="NW-UCLA's folder all_sqe; also train on it")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep recordings and logs there")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest difference of two items' values")
    options = parser.parse_args(arguments)
    asked: Dict[str, Optional[Path]] = {name: getattr(options, name.replace("-", "_")) for name in CHECKS}
    chosen = {name: path for name, path in asked.items() if path is not None}
    if not chosen:
        parser.error("give the path of at least one checkout")
    if not SERVER.exists():
        parser.error("the server is not built: npm run build")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep.resolve() if options.keep else Path(temporary)
        recordings.write(folder / "recordings", recordings.make("train", 8, seed=1), recordings.make("val", 6, seed=2))
        jobs = [(name, CHECKS[name], path, folder / "recordings") for name, path in chosen.items()]
        if options.nw_ucla:
            jobs += [
                (f"{name} on NW-UCLA", check, chosen[name], options.nw_ucla.resolve())
                for name, check in ON_NW_UCLA.items()
                if name in chosen
            ]
        for name, (form, ending, check) in EXPORTS.items():
            if name in chosen:
                jobs.append((f"{name} on an export", check, chosen[name], generate(folder, form, ending)))
        found = {}
        for name, check, path, recordings_at in jobs:
            print(f"{name}: {path}", file=sys.stderr, flush=True)
            found[name] = run_check(name, check, path, recordings_at, folder)
            if "failure" in found[name]:
                print(found[name]["failure"], file=sys.stderr)
            elif found[name]["standIns"]:
                print(f"{name}: stand-ins for {', '.join(found[name]['standIns'])}", file=sys.stderr)
    print("\n".join(table(found, options.tolerance)))
    good = all(
        "failure" not in result
        and all(one["ok"] for one in result["trainings"])
        and all(passed(one, options.tolerance) for one in result["comparisons"])
        for result in found.values()
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
