"""The codec: golden frames of the contract, tensors, refusals."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any, Dict

import msgpack
import numpy as np
import pytest
from fake_server import make_batch

import skelmix
from skelmix.errors import WIRE_CODES, error_from_wire
from skelmix.wire import decode_batch, decode_header, decode_tensor, encode_header

REPOSITORY = Path(__file__).parents[3]


def test_a_header_carries_its_verb_and_leaves_out_what_is_none() -> None:
    frame = encode_header("HELLO", credit=4, name=None)
    assert decode_header(frame) == {"k": "HELLO", "credit": 4}


@pytest.mark.parametrize(
    "frame", [b"", b"\xc1", msgpack.packb([1]), msgpack.packb({"v": 1}), msgpack.packb({1: 2}), b"\x81\xa1k\xa1\xff"]
)
def test_a_frame_that_is_no_header_is_refused(frame: bytes) -> None:
    with pytest.raises(skelmix.TransportError, match="header") as caught:
        decode_header(frame)
    assert caught.value.code == "PROTOCOL_MESSAGE"


def test_any_truncation_of_a_batch_header_is_refused_and_never_hangs() -> None:
    header, _ = make_batch(3)
    frame = msgpack.packb(header)
    for length in range(len(frame)):
        with pytest.raises(skelmix.TransportError):
            decode_header(frame[:length])


def test_mutated_batches_give_a_batch_or_a_transport_error() -> None:
    header, payload = make_batch(3)
    frame = bytearray(msgpack.packb(header))
    random = np.random.default_rng(7)
    refused = 0
    for _ in range(2000):
        mutated = bytearray(frame)
        for place in random.integers(0, len(frame), size=3):
            mutated[place] = random.integers(0, 256)
        try:
            decode_batch(decode_header(bytes(mutated)), payload)
        except skelmix.TransportError:
            refused += 1
    assert 0 < refused < 2000


@pytest.mark.parametrize("inline", [False, True])
def test_a_tensor_out_of_band_and_inline_is_the_same_writable_array(inline: bool) -> None:
    values = np.arange(24, dtype="<f4").reshape(2, 3, 4)
    tensor = {"name": "x", "dtype": "<f4", "shape": [2, 3, 4], "data": values.tobytes() if inline else 1}
    array = decode_tensor(tensor, [b"other", values.tobytes()])
    np.testing.assert_array_equal(array, values)
    array += 1  # raises on a read-only array


def test_a_large_writable_frame_becomes_the_array_without_a_copy_and_a_read_only_one_is_copied() -> None:
    frame = bytearray(np.arange(40_000, dtype="<f4").tobytes())
    tensor = {"name": "x", "dtype": "<f4", "shape": [40_000], "data": 0}
    array = decode_tensor(tensor, [frame])
    array[0] = 5
    assert np.frombuffer(frame, dtype="<f4")[0] == 5
    original = bytes(frame)
    copy = decode_tensor(tensor, [original])
    copy[0] = 6
    assert np.frombuffer(original, dtype="<f4")[0] == 5


def test_an_unaligned_frame_is_copied_into_an_aligned_array() -> None:
    memory = bytearray(160_001)
    array = decode_tensor({"name": "x", "dtype": "<f4", "shape": [40_000], "data": 0}, [memoryview(memory)[1:]])
    assert array.flags.aligned and array.flags.writeable


def test_float16_comes_out_as_float32() -> None:
    values = np.array([0.5, -1.25, 3.0], dtype="<f2")
    array = decode_tensor({"name": "x", "dtype": "<f2", "shape": [3], "data": 0}, [values.tobytes()])
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, [0.5, -1.25, 3.0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dtype": "<c8"}, "dtype '<c8'"),
        ({"shape": [4]}, "needs 16 bytes, got 12"),
        ({"shape": [-3]}, "expected a list of sizes"),
        ({"data": 2}, "payload frame 2, but the message has 1"),
        ({"data": "text"}, "data of type str"),
    ],
)
def test_a_tensor_that_contradicts_itself_is_refused(change: Dict[str, Any], words: str) -> None:
    tensor = {"name": "x", "dtype": "<f4", "shape": [3], "data": 0, **change}
    with pytest.raises(skelmix.TransportError, match=re.escape(words)):
        decode_tensor(tensor, [bytes(12)])


def test_a_batch_has_its_fields_and_numpy_arrays() -> None:
    header, payload = make_batch(7)
    batch = decode_batch({**header, "redelivered": True}, payload)
    assert (batch.seq, batch.epoch, batch.step, batch.rev) == (7, 1, 2, 0)
    assert (batch.x.dtype, batch.y.dtype, batch.origin.dtype, batch.weight.dtype) == ("<f4", "<i8", "u1", "<f4")
    assert batch.x.shape == (2, 3, 4, 5, 1) and (batch.x == 7).all()
    assert batch.ids == ("real:7:0", "real:7:1")
    assert list(batch.is_synthetic) == [False, True]
    assert (batch.ratio.target, batch.ratio.achieved, float(batch.ratio)) == (0.25, 0.2, 0.25)
    assert batch.mix == (1, 1, 0) and batch.redelivered and batch.made_at == 1_700_000_000.0
    assert len(batch) == 2 and "seq=7" in repr(batch) and "redelivered" in repr(batch)


def test_a_torch_batch_has_the_dtypes_that_losses_take_and_warns_of_nothing() -> None:
    torch = pytest.importorskip("torch")
    header, payload = make_batch(7, (64, 3, 16, 25, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        batch = decode_batch(header, [bytearray(frame) for frame in payload], as_torch=True)
    assert (batch.x.dtype, batch.y.dtype) == (torch.float32, torch.int64)
    assert (batch.origin.dtype, batch.weight.dtype) == (torch.uint8, torch.float32)
    assert batch.is_synthetic.dtype == torch.bool
    batch.x.add_(1)
    assert float(batch.x.max()) == 8.0


@pytest.mark.parametrize("missing", ["lease", "tensors", "ratio", "t", "ids", "mix", "epoch"])
def test_a_batch_without_a_needed_field_is_refused_by_its_name(missing: str) -> None:
    header, payload = make_batch(0)
    del header[missing]
    if missing == "lease":  # opaque to the codec
        decode_batch(header, payload)
        return
    with pytest.raises(skelmix.TransportError, match=missing):
        decode_batch(header, payload)


def test_tensors_that_dont_belong_together_are_refused() -> None:
    header, payload = make_batch(0)
    header["ids"] = ["only one"]
    with pytest.raises(skelmix.TransportError, match="don't belong together"):
        decode_batch(header, payload)


def test_error_codes_are_those_of_the_typescript_library() -> None:
    source = (REPOSITORY / "src" / "core" / "errors.ts").read_text()
    block = re.search(r"ERROR_CODES = \[(.*?)\]", source, re.S)
    assert block is not None
    assert tuple(re.findall(r"'(\w+)'", block.group(1))) == skelmix.ERROR_CODES
    for name in re.findall(r"export class (\w+Error)", source):
        assert issubclass(getattr(skelmix, name), skelmix.SkelmixError)


def test_error_codes_on_the_wire_mean_what_they_mean_to_the_typescript_client() -> None:
    source = (REPOSITORY / "src" / "transport" / "protocol" / "wire-codes.ts").read_text()
    block = re.search(r"OF_WIRE[^=]*= \{(.*?)\};", source, re.S)
    assert block is not None
    assert dict(re.findall(r"(\w+): '(\w+)'", block.group(1))) == WIRE_CODES
    page = (REPOSITORY / "docs" / "protocol.md").read_text()
    listed = re.search(r"Error codes: (.*?)\. ", page, re.S)
    assert listed is not None and set(re.findall(r"`(\w+)`", listed.group(1))) == set(WIRE_CODES)


@pytest.mark.parametrize(
    ("header", "kind", "code"),
    [
        ({"code": "out_of_range", "field": "ratio", "got": 1.4}, skelmix.ConfigError, "CONFIG_INVALID"),
        ({"code": "state_mismatch"}, skelmix.ConfigError, "CONFIG_CONFLICT"),
        ({"code": "internal", "cause": "FORMAT_TRUNCATED"}, skelmix.TransportError, "FORMAT_TRUNCATED"),
        ({"code": "internal", "cause": "NEWS"}, skelmix.TransportError, "REFUSED"),
        ({"code": "of_a_newer_server"}, skelmix.TransportError, "REFUSED"),
    ],
)
def test_an_error_of_the_server_keeps_its_words_and_values(header: Dict[str, Any], kind: type, code: str) -> None:
    error = error_from_wire({"message": "words", **header})
    assert type(error) is kind and error.code == code and str(error) == f"{code}: words"
    assert error.details["wireCode"] == header["code"] and error.details.get("got") == header.get("got")
