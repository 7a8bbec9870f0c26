"""One decoding system in a process of its own, as `worker` is one of training.

Its first reply, once it has decoded one batch, is `{"first_call_seconds": …}`. Those of the turns
are from `turn`.
"""

import importlib
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

import numpy as np

from contestants.contest import PAD_ID
from contestants.decoding import Batch, Task, load_batches
from contestants.worker import answer, peak_memory

_SYSTEMS = {
    "ours": ("contestants.ours_decoding", "decoder"),
    "pytorch": ("contestants.pytorch_decoding", "decoder"),
    "tflite": ("contestants.tflite_decoding", "decoder"),
    "text": ("contestants.ours_decoding", "text_decoder"),
}


def turn(
    decode: Callable[[Batch], np.ndarray],
    batches: Iterator[Batch],
    seconds: float,
    at_once: int = 1,
) -> dict:
    """Decodes batches for about this long, so many at once and one of them at least.

    Returns:
        Sentences, and tokens found; the seconds of each call, of the turn by the clock, and of all
        processors that the process kept busy; the most memory that it ever held.
    """
    began = time.perf_counter()
    processor_began = time.process_time()

    def work(_: int) -> list[tuple[float, int, int]]:
        done: list[tuple[float, int, int]] = []
        while not done or time.perf_counter() - began < seconds:
            batch = next(batches)
            called = time.perf_counter()
            found = decode(batch)
            passed = time.perf_counter() - called
            done.append((passed, len(batch.limits), int(np.count_nonzero(found != PAD_ID))))

        return done

    with ThreadPoolExecutor(at_once) as threads:
        calls, sentences, tokens = zip(
            *itertools.chain(*threads.map(work, range(at_once))), strict=True
        )

    return {
        "sentences": sum(sentences),
        "tokens": sum(tokens),
        "calls": calls,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - processor_began,
        "peak_memory_mb": peak_memory() / 2**20,
    }


def main(system: str, directory: str, task: str) -> None:
    """Decodes until the parent has enough."""

    def run(replies: TextIO) -> None:
        module, function = _SYSTEMS[system]
        chosen = Task(**json.loads(task))
        decode = getattr(importlib.import_module(module), function)(Path(directory), chosen)
        batches = itertools.cycle(load_batches(Path(directory), chosen.batch_size))

        first = turn(decode, batches, 0)
        print(json.dumps({"first_call_seconds": first["seconds"]}), file=replies, flush=True)

        for command in sys.stdin:
            reply = turn(decode, batches, json.loads(command)["seconds"], chosen.at_once)
            print(json.dumps(reply), file=replies, flush=True)

    answer(run)


if __name__ == "__main__":
    main(*sys.argv[1:])
