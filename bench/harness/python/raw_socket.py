"""What a bare stream socket carries between two processes: the ceiling that the stream is compared with.

A sender process writes batches of as many bytes, each behind its length; this process reads each into fresh memory, as a
loop that owns its batches must. Prints one line of JSON.

    python bench/python/raw_socket.py --bytes 983040 --samples 64 --seconds 4 [--tcp]
"""

import argparse
import json
import os
import socket
import struct
import time

import numpy as np

HEADER = struct.Struct("<Q")


def send_forever(link: socket.socket, size: int) -> None:
    batch = np.random.default_rng(0).random(size // 4, dtype=np.float32)
    header = HEADER.pack(batch.nbytes)
    try:
        while True:
            link.sendall(header)
            link.sendall(batch)
    except OSError:
        pass  # the receiver has seen enough


def read_into(link: socket.socket, buffer: memoryview) -> None:
    while buffer:
        got = link.recv_into(buffer)
        if got == 0:
            raise ConnectionError("the sender went away")
        buffer = buffer[got:]


def receive(link: socket.socket) -> np.ndarray:
    header = bytearray(HEADER.size)
    read_into(link, memoryview(header))
    batch = np.empty(HEADER.unpack(header)[0] // 4, dtype=np.float32)
    read_into(link, memoryview(batch).cast("B"))
    return batch


def connected_pair(tcp: bool) -> "tuple[socket.socket, socket.socket]":
    if not tcp:
        return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with socket.create_server(("127.0.0.1", 0)) as server:
        sender = socket.create_connection(server.getsockname())
        receiver, _ = server.accept()
    for end in (sender, receiver):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sender, receiver


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bytes", type=int, required=True, help="of one batch")
    parser.add_argument("--samples", type=int, default=64, help="in one batch, for the figure")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--warm-up", type=float, default=0.5)
    parser.add_argument("--tcp", action="store_true")
    options = parser.parse_args()

    sender, receiver = connected_pair(options.tcp)
    child = os.fork()
    if child == 0:
        receiver.close()
        send_forever(sender, options.bytes)
        os._exit(0)
    sender.close()
    until = time.perf_counter() + options.warm_up
    while time.perf_counter() < until:
        receive(receiver)
    count = 0
    began = time.perf_counter()
    while (seconds := time.perf_counter() - began) < options.seconds:
        receive(receiver)
        count += 1
    receiver.close()
    os.waitpid(child, 0)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "batches": count,
                "samplesPerSecond": count * options.samples / seconds,
                "bytesPerSecond": count * options.bytes / seconds,
            }
        )
    )


if __name__ == "__main__":
    main()
