"""Corpora larger than memory: they stay in their files, which are read anew every epoch.

A window of pairs at a time is in memory.
"""

import dataclasses
import hashlib
import itertools
import random
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from seq2seq.data.corpus import (
    Corpus,
    PairFiles,
    all_pairs,
    read_corpus,
    sentence_key,
    windows_of,
)
from seq2seq.data.directions import tagged
from seq2seq.data.skipped_lines import SkippedLines


@dataclass(frozen=True)
class CorpusStream:
    """Sentence pairs in files, of which a window at a time is in memory.

    Attributes:
        files: Where they are.
        pairs: How many there are, those left out included.
        sample: A window of pairs drawn from all alike, with what was skipped while reading.
        digest: Identifies the text.
        left_out: The `sentence_key` of the source sentences that no window holds.
    """

    files: tuple[PairFiles, ...]
    pairs: int
    sample: Corpus
    digest: str
    left_out: Set[str] = frozenset()

    def __len__(self) -> int:
        """Returns the number of sentence pairs, those left out included."""
        return self.pairs

    def windows(self, first: int = 0) -> Iterator[Corpus]:
        """Yields the pairs in order, a window at a time, from a window on; reads the files anew."""
        windows = windows_of(all_pairs(self.files, []), first)
        return map(self._less_those_left_out, windows) if self.left_out else windows

    def _less_those_left_out(self, window: Corpus) -> Corpus:
        return window.without(self.left_out)

    def without(self, left_out: Set[str]) -> "CorpusStream":
        """Returns the stream whose windows hold none of these sentences; see `Corpus.without`."""
        sample = self.sample.without(left_out)
        return dataclasses.replace(self, sample=sample, left_out=self.left_out | left_out)

    def in_directions(self, tags: Sequence[str]) -> "CorpusStream":
        """Returns the stream of the pairs in all their directions; its sample stays a window."""
        sample = self.sample.in_directions(tags)
        return CorpusStream(
            files=tuple(dataclasses.replace(part, tags=tuple(tags)) for part in self.files),
            pairs=len(tags) * self.pairs,
            sample=dataclasses.replace(next(sample.windows()), skipped=sample.skipped),
            digest=hashlib.sha256(" ".join([self.digest, *tags]).encode()).hexdigest(),
            left_out={tagged(key, tags[0]) for key in self.left_out},
        )

    def skipped_report(self) -> str:
        """Returns a few lines that say what was skipped and why, or "" if nothing was."""
        return self.sample.skipped_report()


def open_corpus(files: Sequence[PairFiles]) -> Corpus | CorpusStream:
    """Reads the pairs of several inputs; no more than a window of them is kept in memory.

    What cannot be read twice, standard input or a pipe, is kept in memory whatever its size.

    Returns:
        A `Corpus` if the pairs are no more than a window or cannot be read twice, else a
        `CorpusStream`.

    Raises:
        InputError: An input cannot be read or holds no pair, or is strict and a line of it is no
            pair.
    """
    if not all(part.can_be_read_again() for part in files):
        return read_corpus(files)

    skipped: list[SkippedLines] = []
    windows = windows_of(all_pairs(files, skipped))
    first = next(windows, Corpus([], []))
    second = next(windows, None)
    if second is None:
        return dataclasses.replace(first, skipped=tuple(skipped))

    pairs, sample, digest = _survey(itertools.chain([first, second], windows))
    sample = dataclasses.replace(sample, skipped=tuple(skipped))
    return CorpusStream(tuple(files), pairs, sample, digest)


def directed(
    corpus: Corpus | CorpusStream, dev: Corpus, tags: Sequence[str], *, apart: bool
) -> tuple[Corpus | CorpusStream, Corpus]:
    """Returns training and dev pairs in their directions, the source sentences behind tags.

    Args:
        corpus: The training pairs.
        dev: The dev pairs.
        tags: Those of the directions; see `doubling.in_directions`.
        apart: Whether the dev pairs were held out. Then no source sentence of theirs, of either
            direction, is one of the training pairs.
    """
    corpus = corpus.in_directions(tags)
    dev = dev.in_directions(tags)
    return corpus.without(set(map(sentence_key, dev.source))) if apart else corpus, dev


def _survey(windows: Iterator[Corpus], *, seed: int = 0) -> tuple[int, Corpus, str]:
    """Reads all windows once.

    Returns:
        The number of pairs, a sample of as many as the first window has, and the digest.

    Reference:
        Vitter, Random Sampling with a Reservoir, 1985: algorithm R.
    """
    digest = hashlib.sha256()
    chance = random.Random(seed)

    first = next(windows)
    first.add_to(digest)
    sample = Corpus([*first.source], [*first.target])
    pairs = len(first)

    for window in windows:
        window.add_to(digest)
        for source, target in zip(window.source, window.target, strict=True):
            pairs += 1
            place = int(chance.random() * pairs)
            if place < len(sample):
                sample.source[place] = source
                sample.target[place] = target
        del window  # before the next one is read

    return pairs, sample, digest.hexdigest()
