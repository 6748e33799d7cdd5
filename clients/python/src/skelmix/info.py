"""What the server states about a stream before its first batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .errors import TransportError


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


def parse_welcome(header: Mapping[str, Any]) -> StreamInfo:
    """Reads a WELCOME header.

    Raises TransportError PROTOCOL_MESSAGE where a field is missing or of another kind than the protocol says.
    """
    try:
        schema: Dict[str, Any] = {entry["name"]: entry for entry in header["schema"]}
        layout = header["layout"]
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
            shape=Shape(*schema["x"]["shape"]),
            epoch_batches=int(header["epochBatches"]),
            epoch_size=int(header["epochSize"]),
            seed=int(header["seed"]),
            config_hash=str(header["configHash"]),
            settings=dict(header["settings"]),
            rev=int(header["rev"]),
            ping_s=header["pingMs"] / 1000,
            timeout_s=header["timeoutMs"] / 1000,
            max_credit=int(header["limits"]["maxCredit"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TransportError(
            "PROTOCOL_MESSAGE",
            f"the server's WELCOME can't be read: {type(error).__name__} {error}; it has the keys {sorted(header)}",
        ) from error
