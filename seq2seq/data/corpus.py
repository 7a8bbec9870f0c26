"""Text files to sentence pairs.

The contract:

- Lines are as `lines` reads them; whitespace around a sentence is stripped.
- A TSV line is a source sentence, a TAB and a target sentence. In parallel files, line k translates line k.
- A line that is no pair (no TAB, more than two columns, an empty side, blank) is skipped and counted, and
  `Corpus.skipped_report()` says so; where strict, it is an `InputError` instead.
- A file that cannot be used at all is an `InputError` of one line. Nothing is printed.
"""

import hashlib
import itertools
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from seq2seq.data.lines import FilePath, decoded_lines, file_name, read_lines
from seq2seq.errors import InputError

NO_TAB = "without a TAB"
TOO_MANY_COLUMNS = "with more than two columns"
EMPTY_SIDE = "with an empty side"
BLANK = "blank"
WINDOW = 200_000  # sentence pairs that are tokenised, shuffled and held in memory together

_EXAMPLES = 5  # skipped lines that are kept to be shown
_EXCERPT = 40  # characters of each


@dataclass(frozen=True)
class SkippedLine:
    """One line that was no sentence pair: its number, counted from 1, why, and how it begins."""

    number: int
    reason: str
    excerpt: str

    def __str__(self) -> str:
        return f"line {self.number:,} ({self.reason}): {self.excerpt!r}"


@dataclass
class SkippedLines:
    """The lines of one file, or of two parallel ones, that were no sentence pair.

    Attributes:
        name: The file, or both files, as a message names them.
        total: How many lines were read, usable or not.
        reasons: How many lines were skipped for each reason.
        first: The first five of them.
    """

    name: str
    total: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first: list[SkippedLine] = field(default_factory=list)

    def add(self, number: int, reason: str, text: str) -> None:
        """Counts a line, and keeps the beginning of it if it is among the first."""
        self.reasons[reason] += 1
        if len(self.first) < _EXAMPLES:
            text = text.rstrip("\r\n")  # TABs stay: they show which side is empty
            excerpt = text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
            self.first.append(SkippedLine(number, reason, excerpt))

    def summary(self) -> str:
        """Returns for example "7 of 3,142 lines of data.tsv: 5 without a TAB, 2 blank"."""
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.reasons.most_common())
        return f"{self.reasons.total():,} of {_lines(self.total)} of {self.name}: {reasons}"


