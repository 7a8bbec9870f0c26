"""Pairs held out of a corpus, to validate on."""

import random

from seq2seq.data.corpus import Corpus, sentence_key
from seq2seq.data.stream import CorpusStream
from seq2seq.errors import InputError


def holdout_split(
    corpus: Corpus | CorpusStream, *, size: int, seed: int
) -> tuple[Corpus | CorpusStream, Corpus]:
    """Sets some pairs aside for validation, so that no source sentence is on both sides.

    Sentences that differ only in case, whitespace or Unicode form (NFKC) count as the same and stay
    together. Whole groups of them are drawn at random from the corpus, or from the sample of a
    stream, while they fit: the held-out side has `size` pairs or, where groups do not add up to it,
    slightly fewer. Both sides keep their order.

    Args:
        corpus: The pairs to split.
        size: How many pairs to hold out.
        seed: The same corpus, size and seed always give the same split.

    Returns:
        `(train, dev)`.

    Raises:
        InputError: The corpus is too small to give both sides a pair.
    """
    if size < 1:
        raise InputError(f"Expected to hold out at least 1 pair. Received: {size}.")

    sample = corpus.sample
    groups: dict[str, list[int]] = {}
    for index, sentence in enumerate(sample.source):
        groups.setdefault(sentence_key(sentence), []).append(index)

    held_out = _draw(groups, size=size, seed=seed)
    if size >= len(corpus) or not held_out:
        raise InputError(
            f"Expected enough different source sentences to hold out pairs, here {size:,}, and to "
            f"learn from others. Received: {len(corpus):,} in all, different source sentences: "
            f"{len(groups):,}. Give more pairs, or --dev."
        )

    indices = sorted(index for key in held_out for index in groups[key])
    dev = Corpus(
        [sample.source[index] for index in indices],
        [sample.target[index] for index in indices],
    )
    return corpus.without(held_out), dev


def _draw(groups: dict[str, list[int]], *, size: int, seed: int) -> set[str]:
    """Returns the keys of randomly drawn groups, each taken if it still fits into `size`."""
    keys = list(groups)
    random.Random(seed).shuffle(keys)

    drawn: set[str] = set()
    pairs = 0
    for key in keys:
        if pairs + len(groups[key]) <= size:
            drawn.add(key)
            pairs += len(groups[key])

    return drawn
