"""Text files to sentence pairs.

The contract:

- Lines are as `lines` reads them; whitespace around a sentence is stripped.
- The name of a file tells its format: CSV, XLSX, TMX, XLIFF and JSON lines are in `formats`.
- A TSV line is a source sentence, a TAB and a target sentence. In parallel files, line k
  translates line k. A TAB in a sentence of these is a space: a model that had learnt to write it
  would break the TSV lines that it is asked for.
- A first line or row that names its columns is a header, and no pair; the report says so.
- A line that is no pair (no TAB, more than two columns, an empty side, blank) is skipped and
  counted, and `Corpus.skipped_report()` says so. With `strict`, it is an `InputError` instead.
- A file that cannot be used at all is an `InputError` of one line. Nothing is printed.
- A sentence may have any length here. `token_pairs` says what happens to long ones later.
"""

import dataclasses
import hashlib
import itertools
import os
import random
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from seq2seq.data.doubling import in_directions
from seq2seq.data.formats.columns import Columns
from seq2seq.data.formats.reader import format_of
from seq2seq.data.lines import FilePath, file_name, read_lines
from seq2seq.data.skipped_lines import BLANK, EMPTY_SIDE, SkippedLines, line_count
from seq2seq.errors import InputError

WINDOW = 200_000  # sentence pairs that are tokenised, shuffled and held in memory together


class _Hash(Protocol):
    """A hash object of `hashlib`."""

    def update(self, data: bytes, /) -> None: ...


@dataclass(frozen=True)
class Corpus:
    """Sentence pairs in memory: `target[k]` translates `source[k]`.

    Attributes:
        source: Source sentences, none empty.
        target: Target sentences, as many, none empty.
        skipped: What was skipped while reading, one entry for each input that had such lines.

    Raises:
        InputError: The sides have different numbers of sentences.
    """

    source: list[str]
    target: list[str]
    skipped: tuple[SkippedLines, ...] = ()

    def __post_init__(self) -> None:
        if len(self.source) != len(self.target):
            raise InputError(
                "Expected as many source as target sentences. "
                f"Received: {len(self.source):,} source and {len(self.target):,} target sentences."
            )

    @classmethod
    def collect(cls, pairs: Iterable[tuple[str, str]]) -> "Corpus":
        """Makes a corpus of pairs that come one by one."""
        corpus = cls([], [])
        for source, target in pairs:
            corpus.source.append(source)
            corpus.target.append(target)

        return corpus

    def __len__(self) -> int:
        """Returns the number of sentence pairs."""
        return len(self.source)

    @property
    def sample(self) -> "Corpus":
        """All pairs; a `CorpusStream` has a part of its pairs here, for what cannot read all."""
        return self

    def windows(self, first: int = 0) -> Iterator["Corpus"]:
        """Yields the pairs in order, `WINDOW` at a time, from a window on."""
        return windows_of(zip(self.source, self.target, strict=True), first)

    def chosen(self, places: Iterable[int]) -> "Corpus":
        """Returns the corpus of the pairs in these places."""
        return Corpus.collect((self.source[place], self.target[place]) for place in places)

    def swapped(self) -> "Corpus":
        """Returns the corpus with its sides exchanged."""
        return Corpus(self.target, self.source, self.skipped)

    def in_directions(self, tags: Sequence[str]) -> "Corpus":
        """Returns the pairs in all their directions; see `doubling.in_directions`."""
        pairs = in_directions(zip(self.source, self.target, strict=True), tags)
        return dataclasses.replace(Corpus.collect(pairs), skipped=self.skipped)

    def without(self, left_out: Set[str]) -> "Corpus":
        """Returns the corpus without the pairs whose source sentence has one of these keys.

        Args:
            left_out: Keys as `sentence_key` makes them.
        """
        pairs = zip(self.source, self.target, strict=True)
        return Corpus.collect(pair for pair in pairs if sentence_key(pair[0]) not in left_out)

    @property
    def digest(self) -> str:
        """A SHA-256 hash that identifies the text."""
        digest = hashlib.sha256()
        for window in self.windows():
            window.add_to(digest)

        return digest.hexdigest()

    def add_to(self, digest: _Hash) -> None:
        """Adds the text to a hash."""
        for side in (self.source, self.target):
            digest.update("".join(sentence + "\n" for sentence in side).encode())

    def skipped_report(self) -> str:
        """Returns a few lines that say what was skipped and why, or "" if nothing was."""
        return "\n".join(line for skipped in self.skipped for line in skipped.report())


def shuffled_together(corpora: Iterable[Corpus], *, seed: int) -> Corpus:
    """Returns the pairs of several corpora in a random order, so that all parts have some of each.

    Args:
        corpora: The corpora.
        seed: The same corpora and seed always give the same order.
    """
    pairs = [pair for one in corpora for pair in zip(one.source, one.target, strict=True)]
    random.Random(seed).shuffle(pairs)
    return Corpus.collect(pairs)


def windows_of(pairs: Iterator[tuple[str, str]], first: int = 0) -> Iterator[Corpus]:
    """Cuts pairs into corpora of `WINDOW` pairs, from the window numbered `first` on.

    The generator keeps no reference to a window: once the caller drops it, its memory is free.
    """
    pairs_before = itertools.islice(pairs, first * WINDOW, first * WINDOW)
    next(pairs_before, None)  # passes over them

    return iter(lambda: Corpus.collect(itertools.islice(pairs, WINDOW)), Corpus([], []))


