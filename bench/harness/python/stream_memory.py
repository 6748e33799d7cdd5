"""How much a Python loop over a stream grows: one line of JSON.

    python bench/harness/python/stream_memory.py ENDPOINT --batches 10000 [--output torch]
"""

import argparse
import json
import os

import skelmix


def resident_mib() -> float:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("endpoint")
    parser.add_argument("--batches", type=int, default=10_000)
    parser.add_argument("--warm-up", type=int, default=500, help="batches before the first look")
    parser.add_argument("--output", choices=("numpy", "torch"), default="numpy")
    options = parser.parse_args()

    with skelmix.connect(options.endpoint, output=options.output, connect_timeout_s=30) as stream:
        batches = iter(stream)
        for _ in range(options.warm_up):
            next(batches)
        before = most = resident_mib()
        for count in range(options.batches):
            next(batches)
            if count % 100 == 0:
                most = max(most, resident_mib())
        print(json.dumps({"batches": options.batches, "grownMib": resident_mib() - before, "mostMib": most - before}))


if __name__ == "__main__":
    main()
