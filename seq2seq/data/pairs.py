"""Sentence pairs in the forms that a Python program holds them in, as a corpus."""

import os
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, TypeGuard

from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.stream import CorpusStream, open_corpus
from seq2seq.errors import InputError

Path: TypeAlias = str | os.PathLike[str]
Pairs: TypeAlias = Corpus | CorpusStream | Path | Sequence[Path] | Iterable[tuple[str, str]]
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
) -> Corpus | CorpusStream:
    """Makes a corpus of pairs in any form.

    Args:
        pairs: One TSV file or several, or `(source, target)` tuples, or a `Corpus`. With `targets`,
            the sources: a text file or a list of sentences.
        targets: A text file or a list of sentences. Item k translates item k of `pairs`.
        strict: Whether a line of a file that is no pair is an error. It is skipped otherwise.

    Returns:
        The corpus. Files that hold more than a window of pairs stay on disk, as a `CorpusStream`.

    Raises:
        InputError: The pairs have none of these forms, a side of a pair is empty, or a file cannot
            be read.
    """
    if isinstance(pairs, Corpus | CorpusStream):
        return pairs

    if targets is not None:
        return _parallel(pairs, targets, strict=strict)

    if isinstance(pairs, str | os.PathLike):
        return open_corpus([PairFiles(pairs, strict=strict)])

    if not isinstance(pairs, Iterable):
        raise InputError(f"Expected {_FORMS}. Received: {type(pairs).__name__}.")

    items: list[Any] = list(pairs)
    if items and all(isinstance(item, str | os.PathLike) for item in items):
        return _files(items, strict=strict)
    return _in_memory(items)


def pair_files(
    tsv: Iterable[Path], source: Sequence[Path], target: Sequence[Path], *, strict: bool = False
) -> list[PairFiles]:
    """The files of one corpus: TSV files first, then text files two by two.

    Raises:
        InputError: There are more source files than target files, or fewer.
    """
    if len(source) != len(target):
        raise InputError(
            "Expected as many source files as target files. "
            f"Received: {len(source)} and {len(target)}. "
            "Line k of each target file translates line k of its source file."
        )

    files = [PairFiles(path, strict=strict) for path in tsv]
    for one_source, one_target in zip(source, target, strict=True):
        files.append(PairFiles(one_source, one_target, strict))
    return files


def read_pairs(pairs: Pairs | Sentences, targets: Sentences | None = None) -> Corpus:
    """As `as_corpus`, with all pairs in memory, however many there are."""
    corpus = as_corpus(pairs, targets)
    if isinstance(corpus, Corpus):
        return corpus

    whole = Corpus([], [])
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


def _files(paths: list[Path], *, strict: bool) -> Corpus | CorpusStream:
    """The corpus of several TSV files."""
    for path in paths:
        if not os.path.exists(path):
            raise InputError(
                f"Expected TSV files. Received: {os.fspath(path)!r}, which is no file. "
                "If these are sentences, give their translations as a second list."
            )
    return open_corpus([PairFiles(path, strict=strict) for path in paths])


def _in_memory(pairs: list[Any]) -> Corpus:
    """The corpus of `(source, target)` tuples."""
    if not pairs:
        raise InputError("Expected sentence pairs. Received: none.")

    corpus = Corpus([], [])
    for place, pair in enumerate(pairs):
        if not _is_pair(pair):
            raise InputError(
                f"Expected {_FORMS}. Received: {_shown(pair)} at place {place:,} of the list."
            )
        source, target = (_as_read(side) for side in pair)
        if not (source and target):
            raise InputError(
                f"Expected text on both sides of a pair. Received: {_shown(pair)} "
                f"at place {place:,} of the list. Leave it out."
            )
        corpus.source.append(source)
        corpus.target.append(target)
    return corpus


def _as_read(sentence: str) -> str:
    """The sentence as it would be read from a file."""
    return unicodedata.normalize("NFC", sentence).replace("\t", " ").strip()


def _is_list(side: object) -> TypeGuard[Iterable[str]]:
    return isinstance(side, Iterable) and not isinstance(side, str | os.PathLike)


def _is_pair(pair: object) -> TypeGuard[Sequence[str]]:
    if isinstance(pair, str) or not isinstance(pair, Sequence):
        return False
    return len(pair) == 2 and all(isinstance(side, str) for side in pair)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