def sentence_key(sentence: str) -> str:
    """Returns a key that ignores the case, the spaces and the Unicode form of a sentence."""
    return " ".join(unicodedata.normalize("NFKC", sentence).casefold().split())


@dataclass(frozen=True)
class PairFiles:
    """A file of sentence pairs, or two parallel ones.

    Args:
        source: A text file, plain or gzip, or `-` for standard input.
        target: Its translations, line by line. Only one of the two can be standard input. Without
            it, `source` has both sides: `formats.reader` knows its format by its name.
        strict: Whether a line that is no pair is an error rather than skipped.
        columns: Which columns or languages of `source` are the sides, where it has more than two.
        tags: Those of the directions in which the pairs are learnt; see `doubling.in_directions`.
            Without any, pairs are as they are in the file.
    """

    source: FilePath
    target: FilePath | None = None
    strict: bool = False
    columns: Columns | None = None
    tags: tuple[str, ...] = ()

    def can_be_read_again(self) -> bool:
        """Whether these are files, rather than standard input or a pipe."""
        paths = [path for path in (self.source, self.target) if path is not None]
        return all(os.fspath(path) != "-" and os.path.isfile(path) for path in paths)

    def pairs(self, skipped: list[SkippedLines]) -> Iterator[tuple[str, str]]:
        """Yields the pairs in the order of the lines.

        Args:
            skipped: Gets an entry if lines were no pairs, or something was noticed.

        Raises:
            InputError: At the end, if there was no pair, if the line counts of parallel files
                differ, or if strict and a line was no pair. Anywhere, if a file cannot be read.
        """
        pairs = self.pairs_of(SkippedLines(self.name), skipped)
        return in_directions(pairs, self.tags) if self.tags else pairs

    @property
    def name(self) -> str:
        """The file, or both files, as a message names them."""
        name = file_name(self.source)
        return name if self.target is None else f"{name} and {file_name(self.target)}"

    def pairs_of(
        self, found: SkippedLines, skipped: list[SkippedLines]
    ) -> Iterator[tuple[str, str]]:
        """As `pairs`, without tags; `found.total` is the number of the line that gave the pair."""
        if self.target is None:
            kind = format_of(self.source, self.columns)
            shape = kind.part.format(found.name)
            yield from kind.read(self.source, self.columns, found)
        else:
            shape = f"a sentence on every line of {found.name}"
            yield from _parallel_pairs(self.source, self.target, found)

        found.expect_pairs(shape=shape, strict=self.strict)
        if found.reasons or found.notes:
            skipped.append(found)


def all_pairs(files: Iterable[PairFiles], skipped: list[SkippedLines]) -> Iterator[tuple[str, str]]:
    """Yields the pairs of several inputs one after the other; see `PairFiles.pairs`."""
    return itertools.chain.from_iterable(part.pairs(skipped) for part in files)


def read_corpus(files: Sequence[PairFiles]) -> Corpus:
    """Reads the pairs of several inputs into memory, in order.

    Raises:
        InputError: An input cannot be read or holds no pair, or is strict and a line of it is no
            pair.
    """
    skipped: list[SkippedLines] = []
    corpus = Corpus.collect(all_pairs(files, skipped))
    return Corpus(corpus.source, corpus.target, tuple(skipped))


def read_tsv(path: FilePath, *, strict: bool = False) -> Corpus:
    """Reads the pairs of a file whose lines are source, TAB, target; see `PairFiles`."""
    return read_corpus([PairFiles(path, strict=strict)])


def read_parallel(source_path: FilePath, target_path: FilePath, *, strict: bool = False) -> Corpus:
    """Reads the pairs of two files; line k of one translates line k of the other."""
    return read_corpus([PairFiles(source_path, target_path, strict)])


def _parallel_pairs(
    source: FilePath, target: FilePath, skipped: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs of two files, and counts the lines that are none.

    Raises:
        InputError: At the end, if the line counts differ. At once, if both are standard input.
    """
    if os.fspath(source) == os.fspath(target) == "-":
        raise InputError(
            "Expected two files. Received: '-' for both. Give standard input only one side."
        )

    source_count = 0
    target_count = 0
    lines = itertools.zip_longest(read_lines(source), read_lines(target))
    for number, (source_line, target_line) in enumerate(lines, start=1):
        skipped.total = number
        source_count += source_line is not None
        target_count += target_line is not None
        if source_line and target_line:
            yield source_line.replace("\t", " "), target_line.replace("\t", " ")
        elif source_count == target_count:
            reason = EMPTY_SIDE if source_line or target_line else BLANK
            skipped.add(number, reason, f"{source_line}\t{target_line}")

    if source_count != target_count:
        raise InputError(
            "Expected parallel files with the same number of lines. "
            f"Received: {line_count(source_count)} in {file_name(source)}, "
            f"{line_count(target_count)} in {file_name(target)}. "
            "Line k of one must translate line k of the other."
        )
    skipped.total = source_count
