"""Counts what a Python loop gets from a skelmix server: one line of JSON on stdout.

    python bench/python/stream_consumer.py ENDPOINT --seconds 4 [--tcp] [--credit 4] [--output numpy]
"""

import argparse
import json
import time

import skelmix


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("endpoint")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long to count")
    parser.add_argument("--warm-up", type=float, default=0.5, help="seconds before that")
    parser.add_argument("--tcp", action="store_true", help="stay on the endpoint, do not change to the local socket")
    parser.add_argument("--credit", type=int, default=4)
    parser.add_argument("--output", choices=("numpy", "torch"), default="numpy")
    options = parser.parse_args()

    with skelmix.connect(
        options.endpoint, credit=options.credit, output=options.output, prefer_ipc=not options.tcp, connect_timeout_s=30
    ) as stream:
        batches = iter(stream)
        until = time.perf_counter() + options.warm_up
        next(batches)
        while time.perf_counter() < until:
            next(batches)
        count = samples = size = 0
        began = time.perf_counter()
        while (seconds := time.perf_counter() - began) < options.seconds:
            batch = next(batches)
            count += 1
            samples += len(batch)
            size += batch.x.nbytes
        print(
            json.dumps(
                {
                    "endpoint": stream.endpoint,
                    "seconds": seconds,
                    "batches": count,
                    "samplesPerSecond": samples / seconds,
                    "bytesPerSecond": size / seconds,
                    "batchBytes": size // count,
                }
            )
        )


if __name__ == "__main__":
    main()
