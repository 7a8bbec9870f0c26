"""Sentence pairs with their places in files."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from seq2seq.data.corpus import PairFiles
from seq2seq.data.skipped_lines import SkippedLines


class Located(NamedTuple):
    """A sentence pair and where it stands, such as "pairs.csv, row 7"."""

    source: str
    target: str
    place: str


def located_pairs(files: Iterable[PairFiles], skipped: list[SkippedLines]) -> Iterator[Located]:
    """Yields the pairs of several inputs one after the other; see `PairFiles.pairs`."""
    for part in files:
        found = SkippedLines(part.name)
        for source, target in part.pairs_of(found, skipped):
            yield Located(source, target, f"{found.name}, {found.unit} {found.total:,}")
