"""The parts of compat/ that need no checkout: recordings in three forms, comparisons, stand-ins, the table."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, List, Tuple

import numpy as np
import pytest

COMPAT = Path(__file__).parents[1] / "compat"


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The scripts of compat/ as modules, for one test each."""
    monkeypatch.syspath_prepend(str(COMPAT))
    yield
    for name in ("recordings", "report", "run", "stand_ins"):
        sys.modules.pop(name, None)


def test_the_three_forms_hold_the_same_recordings(tmp_path: Path) -> None:
    import recordings

    train, test = recordings.make("train", 3, seed=1), recordings.make("val", 2, seed=2)
    recordings.write(tmp_path, train, test)
    with np.load(tmp_path / "ctrgcn" / "NTU60_CS.npz") as npz:
        rows, hot = npz["x_test"], npz["y_test"]
    planes = np.load(tmp_path / "stgcn" / "xsub" / "val_data.npy")
    names, labels = pickle.loads((tmp_path / "stgcn" / "xsub" / "val_label.pkl").read_bytes())
    annotated = pickle.loads((tmp_path / "pyskl" / "ntu60_3danno.pkl").read_bytes())
    assert rows.shape == (2, 300, 150) and planes.shape == (2, 3, 300, 25, 2)
    by_name = {entry["frame_dir"]: entry for entry in annotated["annotations"]}
    assert len(by_name) == 5 and annotated["split"]["xsub_val"] == [recording.name for recording in test]
    for place, recording in enumerate(test):
        persons, frames = recording.joints.shape[:2]
        np.testing.assert_allclose(recording.joints[0, 0, 1], 1e-3, rtol=1e-5)
        unfolded = rows[place].reshape(300, 2, 25, 3)
        np.testing.assert_array_equal(unfolded[:frames, :persons].transpose(1, 0, 2, 3), recording.joints)
        np.testing.assert_array_equal(planes[place][:, :frames, :, :persons].transpose(3, 1, 2, 0), recording.joints)
        assert not unfolded[frames:].any() and not unfolded[:, persons:].any()
        assert hot[place].argmax() == labels[place] == recording.label == by_name[recording.name]["label"]
        assert names[place] == f"{recording.name}.skeleton" and recording.name.endswith(f"A{recording.label + 1:03}")


def items(values: List[float], label: int = 3) -> List[Tuple[Any, int, int]]:
    return [(np.full((2, 2), value, dtype=np.float32), label, index) for index, value in enumerate(values)]


def test_a_comparison_finds_the_largest_difference_and_every_other_label() -> None:
    import report
    import run

    found = report.Report()
    found.compare("close", items([0.0, 1.0]), items([0.0, 1.00001]))
    found.compare("label", items([0.0]), items([0.0], label=4))
    found.compare("length", items([0.0]), items([0.0, 1.0]))
    close, label, length = found.comparisons
    assert close["worst"] == pytest.approx(1e-5, rel=0.1) and close["items"] == 2
    assert run.passed(close, 1e-4) and not run.passed(close, 1e-6)
    assert label["unequal"] == ["item 0, part 1: 4 instead of 3"] and not run.passed(label, 1.0)
    assert not run.passed(length, 1.0)
    with pytest.raises(AssertionError, match="part 0 of item 0 has shape"):
        found.compare("shape", items([0.0]), [(np.zeros(3, dtype=np.float32), 3, 0)])


def test_a_training_without_a_finite_loss_fails(capsys: pytest.CaptureFixture[str]) -> None:
    import report
    import run

    found = report.Report()
    found.trained("good", [1.5, 1.25], (2, 3), tested=True)
    found.trained("none", [], (2, 3), tested=False)
    found.trained("nan", [float("nan")], (2, 3), tested=False)
    assert [one["ok"] for one in found.trainings] == [True, False, False]
    found.print()
    line = capsys.readouterr().out.strip()
    result = json.loads(line[len(report.MARK) :])
    rows = run.table({"ctr-gcn": result, "pyskl": {**result, "trainings": [], "failure": "x"}}, 1e-4)
    assert "| ctr-gcn | trained: good | 2 steps, tested on the test split; x [2, 3]; losses 1.500, 1.250 |" in rows
    assert sum("**failed**" in row for row in rows) == 3


def test_stand_ins_take_the_place_of_missing_packages_only() -> None:
    program = """
import stand_ins
stand_ins.install("json", "no_such_package")
import json, no_such_package
from no_such_package.deep.er import Thing, Kind
assert json.loads("[1]") == [1] and stand_ins.REPLACED == ["no_such_package"]
assert list(Thing([1, 2])) == [1, 2] and Thing(1).method(2).attribute is not None
assert len({Kind.NEAREST: 0, Kind.LINEAR: 1}) == 2

class Derived(Thing):
    pass

assert isinstance(Derived(), Thing)
"""
    subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(COMPAT)}, check=True)


def test_without_a_checkout_there_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    import run

    with pytest.raises(SystemExit):
        run.main([])
    assert "at least one checkout" in capsys.readouterr().err
