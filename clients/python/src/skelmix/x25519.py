"""X25519, the key agreement of RFC 7748, in plain Python, since no library for it can be taken for granted."""

from __future__ import annotations

_P = 2**255 - 19
_A24 = 121665
_KEY_BYTES = 32


def x25519(scalar: bytes, point: bytes) -> bytes:
    """The 32 bytes that the owners of both keys can compute: `scalar` is a secret, `point` somebody's public key, 32 bytes each.

    The Montgomery ladder of RFC 7748, section 5. Its time depends on the numbers a little, as all whole numbers of Python
    do: for proofs made once a connection on one's own machine, not for a service that strangers may clock.
    Raises ValueError for another number of bytes, and for a point that gives nothing but zeros.
    """
    if len(scalar) != _KEY_BYTES or len(point) != _KEY_BYTES:
        raise ValueError(f"keys of X25519 have {_KEY_BYTES} bytes, got {len(scalar)} and {len(point)}")
    k = int.from_bytes(scalar, "little") & ~(7 | 1 << 255) | 1 << 254
    x1 = int.from_bytes(point, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swap = bit
        a, b = x2 + z2, x2 - z2
        c, d = x3 + z3, x3 - z3
        aa, bb = a * a % _P, b * b % _P
        da, cb = d * a % _P, c * b % _P
        e = aa - bb
        x3 = (da + cb) ** 2 % _P
        z3 = x1 * (da - cb) ** 2 % _P
        x2 = aa * bb % _P
        z2 = e * (aa + _A24 * e) % _P
    if swap:
        x2, z2 = x3, z3
    shared = (x2 * pow(z2, _P - 2, _P) % _P).to_bytes(_KEY_BYTES, "little")
    if not any(shared):
        raise ValueError("the public key is none: it gives nothing but zeros")
    return shared
