"""Makes a corpus of sentence pairs in any form that a Python program has them in."""

import os
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeAlias, TypeGuard

from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.formats.columns import Columns, as_columns
from seq2seq.data.formats.frame import frame_pairs, is_frame
from seq2seq.data.skipped_lines import SkippedLines
from seq2seq.data.stream import CorpusStream, open_corpus
from seq2seq.errors import InputError, is_utf8, shown


class Frame(Protocol):
    """A table with named columns, such as a pandas DataFrame."""

    @property
    def columns(self) -> Any: ...

    @property
    def shape(self) -> Any: ...

    def __getitem__(self, name: Any, /) -> Any: ...


Path: TypeAlias = str | os.PathLike[str]
Pairs: TypeAlias = Corpus | CorpusStream | Path | Sequence[Path] | Iterable[tuple[str, str]] | Frame
Sentences: TypeAlias = Path | Sequence[str]

_FORMS = (
    "a TSV file or a list of them, two text files, a list of (source, target) pairs, "
    "or a list of sources and one of targets"
)


def as_corpus(
    pairs: Pairs | Sentences,
    targets: Sentences | None = None,
    *,
    strict: bool = False,
    columns: object = None,
) -> Corpus | CorpusStream:
    """Makes a corpus of pairs in any form.

    Args:
        pairs: One file of pairs or several, or `(source, target)` tuples, or a data frame, or a
            `Corpus`. With `targets`, the sources: a text file or a list of sentences.
        targets: A text file or a list of sentences. Item k translates item k of `pairs`.
        strict: Whether a line of a file that is no pair is an error. It is skipped otherwise.
        columns: The columns of the files or of the data frame that are source and target, by name
            or by number from 1, or the codes of their languages; see `formats.columns`.

    Returns:
        The corpus. Files that hold more than a window of pairs stay on disk, as a `CorpusStream`.

    Raises:
        InputError: The pairs have none of these forms, a side of a pair is empty, or a file cannot
            be read.
    """
    if targets is not None:
        return _parallel(pairs, targets, strict=strict)

    if isinstance(pairs, Corpus):
        _expect_sentences(pairs)
        return pairs
    if isinstance(pairs, CorpusStream):
        return pairs

    picked = as_columns(columns)
    if isinstance(pairs, str | os.PathLike):
        return open_corpus([PairFiles(pairs, strict=strict, columns=picked)])

    if is_frame(pairs):
        return _in_a_frame(pairs, picked, strict=strict)

    if isinstance(pairs, bytes | bytearray) or not isinstance(pairs, Iterable):
        raise InputError(f"Expected {_FORMS}. Received: {type(pairs).__name__}.")

    items: list[Any] = list(pairs)
    if items and all(isinstance(item, str | os.PathLike) for item in items):
        return _files(items, picked, strict=strict)
    return _in_memory(items)


def pair_files(
    tsv: Iterable[Path],
    source: Sequence[Path],
    target: Sequence[Path],
    *,
    strict: bool = False,
    columns: object = None,
) -> list[PairFiles]:
    """The files of one corpus: those with both sides first, then text files two by two.

    Raises:
        InputError: There are more source files than target files, or fewer.
    """
    if len(source) != len(target):
        raise InputError(
            "Expected as many source files as target files. "
            f"Received: {len(source)} and {len(target)}. "
            "Line k of each target file translates line k of its source file."
        )

    picked = as_columns(columns)
    files = [PairFiles(path, strict=strict, columns=picked) for path in tsv]
    for one_source, one_target in zip(source, target, strict=True):
        files.append(PairFiles(one_source, one_target, strict))
    return files


def read_pairs(
    pairs: Pairs | Sentences, targets: Sentences | None = None, *, columns: object = None
) -> Corpus:
    """Makes a corpus as `as_corpus` does, but holds all pairs in memory, however many they are."""
    corpus = as_corpus(pairs, targets, columns=columns)
    if isinstance(corpus, Corpus):
        return corpus

    whole = Corpus([], [], corpus.sample.skipped)
    for window in corpus.windows():
        whole.source.extend(window.source)
        whole.target.extend(window.target)
    return whole


