"""Cleans a corpus: which pairs are kept, and why the others are not."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.quality.inspection import SAMPLE, Inspection, held_out
from seq2seq.data.quality.located import Located, located_pairs
from seq2seq.data.quality.rules import REMOVING
from seq2seq.data.skipped_lines import SkippedLines
from seq2seq.data.stream import open_corpus
from seq2seq.errors import InputError

_BATCH = 5_000  # pairs


class Judged(NamedTuple):
    """A pair, and the rules for which it is taken out: none for a pair that is kept."""

    pair: Located
    reasons: list[str]


def clean(
    files: Sequence[PairFiles],
    held: Mapping[str, Corpus],
    skipped: list[SkippedLines],
    *,
    keep: Collection[str] = (),
) -> Iterator[Judged]:
    """Yields every pair in order, judged.

    The files are read twice: what is usual is learnt from a sample of all pairs.

    Args:
        files: Where the pairs are.
        held: The dev and test sets, none of whose source sentences may stay.
        skipped: Gets an entry for each file with lines that were no pairs.
        keep: Rules for which no pair is taken out.

    Raises:
        InputError: A file cannot be read, or not twice, or holds no pair.
    """
    for part in files:
        if not part.can_be_read_again():
            raise InputError(
                f"Expected files to clean, which are read twice. Received: {part.name}. "
                "Save it to a file first."
            )

    inspection = Inspection(_thinned(open_corpus(files).sample), held=held_out(held))
    removing = [rule for rule in REMOVING if rule not in keep]
    pairs = located_pairs(files, skipped)
    while batch := list(itertools.islice(pairs, _BATCH)):
        for pair, broken in zip(batch, inspection.faults(batch), strict=True):
            yield Judged(pair, [rule for rule in removing if rule in broken])


def _thinned(corpus: Corpus) -> Corpus:
    """As many pairs as are learnt from, at equal distances."""
    every = max(1, -(-len(corpus) // SAMPLE))
    return Corpus(corpus.source[::every], corpus.target[::every])
