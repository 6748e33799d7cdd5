"""Reads mutated frames as the Python client does: `python scripts/fuzz.py [COUNT] [SEED]`, COUNT 1,000,000 by default.

Ends with 1 where reading does anything but succeed or raise its own error, or where memory grows. The sibling of fuzz.mjs.
"""

import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "clients/python/src"), str(ROOT / "clients/python/tests")]

from fuzzing import fuzz  # noqa: E402

#: ru_maxrss is KiB on Linux, bytes on macOS.
_UNIT = 1 if sys.platform == "darwin" else 1024
_LIMIT_MIB = 64


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / (1 << 20)


def main() -> int:
    count, seed = (int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000), (int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    before = []

    def watch(number: int) -> None:
        if number == count // 10:  # once whatever is kept for good has been made
            before.append(peak_mib())

    began = time.monotonic()
    outcome = fuzz(count, seed, watch)
    grown = peak_mib() - before[0]
    for number, failure in list(outcome.failures.items())[:20]:
        print(f"seed {seed}, header {number}: {failure}", file=sys.stderr)
    print(
        f"python: {count} headers in {time.monotonic() - began:.1f} s, {outcome.read} read, {outcome.refused} refused, "
        f"{len(outcome.failures)} failed, peak memory {grown:.1f} MiB more"
    )
    return int(bool(outcome.failures) or grown > _LIMIT_MIB)


if __name__ == "__main__":
    sys.exit(main())
