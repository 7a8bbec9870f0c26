"""Sentence pairs in whichever form a program has them: a corpus, TSV files or pairs of strings."""

import os
from collections.abc import Iterable

from seq2seq.data.corpus import Corpus, PairFiles, read_corpus
from seq2seq.data.lines import FilePath
from seq2seq.errors import InputError

Pairs = Corpus | FilePath | Iterable[FilePath] | Iterable[tuple[str, str]]


def as_corpus(pairs: Pairs) -> Corpus:
    """Holds sentence pairs in memory as a corpus.

    Args:
        pairs: A corpus; the path of a TSV file, or several; or pairs of a source and a target
            sentence.

    Raises:
        InputError: A file cannot be read or holds no pair, or something is neither a path nor a
            pair.
    """
    if isinstance(pairs, Corpus):
        return pairs
    if isinstance(pairs, (str, os.PathLike)):
        return read_corpus([PairFiles(pairs)])
    if not isinstance(pairs, Iterable):
        raise _neither(pairs)

    files: list[PairFiles] = []
    sentences: list[tuple[str, str]] = []
    for item in pairs:
        if isinstance(item, (str, os.PathLike)):
            files.append(PairFiles(item))
        else:
            sentences.append(_expect_pair(item))

    if files and sentences:
        raise InputError(
            "Expected paths of TSV files or pairs of sentences. Received: both. Give one of them."
        )
    return read_corpus(files) if files else Corpus.collect(sentences)


def _expect_pair(item: object) -> tuple[str, str]:
    match item:
        case [str(source), str(target)]:
            return source, target
    raise _neither(item)


def _neither(item: object) -> InputError:
    return InputError(
        "Expected pairs of a source and a target sentence, or paths of TSV files. "
        f"Received: {item!r:.80}. Give a list of pairs of strings."
    )
