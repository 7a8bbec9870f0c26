"""Which sentence pairs share a batch: pairs of nearly equal lengths, so that little is padding."""

import numpy as np


def plan_batches(
    lengths: np.ndarray, *, batch_tokens: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Groups pairs of nearly equal lengths into batches, in random order.

    From one plan to the next, pairs of equal lengths move freely between batches. The number of
    batches stays the same: it depends on the lengths alone.

    Args:
        lengths: `(pairs, 2)` numbers of source and target tokens.
        batch_tokens: Most tokens of a batch on either side, padding included. A longer pair is a
            batch alone.
        rng: Source of the order.

    Returns:
        For each batch, the indices of its pairs. No pair gives no batch.
    """
    order = rng.permutation(len(lengths))
    longer_side = lengths[order].max(axis=1)
    difference = lengths[order, 0] - lengths[order, 1]

    # First by the longer side, which the limit is about. Pairs with the same longer side are then
    # sorted by the difference of the sides, in one direction for even lengths and in the other for
    # odd ones: neighbours are alike on both sides, also where the longer side grows by one.
    by_difference = np.where(longer_side % 2, -difference, difference)
    place = np.lexsort((by_difference, longer_side))
    order = order[place]
    widths = longer_side[place].tolist()

    starts: list[int] = []
    for position, width in enumerate(widths):
        if not starts or width * (position - starts[-1] + 1) > batch_tokens:
            starts.append(position)

    batches = np.split(order, starts[1:]) if starts else []
    return [batches[index] for index in rng.permutation(len(batches))]
