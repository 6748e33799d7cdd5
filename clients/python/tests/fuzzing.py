"""Mutated frames for everything of the client that reads what a server sends; `python scripts/fuzz.py` runs many of them."""

from __future__ import annotations

import copy
import functools
import random
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Sequence

import msgpack

from skelmix.errors import SkelmixError, TransportError
from skelmix.indexed import decode_items, decode_samples
from skelmix.info import parse_welcome
from skelmix.session import Session
from skelmix.wire import decode_batch, decode_header

FRAMES = Path(__file__).parents[3] / "test" / "contract" / "frames"

#: First bytes of msgpack values of every family.
_MARKS = bytes.fromhex("808f909fa0bfc0c1c4c6c7c9cacbcfd3d4d9dbdddfff")
_MAX_BYTES = 4096
#: Values where others were expected.
_ODD = (
    *(None, True, False, -1, 0, 1, 2**31, 2**53, 2**64 - 1, -(2**63), 0.5, 1e300, float("nan"), float("inf"), "", "x", "<f4", "k"),
    *(b"", b"\0" * 12, [], [[]], [None], [0], [2**63], ["x"], {}, {"name": "x"}, {"x": []}, "\ud7ff", "rehello", "internal", "poison"),
)

#: What `Connection` turns into PROTOCOL_MESSAGE where a session raises it.
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


class Outcome(NamedTuple):
    """Headers that were read, those that were refused as they should be, and what else was raised, by the header's number."""

    read: int
    refused: int
    failures: Dict[int, str]


def golden(suffix: str) -> List[bytes]:
    return [path.read_bytes() for path in sorted(FRAMES.glob(f"*{suffix}"))]


def mutate(numbers: random.Random, frames: Sequence[bytes]) -> bytes:
    """One of the frames with bits, bytes, lengths and pieces of other frames changed."""
    frame = bytearray(numbers.choice(frames))
    for _ in range(numbers.randint(1, 4)):
        at = numbers.randrange(max(1, len(frame)))
        kind = numbers.randrange(8)
        if kind == 0 and frame:
            frame[at] ^= 1 << numbers.randrange(8)
        elif kind == 1 and frame:
            frame[at] = numbers.randrange(256)
        elif kind == 2:
            del frame[at:]
        elif kind == 3:
            other = numbers.choice(frames)
            frame[at:] = other[numbers.randrange(len(other)) :]
        elif kind == 4:
            frame.insert(at, numbers.choice(_MARKS))
        elif kind == 5 and len(frame) > 4:  # a length that lies about what follows
            at = min(at, len(frame) - 4)
            frame[at : at + 4] = numbers.randbytes(4)
        elif kind == 6:
            frame += frame[at:]
        else:
            frame[:0] = bytes([numbers.choice(_MARKS)]) * numbers.randint(1, 40)
        del frame[_MAX_BYTES:]
    return bytes(frame)


def distort(numbers: random.Random, frame: bytes) -> bytes:
    """A frame that is msgpack still, with one to three of its values replaced, left out or put elsewhere."""
    header = msgpack.unpackb(frame)
    for _ in range(numbers.randint(1, 3)):
        at = header
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = numbers.choice(keys)
            if isinstance(at[key], (dict, list)) and at[key] and numbers.random() < 0.7:
                at = at[key]
                continue
            if numbers.random() < 0.2:
                del at[key]
            elif key != "k" or numbers.random() < 0.1:
                at[key] = copy.deepcopy(numbers.choice(_ODD))
            break
    return msgpack.packb(header)


def fuzz(count: int, seed: int, each: Callable[[int], None] = lambda number: None) -> Outcome:
    """Reads so many mutated frames as the client does. `each` is told the number of each header before it is read."""
    numbers = random.Random(seed)
    frames, payloads = golden(".msgpack"), golden(".bin")
    read = refused = 0
    failures: Dict[int, str] = {}
    for number in range(count):
        each(number)
        frame = mutate(numbers, frames) if number % 2 else distort(numbers, numbers.choice(frames))
        payload = [bytearray(part) for part in numbers.sample(payloads, numbers.randint(0, 4))]
        try:
            _read(frame, payload)
            read += 1
        except TransportError as error:
            if error.code == "PROTOCOL_MESSAGE":
                refused += 1
            else:
                failures[number] = f"{error!r} {frame.hex()}"
        except BaseException as error:  # the point is to see whatever else there is
            failures[number] = f"{error!r} {frame.hex()}"
    return Outcome(read, refused, failures)


def _read(frame: bytes, payload: List[bytearray]) -> None:
    header = decode_header(frame)
    verb = header["k"]
    if verb == "BATCH":
        decode_batch(header, payload)
    elif verb == "WELCOME":
        parse_welcome(header)
    elif verb == "ITEMS":
        decode_items(header, payload)
    elif verb == "SAMPLES":
        decode_samples([(header, payload)], header.get("ids") if isinstance(header.get("ids"), list) else [])
    _converse(header, payload)


def _converse(header: Dict[str, Any], payload: List[bytearray]) -> None:
    """The header as the next message of a session that is open."""
    session = Session("tcp://golden", "fuzz", 4, "<f4", None, 0.0)
    session.greet(0.0)
    session.receive(_welcome(), [], 1.0)
    session.proceed()
    session.request("STATS")
    try:
        session.receive(header, payload, 2.0)
        session.tick(3.0)
        while session.deliveries:
            session.hand_over()
    except _UNREADABLE as error:
        raise TransportError("PROTOCOL_MESSAGE", repr(error)) from error
    except SkelmixError as error:
        if error.code not in ("PROTOCOL_MESSAGE", "CONFIG_CONFLICT"):
            raise



@functools.lru_cache(maxsize=None)
def _welcome() -> Dict[str, Any]:
    return decode_header((FRAMES / "welcome.msgpack").read_bytes())