@dataclass(frozen=True)
class Corpus:
    """Sentence pairs in memory: `target[k]` translates `source[k]`.

    Attributes:
        source: Source sentences, none empty.
        target: Target sentences, as many, none empty.
        skipped: What was skipped while reading, one entry for each input that had such lines.
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
        """Holds pairs in memory that come one by one."""
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
        """Pairs that stand for all of them, where a look at each would be too long: here, all of them."""
        return self

    def windows(self, first: int = 0) -> Iterator["Corpus"]:
        """Yields the pairs in order, `WINDOW` at a time, from a window on."""
        return windows_of(zip(self.source, self.target, strict=True), first)

    def without(self, left_out: Set[str]) -> "Corpus":
        """Returns the pairs whose source sentence, as `sentence_key` sees it, is none of those left out."""
        pairs = zip(self.source, self.target, strict=True)
        return Corpus.collect(pair for pair in pairs if sentence_key(pair[0]) not in left_out)

    @property
    def digest(self) -> str:
        """Identifies the text."""
        digest = hashlib.sha256()
        for window in self.windows():
            window.add_to(digest)
        return digest.hexdigest()

    def add_to(self, digest) -> None:
        """Adds the text to a hash."""
        for side in (self.source, self.target):
            digest.update("".join(sentence + "\n" for sentence in side).encode())

    def skipped_report(self) -> str:
        """Returns a few lines that say what was skipped and why, or "" if nothing was."""
        report = []
        for skipped in self.skipped:
            report.append(f"Skipped {skipped.summary()}. First ones:")
            report.extend(f"  {line}" for line in skipped.first)
        return "\n".join(report)


def windows_of(pairs: Iterator[tuple[str, str]], first: int = 0) -> Iterator[Corpus]:
    """Cuts pairs into corpora of `WINDOW` pairs, from the window numbered `first` on, and keeps hold of none."""
    next(
        itertools.islice(pairs, first * WINDOW, first * WINDOW), None
    )  # passes over the windows before it
    return iter(lambda: Corpus.collect(itertools.islice(pairs, WINDOW)), Corpus([], []))


def sentence_key(sentence: str) -> str:
    """Returns what spellings of the same sentence have in common that differ in case, whitespace or Unicode form."""
    return " ".join(unicodedata.normalize("NFKC", sentence).casefold().split())


@dataclass(frozen=True)
class PairFiles:
    """A file of sentence pairs, or two parallel ones.

    Args:
        source: A text file, plain or gzip, or `-` for standard input.
        target: Its translations, line by line; only one of the two can be standard input. Without it, the lines of
            `source` are source, TAB, target.
        strict: Whether a line that is no pair is an error rather than skipped.
    """

    source: FilePath
    target: FilePath | None = None
    strict: bool = False

    def can_be_read_again(self) -> bool:
        """Whether these are files, rather than standard input or a pipe."""
        paths = [path for path in (self.source, self.target) if path is not None]
        return all(os.fspath(path) != "-" and os.path.isfile(path) for path in paths)

    def pairs(self, skipped: list[SkippedLines]) -> Iterator[tuple[str, str]]:
        """Yields the pairs in the order of the lines, and adds to `skipped` if lines were no pairs.

        Raises:
            InputError: At the end, if there was no pair, if the line counts of parallel files differ, or if strict and
                a line was no pair. Anywhere, if a file cannot be read.
        """
        found = SkippedLines(file_name(self.source))
        if self.target is None:
            shape = (
                f"every line of {found.name} to be a source sentence, a TAB and a target sentence"
            )
            lines = self._tsv_pairs(found)
        else:
            found.name += f" and {file_name(self.target)}"
            shape = f"a sentence on every line of {found.name}"
            lines = self._parallel_pairs(found)
        yield from lines
        _check(found, shape=shape, strict=self.strict)
        if found.reasons:
            skipped.append(found)

    def _tsv_pairs(self, skipped: SkippedLines) -> Iterator[tuple[str, str]]:
        for number, line in enumerate(decoded_lines(self.source), start=1):
            skipped.total = number
            columns = [column.strip() for column in line.split("\t")]
            if len(columns) == 2 and all(columns):
                yield columns[0], columns[1]
            else:
                skipped.add(number, _reason(columns), line)

    def _parallel_pairs(self, skipped: SkippedLines) -> Iterator[tuple[str, str]]:
        if os.fspath(self.source) == os.fspath(self.target) == "-":
            raise InputError(
                "Expected two files. Received: '-' for both. Give standard input only one side."
            )
        source_count = target_count = 0
        pairs = itertools.zip_longest(read_lines(self.source), read_lines(self.target))
        for number, (source_line, target_line) in enumerate(pairs, start=1):
            source_count += source_line is not None
            target_count += target_line is not None
            if source_line and target_line:
                yield source_line, target_line
            elif source_count == target_count:
                reason = EMPTY_SIDE if source_line or target_line else BLANK
                skipped.add(number, reason, f"{source_line}\t{target_line}")
        if source_count != target_count:
            raise InputError(
                "Expected parallel files with the same number of lines. "
                f"Received: {_lines(source_count)} in {file_name(self.source)}, "
                f"{_lines(target_count)} in {file_name(self.target)}. "
                "Line k of one must translate line k of the other."
            )
        skipped.total = source_count


def all_pairs(files: Iterable[PairFiles], skipped: list[SkippedLines]) -> Iterator[tuple[str, str]]:
    """Yields the pairs of several inputs one after the other; see `PairFiles.pairs`."""
    return itertools.chain.from_iterable(part.pairs(skipped) for part in files)


def read_corpus(files: Sequence[PairFiles]) -> Corpus:
    """Reads the pairs of several inputs into memory, in order.

    Raises:
        InputError: An input cannot be read or holds no pair, or is strict and a line of it is no pair.
    """
    skipped: list[SkippedLines] = []
    corpus = Corpus.collect(all_pairs(files, skipped))
    return Corpus(corpus.source, corpus.target, tuple(skipped))


def read_tsv(path: FilePath, *, strict: bool = False) -> Corpus:
    """Reads the pairs of a file whose lines are source, TAB, target; see `PairFiles`."""
    return read_corpus([PairFiles(path, strict=strict)])


def read_parallel(source_path: FilePath, target_path: FilePath, *, strict: bool = False) -> Corpus:
    """Reads the pairs of two files, of which line k of one translates line k of the other; see `PairFiles`."""
    return read_corpus([PairFiles(source_path, target_path, strict)])


def _reason(columns: list[str]) -> str:
    """Returns why the columns of a TSV line are no sentence pair."""
    if len(columns) == 1:
        return NO_TAB if columns[0] else BLANK
    return EMPTY_SIDE if len(columns) == 2 else TOO_MANY_COLUMNS


def _check(skipped: SkippedLines, *, shape: str, strict: bool) -> None:
    """Raises `InputError` if every line was skipped or, when strict, any."""
    if skipped.total == 0:
        raise InputError(f"Expected {shape}. Received: an empty file.")
    empty = skipped.reasons.total() == skipped.total
    if empty and skipped.reasons[NO_TAB] and not skipped.reasons.keys() - {NO_TAB, BLANK}:
        raise InputError(
            f"Expected {shape}. Received: {_lines(skipped.total)}, none with a TAB. It does not look "
            "like TSV; if source and target are in two files, give them with --source and --target."
        )
    if skipped.reasons and (strict or empty):
        found = ", so no sentence pair" if empty else ""
        raise InputError(
            f"Expected {shape}. Received: {skipped.summary()}{found}. First ones: "
            + "; ".join(map(str, skipped.first))
            + f". {_advice(skipped, strict=strict and not empty)}"
        )


def _advice(skipped: SkippedLines, *, strict: bool) -> str:
    """Returns what to do about skipped lines that are an error."""
    if skipped.reasons[TOO_MANY_COLUMNS] > skipped.reasons.total() / 2:
        return "To keep only the first two columns of a file, use cut -f1,2."
    if strict:
        return "Correct or remove them."
    return "Give text with a sentence on both sides."


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"
