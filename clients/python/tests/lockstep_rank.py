"""One rank of a distributed training, for test_lockstep.py: prints its steps, and how it ended.

Environment: what torchrun sets. Arguments: endpoint, rank that dies (-1: none), step at which it does.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta

import torch
import torch.distributed as dist

import skelmix


def main() -> None:
    endpoint, victim, fatal_step = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    dist.init_process_group("gloo", timeout=timedelta(seconds=60))
    rank = dist.get_rank()
    stream = skelmix.connect(
        endpoint, mode="lockstep", connect_timeout_s=60, first_batch_timeout_s=60, batch_timeout_s=60, credit=2
    )
    print("length", stream.epoch_batches, flush=True)
    try:
        for _ in range(2):
            count = 0
            for batch in stream.epoch():
                count += 1
                steps = torch.full((1,), float(batch.step))
                dist.all_reduce(steps)  # as the gradients of a step are
                assert steps.item() == batch.step * dist.get_world_size()
                print("batch", batch.epoch, batch.step, batch.seq, flush=True)
                if rank == victim and batch.step == fatal_step:
                    os.kill(os.getpid(), signal.SIGKILL)
            print("epoch", count, flush=True)
    except Exception as error:
        print("lost", time.time(), type(error).__name__, flush=True)
        try:
            while True:
                next(stream)
        except skelmix.TransportError as reason:
            print("ended", time.time(), reason, flush=True)
            os._exit(3)
    stream.close()
    dist.destroy_process_group()


main()
