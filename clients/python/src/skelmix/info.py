"""What the server states about a stream before its first batch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .errors import ConfigError, TransportError


class Shape(NamedTuple):
    """Axis sizes of a batch: clips, channels, frames, joints, persons."""

    N: int
    C: int
    T: int
    V: int
    M: int


@dataclass(frozen=True)
class Layout:
    """What the joints of a skeleton are; joints are numbered in the order of the V axis."""

    name: str
    channels: int
    joints: Tuple[str, ...]
    #: Parent of each joint, -1 for the root. A tree.
    parents: Tuple[int, ...]
    root: int
    #: The joint that bodies are centred on.
    centre: int
    #: Left-right partner of each joint, itself on the midline.
    mirror: Tuple[int, ...]
    feet: Tuple[int, ...]
    source: str


@dataclass(frozen=True)
class Profile:
    """The transforms that the server applies for a recognizer."""

    name: str
    #: Names the profile and its arguments: equal digests make equal samples of equal clips.
    digest: str
    #: `train` or `test`: a test form draws nothing at random.
    phase: str
    #: Every argument with the value in use.
    args: Mapping[str, Any]


@dataclass(frozen=True)
class StreamInfo:
    """The WELCOME of the server: data set, shapes, classes, epoch length, limits."""

    session: str
    server_id: str
    boot_id: str
    host: str
    endpoints: Tuple[str, ...]
    dataset: str
    #: True where the "real" samples are simulated too.
    simulated: bool
    #: Name and version of the generator's model, None where nothing is synthesised.
    model: Optional[str]
    split: str
    layout: Layout
    classes: Tuple[str, ...]
    shape: Shape
    epoch_batches: int
    epoch_size: int
    seed: int
    config_hash: str
    #: Live settings at the time of the WELCOME.
    settings: Mapping[str, Any]
    rev: int
    ping_s: float
    timeout_s: float
    max_credit: int
    #: The session's mode.
    mode: str = "share"
    group: Optional[str] = None
    #: Order of the axes of one sample of x: `CTVM` in most profiles, `KMTVC` in those of pyskl.
    axes: str = "CTVM"
    #: Shape of x in a batch, N first, in the order of `axes`; `shape` has the same sizes by name.
    x_shape: Tuple[int, ...] = ()
    #: Names of the tensors of a batch.
    tensors: Tuple[str, ...] = ("x", "y", "origin", "weight")
    #: The transforms behind the samples, None where the server does not say.
    profile: Optional[Profile] = None
    #: The recognizer's own tuple, None where the profile has none.
    fields: Optional[Tuple[str, ...]] = None
    #: Number of clips of the session's split, None where the server does not say.
    size: Optional[int] = None
    #: Number of clips of each split.
    splits: Mapping[str, int] = field(default_factory=dict)
    #: Digest of the live changes so far.
    log_hash: str = ""


def parse_welcome(header: Mapping[str, Any]) -> StreamInfo:
    """Reads a WELCOME header.

    Raises TransportError PROTOCOL_MESSAGE where a field is missing or of another kind than the protocol says.
    """
    try:
        schema: Dict[str, Any] = {entry["name"]: entry for entry in header["schema"]}
        layout = header["layout"]
        axes, x_shape = str(header.get("axes") or "CTVM"), tuple(int(size) for size in schema["x"]["shape"])
        return StreamInfo(
            session=str(header["session"]),
            server_id=str(header["serverId"]),
            boot_id=str(header["bootId"]),
            host=str(header["host"]),
            endpoints=tuple(header["endpoints"]),
            dataset=str(header["dataset"]),
            simulated=bool(header["simulated"]),
            model=header.get("model"),
            split=str(header["split"]),
            layout=Layout(
                name=str(layout["name"]),
                channels=int(layout["channels"]),
                joints=tuple(layout["joints"]),
                parents=tuple(layout["parents"]),
                root=int(layout["root"]),
                centre=int(layout["centre"]),
                mirror=tuple(layout["mirror"]),
                feet=tuple(layout["feet"]),
                source=str(layout["source"]),
            ),
            classes=tuple(header["classes"]),
            shape=_sizes(axes, x_shape),
            epoch_batches=int(header["epochBatches"]),
            epoch_size=int(header["epochSize"]),
            seed=int(header["seed"]),
            config_hash=str(header["configHash"]),
            settings=dict(header["settings"]),
            rev=int(header["rev"]),
            ping_s=_at_least(header["pingMs"] / 1000, 0.001, "pingMs"),
            timeout_s=_at_least(header["timeoutMs"] / 1000, 0.001, "timeoutMs"),
            max_credit=_at_least(int(header["limits"]["maxCredit"]), 1, "maxCredit"),
            mode=str(header.get("mode") or "share"),
            group=header.get("group"),
            axes=axes,
            x_shape=x_shape,
            tensors=tuple(schema),
            profile=_profile(header.get("profile")),
            fields=tuple(header["fields"]) if header.get("fields") else None,
            size=None if header.get("size") is None else int(header["size"]),
            splits={str(name): int(count) for name, count in (header.get("splits") or {}).items()},
            log_hash=str(header.get("logHash") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise TransportError(
            "PROTOCOL_MESSAGE",
            f"the server's WELCOME can't be read: {type(error).__name__} {error}; it has the keys {sorted(header)}",
        ) from error


def _at_least(value: Any, least: float, name: str) -> Any:
    if not least <= value < math.inf:
        raise ValueError(f"{name} is {value!r}, expected at least {least:g}")
    return value


def check_same_stream(before: StreamInfo, now: StreamInfo, endpoint: str) -> None:
    """Raises ConfigError CONFIG_CONFLICT where a new session's WELCOME tells of other tensors, classes or joints than before."""
    for name in ("x_shape", "tensors", "axes", "classes", "layout"):
        was, there = getattr(before, name), getattr(now, name)
        if was != there:
            raise ConfigError(
                "CONFIG_CONFLICT",
                f"{endpoint} came back with another stream: {name} was {str(was)[:200]}, is {str(there)[:200]} ({now.dataset} "
                f"{now.split}, before {before.dataset} {before.split}); connect anew to go on with it",
                {"field": name},
            )


def _sizes(axes: str, x_shape: Tuple[int, ...]) -> Shape:
    named = dict(zip("N" + axes, x_shape))
    if len(x_shape) != len(axes) + 1 or not set("CTVM") <= set(axes):
        raise ValueError(f"x has the shape {list(x_shape)}, which does not fit the axes {axes!r} behind N")
    return Shape(*(named[axis] for axis in "NCTVM"))


def _profile(entry: Optional[Mapping[str, Any]]) -> Optional[Profile]:
    if entry is None:
        return None
    return Profile(
        name=str(entry["name"]),
        digest=str(entry.get("digest") or ""),
        phase=str(entry.get("phase") or "train"),
        args=dict(entry.get("args") or {}),
    )
