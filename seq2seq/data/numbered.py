"""Sentence pairs with the lines that gave them: output line k can be that of input line k."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.skipped_lines import SkippedLines


@dataclass(frozen=True)
class NumberedCorpus:
    """A corpus and the places of its pairs in the input.

    Attributes:
        corpus: The pairs.
        places: The line of each pair, counted from 0 through all files.
        lines: How many lines, rows or units all files have, those that are no pair included.
    """

    corpus: Corpus
    places: list[int]
    lines: int

    def swapped(self) -> "NumberedCorpus":
        """The same lines with the sides of the pairs exchanged."""
        return dataclasses.replace(self, corpus=self.corpus.swapped())

    def lines_of(self, texts: Sequence[str]) -> list[str]:
        """The texts of the pairs as a line for each line of the input.

        A line that was no pair is empty. A line break inside a text is a space.
        """
        lines = [""] * self.lines
        for place, text in zip(self.places, texts, strict=True):
            lines[place] = " ".join(text.splitlines())
        return lines


def read_numbered(files: Sequence[PairFiles]) -> NumberedCorpus:
    """Reads the pairs of several inputs into memory, in order, with their lines.

    Raises:
        InputError: As `corpus.read_corpus`.
    """
    skipped: list[SkippedLines] = []
    pairs = []
    places = []
    lines = 0
    for part in files:
        found = SkippedLines(part.name)
        for pair in part.pairs_of(found, skipped):
            pairs.append(pair)
            places.append(lines + found.total - 1)
        lines += found.total

    collected = Corpus.collect(pairs)
    return NumberedCorpus(Corpus(collected.source, collected.target, tuple(skipped)), places, lines)
