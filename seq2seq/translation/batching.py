"""Windows of a stream of texts, and batches of similar lengths that threads work on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import numpy as np

from seq2seq.cpu import rows_each

WINDOW = 64  # batches that are sorted by length together

Item = TypeVar("Item")
Result = TypeVar("Result")


def windows(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yields lists of `size` items, read when they are asked for; the last may be shorter."""
    remaining = iter(items)
    while window := list(islice(remaining, size)):
        yield window


def in_batches(
    work: Callable[[np.ndarray], Sequence[Result]],
    lengths: Sequence[int] | np.ndarray,
    *,
    batch_size: int,
    threads: int,
) -> list[Result]:
    """Works on texts in batches of similar lengths, which hold little padding.

    Args:
        work: Makes a result for each of the texts at the places `(batch,)` that it is given.
        lengths: The length of each text.
        batch_size: Most texts in a batch.
        threads: Batches worked on at once.

    Returns:
        The results in the order of the lengths.
    """
    order = np.argsort(lengths, kind="stable")
    batch_size = rows_each(len(order), threads, most=batch_size)
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]

    results: dict[int, Result] = {}
    with ThreadPoolExecutor(threads) as pool:
        for places, found in zip(batches, pool.map(work, batches), strict=True):
            results.update(zip(places.tolist(), found, strict=True))
    return [results[place] for place in range(len(order))]
