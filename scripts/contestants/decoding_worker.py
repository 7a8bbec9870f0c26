"""One decoding system in a process of its own, as `worker` is one of training.

Its first reply, once it has decoded one batch, is `{"first_call_seconds": …}`; those of the turns are from `turn`.
"""

import importlib
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from contestants.contest import PAD_ID
from contestants.decoding import Batch, Task, load_batches
from contestants.worker import answer, peak_memory

_SYSTEMS = {
    "ours": ("contestants.ours_decoding", "decoder"),
    "pytorch": ("contestants.pytorch_decoding", "decoder"),
    "text": ("contestants.ours_decoding", "text_decoder"),
}


def turn(decode: Callable[[Batch], np.ndarray], batches: Iterator[Batch], seconds: float) -> dict:
    """Decodes batches for about this long, one at least.

    Returns:
        Sentences, and tokens found; the seconds of each call, of the turn by the clock, and of all processors that the
        process kept busy; the most memory that it ever held.
    """
    sentences, tokens, calls = 0, 0, []
    began, processor_began = time.perf_counter(), time.process_time()
    while not calls or time.perf_counter() - began < seconds:
        batch = next(batches)
        called = time.perf_counter()
        found = decode(batch)
        calls.append(time.perf_counter() - called)
        sentences += len(batch.limits)
        tokens += int(np.count_nonzero(found != PAD_ID))
    return {
        "sentences": sentences,
        "tokens": tokens,
        "calls": calls,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - processor_began,
        "peak_memory_mb": peak_memory() / 2**20,
    }


def main(system: str, directory: str, task: str) -> None:
    """Decodes until the parent has enough."""

    def run(replies):
        module, function = _SYSTEMS[system]
        chosen = Task(**json.loads(task))
        decode = getattr(importlib.import_module(module), function)(Path(directory), chosen)
        batches = itertools.cycle(load_batches(Path(directory), chosen.batch_size))
        first = turn(decode, batches, 0)
        print(json.dumps({"first_call_seconds": first["seconds"]}), file=replies, flush=True)
        for command in sys.stdin:
            print(json.dumps(turn(decode, batches, json.loads(command)["seconds"])), file=replies, flush=True)

    answer(run)


if __name__ == "__main__":
    main(*sys.argv[1:])
