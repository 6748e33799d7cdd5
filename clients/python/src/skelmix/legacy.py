"""The keyword arguments of the recognizers' own feeders, and what they mean to a server."""

from __future__ import annotations

import posixpath
import re
from typing import Any, Dict, Mapping, NamedTuple, Optional

#: Words of the stock feeders that name files or machinery: accepted, and no business of the server.
MACHINERY = ("data_path", "label_path", "mmap", "use_mmap", "sort", "ignore_empty_sample", "debug", "repeat")

#: Words that only one family of feeders has -> its profile; the first that is there decides.
_TELLING = (
    ("aug_method", "skateformer-ntu"),
    ("sort", "infogcn-ntu60"),
)

#: What stands for a path where the recordings' place is in the stock feeder itself (NW-UCLA).
_BARE = re.compile("joint|bone|motion|(joint|bone)_motion")

_TEST_SPLITS = ("test", "val", "valid", "validation", "eval")


class Legacy(NamedTuple):
    """What a stock feeder's arguments ask of the server; None where they don't say."""

    profile: Optional[str]
    args: Dict[str, Any]
    split: Optional[str]


def read_legacy(words: Mapping[str, Any], split: Optional[str], default: Optional[str]) -> Legacy:
    """Reads the arguments of a stock feeder.

    default: profile of arguments that belong to no other family, used where there are any.

    Profile: by the words that only one family has, else by the data path (`ucla`, `kinetics`, `ntu120`, `.npy`). The split,
    where none is given, and the modality are in the names of the files too: `val_data_bone.npy`, `label_path: val`.
    """
    paths = [str(words[key]).lower().replace("\\", "/") for key in ("data_path", "label_path") if words.get(key)]
    profile = _profile(words, " ".join(paths), default) if words else None
    args = {key: value for key, value in words.items() if key not in MACHINERY and value is not None}
    name = posixpath.basename(paths[0]) if words.get("data_path") else ""
    if not (profile or "skateformer").startswith("skateformer") and not name.endswith(".npz"):
        if "bone" in name:
            args.setdefault("bone", True)
        if "motion" in name:
            args.setdefault("vel", True)
    return Legacy(profile, args, split or _split(paths))


def is_test_split(split: str) -> bool:
    """True for the usual names of test parts: `test`, `val`, `xsub_val`, `xview/test` ..."""
    return split.lower().replace("/", "_").replace("-", "_").split("_")[-1] in _TEST_SPLITS


def _profile(words: Mapping[str, Any], paths: str, default: Optional[str]) -> Optional[str]:
    if default == "skateformer-ntu" or "partition" in words:
        return "skateformer-ucla" if "ucla" in paths else "skateformer-ntu"
    for word, profile in _TELLING:
        if word in words:
            return profile
    if "ucla" in paths or "repeat" in words or _BARE.fullmatch(str(words.get("data_path") or "")):
        return "ctrgcn-ucla"
    if "kinetics" in paths or ("ntu" not in paths and words.get("random_move")):
        return "stgcn-kinetics"
    if default is not None:
        return default
    if "ntu120" in paths or "ntu_120" in paths:
        return "ctrgcn-ntu120" if ".npy" not in paths else "agcn-ntu"
    if "p_interval" in words or ".npz" in paths:
        return "ctrgcn-ntu60"
    if ".npy" in paths:
        return "agcn-ntu"
    return None


def _split(paths: "list[str]") -> Optional[str]:
    for path in reversed(paths):  # the labels' file says it best
        words = posixpath.basename(path).split(".")[0].replace("-", "_").split("_")
        if any(word in _TEST_SPLITS for word in words):
            return "test"
        if "train" in words:
            return "train"
    return None