def _parallel(sources: Any, targets: Any, *, strict: bool) -> Corpus | CorpusStream:
    """The corpus of two text files, or of two lists of sentences."""
    if isinstance(sources, str | os.PathLike) and isinstance(targets, str | os.PathLike):
        return open_corpus([PairFiles(sources, targets, strict)])

    if not (_is_list(sources) and _is_list(targets)):
        raise InputError(
            "Expected two text files, or two lists of sentences. "
            f"Received: {type(sources).__name__} and {type(targets).__name__}."
        )

    sources = list(sources)
    targets = list(targets)
    if len(sources) != len(targets):
        raise InputError(
            "Expected as many targets as sources. "
            f"Received: {len(sources):,} sources and {len(targets):,} targets."
        )
    return _in_memory(list(zip(sources, targets, strict=True)))


def _in_a_frame(frame: Any, columns: Columns | None, *, strict: bool) -> Corpus:
    """The corpus of a data frame, whose empty cells are skipped as those of a file are."""
    found = SkippedLines("the data frame")
    corpus = Corpus.collect(frame_pairs(frame, columns, found))
    found.expect_pairs(
        shape="a sentence in both columns in every row of a data frame", strict=strict
    )
    return Corpus(corpus.source, corpus.target, (found,) if found.reasons else ())


def _files(paths: list[Path], columns: Columns | None, *, strict: bool) -> Corpus | CorpusStream:
    """The corpus of several files of pairs."""
    for path in paths:
        if not os.path.exists(path):
            raise InputError(
                f"Expected TSV files. Received: {os.fspath(path)!r}, which is no file. "
                "If these are sentences, give their translations as a second list."
            )
    return open_corpus([PairFiles(path, strict=strict, columns=columns) for path in paths])


def _in_memory(pairs: list[Any]) -> Corpus:
    """The corpus of `(source, target)` tuples."""
    if not pairs:
        raise InputError("Expected sentence pairs. Received: none.")

    corpus = Corpus([], [])
    for place, pair in enumerate(pairs):
        if not _is_pair(pair):
            raise InputError(
                f"Expected {_FORMS}. Received: {shown(pair)} at place {place:,} of the list."
            )
        _expect_text(pair[0], pair[1], place)
        corpus.source.append(_as_in_a_file(pair[0]))
        corpus.target.append(_as_in_a_file(pair[1]))
    return corpus


def _as_in_a_file(sentence: str) -> str:
    """The sentence as it would be read from a file: in NFC, on one line, stripped."""
    return unicodedata.normalize("NFC", sentence).replace("\t", " ").strip()


def _expect_sentences(corpus: Corpus) -> None:
    """Refuses a corpus that a program has made of something else than sentences.

    Raises:
        InputError: It is empty, or a side of a pair is no text or no text of UTF-8.
    """
    if not len(corpus):
        raise InputError("Expected sentence pairs. Received: none.")

    for place, (source, target) in enumerate(zip(corpus.source, corpus.target, strict=True)):
        _expect_text(source, target, place)


def _expect_text(source: object, target: object, place: int) -> None:
    """Refuses a pair of which a side is no text, blank, or no text of UTF-8.

    Raises:
        InputError: A side is.
    """
    for side in (source, target):
        if not (isinstance(side, str) and side.strip()):
            raise InputError(
                f"Expected text on both sides of a pair. Received: {shown((source, target))} "
                f"at place {place:,} of the list. Leave it out."
            )
        if not is_utf8(side):
            raise InputError(
                "Expected sentences that UTF-8 can hold. "
                f"Received: {shown((source, target))} at place {place:,} of the list, with lone "
                "surrogates. Read it with its right encoding, or leave it out."
            )


def _is_list(side: object) -> TypeGuard[Iterable[str]]:
    return isinstance(side, Iterable) and not isinstance(
        side, str | bytes | os.PathLike | Corpus | CorpusStream
    )


def _is_pair(pair: object) -> TypeGuard[Sequence[str]]:
    if isinstance(pair, str) or not isinstance(pair, Sequence):
        return False
    return len(pair) == 2 and all(isinstance(side, str) for side in pair)
