"""Which lines each shard has."""


def cut_lines(lines: int, shards: int, *, together: int) -> list[range]:
    """Cuts the numbers of lines into ranges of about the same length, in order.

    A cut lies where the plain command begins a window, within which it sorts sentences by length
    into batches. So a sentence is decoded beside the same others, and not even the last bit of its
    score differs. A corpus of few windows leaves some shards empty.

    Args:
        lines: How many lines there are.
        shards: How many ranges.
        together: The lines of a window.

    Returns:
        The ranges, `(shards,)`. The first begins at 0, and each where the one before it ends.
    """
    windows = -(-lines // together)
    cuts = [min(windows * shard // shards * together, lines) for shard in range(shards + 1)]
    return [range(start, stop) for start, stop in zip(cuts, cuts[1:], strict=False)]
