"""Golden frames: what the TypeScript side puts on the wire reads here as the contract says, and ours as it reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, List

import numpy as np
import pytest

from skelmix.deliveries import Delivery, EpochEnd
from skelmix.errors import error_from_wire
from skelmix.indexed import decode_items, decode_samples
from skelmix.info import parse_welcome
from skelmix.session import READY, Session
from skelmix.wire import decode_batch, decode_header, encode_header

REPOSITORY = Path(__file__).parents[3]
FRAMES = REPOSITORY / "test" / "contract" / "frames"
CASES = sorted(path.stem for path in FRAMES.glob("*.json"))

pytestmark = pytest.mark.skipif(not CASES, reason=f"no golden frames in {FRAMES.relative_to(REPOSITORY)}")


def golden(name: str) -> Any:
    return json.loads((FRAMES / f"{name}.json").read_text())


def frame(name: str) -> bytes:
    return (FRAMES / f"{name}.msgpack").read_bytes()


def payload(name: str) -> List[bytearray]:
    return [bytearray((FRAMES / f"{name}.{index}.bin").read_bytes()) for index in range(golden(name)["payload"])]


def with_bytes(value: Any) -> Any:
    if isinstance(value, dict):
        return bytes.fromhex(value["$hex"]) if set(value) == {"$hex"} else {k: with_bytes(v) for k, v in value.items()}
    return [with_bytes(entry) for entry in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", CASES)
def test_a_header_decodes_to_its_written_form(name: str) -> None:
    assert decode_header(frame(name)) == with_bytes(golden(name)["header"])


@pytest.mark.parametrize("name", [name for name in CASES if golden(name)["from"] == "client"])
def test_a_message_of_a_client_is_what_this_client_would_encode(name: str) -> None:
    header = golden(name)["header"]
    assert decode_header(encode_header(header["k"], **{k: v for k, v in header.items() if k != "k"})) == header


@pytest.mark.parametrize("name", [name for name in CASES if "tensors" in golden(name)])
def test_a_batch_has_the_values_of_the_contract(name: str) -> None:
    expected = golden(name)
    batch = decode_batch(decode_header(frame(name)), payload(name))
    assert expected["tensors"].keys() == {"x", "y", "origin", "weight"}
    for field, tensor in expected["tensors"].items():
        array = getattr(batch, field)
        assert array.dtype.str == tensor["dtype"] and list(array.shape) == tensor["shape"] and array.flags.writeable
        np.testing.assert_array_equal(array.ravel(), tensor["values"])
    header = expected["header"]
    assert list(batch.ids) == header["ids"]
    for key in ("seq", "epoch", "step", "rev"):
        assert getattr(batch, key) == header[key]
    assert batch.ratio._asdict() == header["ratio"] and batch.mix._asdict() == header["mix"]
    assert batch.redelivered == header.get("redelivered", False)
    assert batch.made_at == header["t"]["made"] / 1000


@pytest.mark.parametrize("name", [name for name in CASES if golden(name)["header"]["k"] in ("ITEMS", "SAMPLES")])
def test_an_answer_by_index_has_the_values_of_the_contract(name: str) -> None:
    header, arrays = golden(name)["header"], golden(name)["arrays"]
    message = (decode_header(frame(name)), payload(name))
    if header["k"] == "ITEMS":
        items = decode_items(*message)
        assert (items.size, list(items.names)) == (header["size"], header["names"])
        assert items.labels.tolist() == arrays["labels"]["values"]
        return
    samples = decode_samples([message], header["ids"])
    assert (list(samples.ids), samples.epoch) == (header["ids"], header["epoch"])
    found = {"x": samples.x, "y": samples.y, **samples.extras}
    assert found.keys() == arrays.keys()
    for field, tensor in arrays.items():
        assert found[field].dtype.str == tensor["dtype"] and list(found[field].shape) == tensor["shape"]
        np.testing.assert_array_equal(found[field].ravel(), tensor["values"])


def test_the_welcome_becomes_the_streams_description() -> None:
    header = golden("welcome")["header"]
    info = parse_welcome(decode_header(frame("welcome")))
    assert list(info.shape) == header["schema"][0]["shape"] and list(info.classes) == header["classes"]
    assert list(info.layout.joints) == header["layout"]["joints"] and list(info.layout.mirror) == header["layout"]["mirror"]
    assert (info.ping_s, info.timeout_s) == (header["pingMs"] / 1000, header["timeoutMs"] / 1000)
    assert info.max_credit == header["limits"]["maxCredit"] and info.settings == header["settings"]


def test_the_refusal_of_a_ratio_becomes_a_config_error() -> None:
    header = golden("error-out-of-range")["header"]
    error = error_from_wire(decode_header(frame("error-out-of-range")))
    assert type(error).__name__ == "ConfigError" and error.code == "CONFIG_INVALID" and error.message == header["message"]


def test_a_session_lives_through_the_golden_messages() -> None:
    session = Session("tcp://golden", "test", 4, "<f4", None, now=0.0)
    session.greet(0.0)

    def hear(name: str) -> None:
        session.receive(decode_header(frame(name)), payload(name), now=1.0)

    hear("welcome")
    assert session.state == READY
    session.proceed()
    for name in ("batch-out-of-band", "end", "changed", "stall", "stats", "ping"):
        hear(name)
    delivery, end = session.deliveries
    assert isinstance(delivery, Delivery) and isinstance(end, EpochEnd)
    assert end.epoch == golden("end")["header"]["epoch"]
    changed = golden("changed")["header"]
    assert session.settings[changed["key"]] == changed["value"] and session.rev == changed["rev"]
    assert session.stall is not None and session.stall.code == golden("stall")["header"]["code"]
    assert decode_header(session.outbox[-1]) == {"k": "PONG", "t": golden("ping")["header"]["t"]}
    hear("error-unknown-session")
    assert decode_header(session.outbox[-1])["k"] == "HELLO"
    hear("welcome")
    hear("bye")
    assert session.bye == golden("bye")["header"]["reason"]
