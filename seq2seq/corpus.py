"""Text files to sentence pairs.

The contract:

- Text is UTF-8, with or without a byte-order mark. Only LF and CRLF end a line: U+2028, U+0085, a form feed
  or a lone CR inside a sentence never split it. Whitespace around a sentence is stripped.
- A file is read as gzip when its name ends in `.gz` or its first bytes say so. `-` is standard input, plain.
- A TSV line is a source sentence, a TAB and a target sentence. In parallel files, line k translates line k.
- A line that is no pair (no TAB, more than two columns, an empty side, blank) is skipped and counted, and
  `Corpus.skipped_report()` says so; with `strict=True` it is an `InputError` instead.
- A file that cannot be used at all is an `InputError` of one line. Nothing is printed.
"""

import contextlib
import gzip
import itertools
import os
import random
import sys
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from seq2seq.errors import InputError

NO_TAB = "without a TAB"
TOO_MANY_COLUMNS = "with more than two columns"
EMPTY_SIDE = "with an empty side"
BLANK = "blank"

_EXAMPLES = 5  # skipped lines that are kept to be shown
_EXCERPT = 40  # characters of each
_GZIP_MAGIC = b"\x1f\x8b"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

FilePath = str | os.PathLike[str]


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
    """Sentence pairs: `target[k]` translates `source[k]`.

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

    def __len__(self) -> int:
        """Returns the number of sentence pairs."""
        return len(self.source)

    def skipped_report(self) -> str:
        """Returns a few lines that say what was skipped and why, or "" if nothing was."""
        report = []
        for skipped in self.skipped:
            report.append(f"Skipped {skipped.summary()}. First ones:")
            report.extend(f"  {line}" for line in skipped.first)
        return "\n".join(report)


def read_lines(path: FilePath) -> Iterator[str]:
    """Yields the lines of a text file one by one, stripped; an empty line is an empty string.

    Args:
        path: A text file, plain or gzip, or `-` for standard input.

    Raises:
        InputError: While iterating, if the file cannot be opened or read, or is not UTF-8.
    """
    return (line.strip() for line in _decoded_lines(path))


def read_tsv(path: FilePath, *, strict: bool = False) -> Corpus:
    """Reads sentence pairs from a file whose lines are source, TAB, target.

    Args:
        path: A text file, plain or gzip, or `-` for standard input.
        strict: Whether a line that is no pair is an error rather than skipped.

    Returns:
        The pairs, in the order of the file.

    Raises:
        InputError: If the file cannot be read or holds no pair, or if `strict` and a line is no pair.
    """
    source, target, skipped = [], [], SkippedLines(_name(path))
    for number, line in enumerate(_decoded_lines(path), start=1):
        skipped.total = number
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) == 2 and all(columns):
            source.append(columns[0])
            target.append(columns[1])
        else:
            skipped.add(number, _reason(columns), line)
    shape = f"every line of {skipped.name} to be a source sentence, a TAB and a target sentence"
    return _checked_corpus(source, target, skipped, shape=shape, strict=strict)


def read_parallel(source_path: FilePath, target_path: FilePath, *, strict: bool = False) -> Corpus:
    """Reads sentence pairs from two files, of which line k of one translates line k of the other.

    Args:
        source_path: A text file, plain or gzip, or `-` for standard input.
        target_path: Likewise; only one of the two can be standard input.
        strict: Whether a pair with an empty side is an error rather than skipped.

    Returns:
        The pairs, in the order of the files.

    Raises:
        InputError: If a file cannot be read, if their line counts differ, if there is no pair, or if `strict`
            and a side is empty.
    """
    if os.fspath(source_path) == os.fspath(target_path) == "-":
        raise InputError("Expected two files. Received: '-' for both. Give standard input only one side.")
    source_name, target_name = _name(source_path), _name(target_path)
    source, target, skipped = [], [], SkippedLines(f"{source_name} and {target_name}")
    source_count = target_count = 0
    pairs = itertools.zip_longest(read_lines(source_path), read_lines(target_path))
    for number, (source_line, target_line) in enumerate(pairs, start=1):
        source_count += source_line is not None
        target_count += target_line is not None
        if source_line and target_line:
            source.append(source_line)
            target.append(target_line)
        elif source_count == target_count:
            reason = EMPTY_SIDE if source_line or target_line else BLANK
            skipped.add(number, reason, f"{source_line}\t{target_line}")
    if source_count != target_count:
        raise InputError(
            "Expected parallel files with the same number of lines. "
            f"Received: {_lines(source_count)} in {source_name}, {_lines(target_count)} in {target_name}. "
            "Line k of one must translate line k of the other."
        )
    skipped.total = source_count
    shape = f"a sentence on every line of {skipped.name}"
    return _checked_corpus(source, target, skipped, shape=shape, strict=strict)


def concatenate(corpora: Iterable[Corpus]) -> Corpus:
    """Returns the pairs of several corpora one after the other, with all their skipped lines.

    Raises:
        InputError: If there is no corpus.
    """
    corpora = list(corpora)
    if not corpora:
        raise InputError("Expected at least one corpus. Received: none.")
    return Corpus(
        source=[sentence for corpus in corpora for sentence in corpus.source],
        target=[sentence for corpus in corpora for sentence in corpus.target],
        skipped=tuple(skipped for corpus in corpora for skipped in corpus.skipped),
    )


def holdout_split(corpus: Corpus, *, size: int, seed: int) -> tuple[Corpus, Corpus]:
    """Sets some pairs aside for validation, so that no source sentence is on both sides.

    Sentences that differ only in case, whitespace or Unicode form (NFKC) count as the same and stay together.
    Whole groups of them are drawn at random while they fit, so the held-out side has `size` pairs or, where
    groups do not add up to it, slightly fewer. Both sides keep the order of the corpus.

    Args:
        corpus: The pairs to split.
        size: How many pairs to hold out.
        seed: The same corpus, size and seed always give the same split.

    Returns:
        `(train, dev)`.

    Raises:
        InputError: If the corpus is too small to give both sides a pair.
    """
    if size < 1:
        raise InputError(f"Expected to hold out at least 1 pair. Received: {size}.")
    groups: dict[str, list[int]] = {}
    for index, sentence in enumerate(corpus.source):
        groups.setdefault(_same_sentence_key(sentence), []).append(index)
    held_out = _draw(list(groups.values()), size=size, seed=seed)
    if size >= len(corpus) or not held_out:
        raise InputError(
            f"Expected a corpus from which {size:,} pairs can be held out with some left to train on. "
            f"Received: {len(corpus):,} pairs with {len(groups):,} different source sentences. "
            "Hold out fewer pairs, or give a validation file."
        )
    dev = [index for index in range(len(corpus)) if index in held_out]
    train = [index for index in range(len(corpus)) if index not in held_out]
    return _subset(corpus, train), _subset(corpus, dev)


def _draw(groups: list[list[int]], *, size: int, seed: int) -> set[int]:
    """Returns the members of randomly drawn groups, each taken if it still fits into `size`."""
    random.Random(seed).shuffle(groups)
    drawn: set[int] = set()
    for group in groups:
        if len(drawn) + len(group) <= size:
            drawn.update(group)
    return drawn


def _subset(corpus: Corpus, indices: list[int]) -> Corpus:
    return Corpus([corpus.source[index] for index in indices], [corpus.target[index] for index in indices])


def _same_sentence_key(sentence: str) -> str:
    """Returns what two spellings of the same sentence have in common."""
    return " ".join(unicodedata.normalize("NFKC", sentence).casefold().split())


def _reason(columns: list[str]) -> str:
    """Returns why the columns of a TSV line are no sentence pair."""
    if len(columns) == 1:
        return NO_TAB if columns[0] else BLANK
    return EMPTY_SIDE if len(columns) == 2 else TOO_MANY_COLUMNS


def _checked_corpus(source: list[str], target: list[str], skipped: SkippedLines, *, shape: str, strict: bool) -> Corpus:
    """Returns the corpus, or raises `InputError` if no pair is left or, when strict, a line was skipped."""
    if skipped.total == 0:
        raise InputError(f"Expected {shape}. Received: an empty file.")
    if not source and skipped.reasons[NO_TAB] and not skipped.reasons.keys() - {NO_TAB, BLANK}:
        raise InputError(
            f"Expected {shape}. Received: {_lines(skipped.total)}, none with a TAB. It does not look "
            "like TSV; if source and target are in two files, give them with --source and --target."
        )
    if skipped.reasons and (strict or not source):
        found = "" if source else ", so no sentence pair"
        raise InputError(
            f"Expected {shape}. Received: {skipped.summary()}{found}. First ones: "
            + "; ".join(map(str, skipped.first))
            + f". {_advice(skipped, strict=strict and bool(source))}"
        )
    return Corpus(source, target, (skipped,) if skipped.reasons else ())


def _advice(skipped: SkippedLines, *, strict: bool) -> str:
    """Returns what to do about skipped lines that are an error."""
    if skipped.reasons[TOO_MANY_COLUMNS] > skipped.reasons.total() / 2:
        return "To keep only the first two columns of a file, use cut -f1,2."
    if strict:
        return "Correct them, or read without strict to skip them."
    return "Give text with a sentence on both sides."


def _decoded_lines(path: FilePath) -> Iterator[str]:
    """Yields the lines of a UTF-8 file with their line ends, without the byte-order mark."""
    for number, line in enumerate(_raw_lines(path), start=1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(
                f"Expected UTF-8 text. Received: {_name(path)}, line {number:,}, where byte "
                f"{error.start + 1:,} of the line is 0x{line[error.start]:02x}, which is not. "
                + _decoding_advice(line, number)
            ) from error
        yield text.removeprefix("\ufeff") if number == 1 else text


def _decoding_advice(line: bytes, number: int) -> str:
    """Returns how to make UTF-8 text of a file whose given line is not."""
    if number == 1 and line.startswith(_GZIP_MAGIC):
        return "It is compressed: decompress it first with gunzip -c."
    if number == 1 and line.startswith(_UTF16_MARKS):
        return "It is UTF-16: convert it with iconv -f utf-16 -t utf-8."
    return "Convert it from its encoding, for example with iconv -f cp949 -t utf-8."


def _raw_lines(path: FilePath) -> Iterator[bytes]:
    """Yields the lines of a plain or gzip file or of standard input; binary files split at LF alone."""
    try:
        with _open(path) as stream:
            yield from stream
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            f"Expected a complete gzip file. Received: {_name(path)}, truncated or damaged: {error}. "
            "Check it with gzip -t, then download or compress it again."
        ) from error
    except OSError as error:  # missing, a directory, not permitted, a failing disk: the system says which
        raise InputError(
            f"Expected a readable text file. Received: {_name(path)}: {error.strerror or error}. "
            "Check the path and its permissions."
        ) from error


@contextlib.contextmanager
def _open(path: FilePath) -> Iterator[BinaryIO]:
    """Opens a file, or gives standard input, as decompressed bytes."""
    if os.fspath(path) == "-":
        yield sys.stdin.buffer  # not ours to close
        return
    with open(path, "rb") as stream:
        if os.fspath(path).endswith(".gz") or stream.peek(2)[:2] == _GZIP_MAGIC:
            with gzip.GzipFile(fileobj=stream) as decompressed:
                yield decompressed
        else:
            yield stream


def _name(path: FilePath) -> str:
    return "standard input" if os.fspath(path) == "-" else os.fspath(path)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"
