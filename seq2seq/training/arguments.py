"""What Python callers give as pairs and options, as the options of `seq2seq train`."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeGuard

from seq2seq.data.corpus import Corpus
from seq2seq.data.formats.columns import Columns
from seq2seq.data.pairs import Pairs, Sentences, as_corpus
from seq2seq.data.stream import CorpusStream
from seq2seq.errors import InputError, shown
from seq2seq.storage.options import GROUP_OF
from seq2seq.training.inputs import CORPUS_OPTIONS, DEV_OPTIONS, IN_MEMORY, MIX_OPTIONS


def given_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of `train` without those that are None; a single pair of languages in a tuple.

    Raises:
        InputError: One is unknown.
    """
    arguments = {*CORPUS_OPTIONS, *DEV_OPTIONS, *MIX_OPTIONS, "columns", "from_model"}
    known = sorted(GROUP_OF.keys() - arguments)
    for name in options:
        if name not in known:
            similar = get_close_matches(name, known, n=1)
            advice = f"Did you mean {similar[0]}?" if similar else "Leave it out."
            raise InputError(
                f"Expected options of seq2seq.train: {', '.join(known)}. "
                f"Received: {name!r}. {advice}"
            )
    given = {name: value for name, value in options.items() if value is not None}
    if isinstance(given.get("languages"), str):
        given["languages"] = (given["languages"],)
    return given


def files_or_corpus(
    pairs: Pairs | Sentences | None,
    targets: Sentences | None,
    columns: Columns | None,
    *,
    strict: bool,
) -> tuple[dict[str, Any], Corpus | CorpusStream | None]:
    """The options for one file of pairs or two text files; for pairs in another form, their corpus.

    A configuration can name those files, so that a resumed run finds them; `open_pairs` reads them.

    Raises:
        InputError: There are targets without sources, no pairs, or pairs of no known form.
    """
    if pairs is None:
        if targets is not None:
            raise InputError("Expected sources with their targets. Received: targets alone.")
        return {}, None

    if _is_path(pairs) and targets is None:
        return {"corpus": (os.fspath(pairs),)}, None
    if _is_path(pairs) and _is_path(targets):
        return {"source": (os.fspath(pairs),), "target": (os.fspath(targets),)}, None

    corpus = as_corpus(pairs, targets, strict=strict, columns=columns)
    if not len(corpus):
        raise InputError("Expected sentence pairs. Received: none.")
    return {"corpus": (IN_MEMORY,)}, corpus


def files_of(pairs: object, targets: object) -> dict[str, Any]:
    """The options for files of pairs, or for two text files.

    Raises:
        InputError: These are no paths of files.
    """
    if _is_path(pairs) and _is_path(targets):
        return {"source": (os.fspath(pairs),), "target": (os.fspath(targets),)}

    paths = [pairs] if _is_path(pairs) else pairs
    if targets is None and isinstance(paths, list | tuple) and paths and all(map(_is_path, paths)):
        return {"corpus": tuple(os.fspath(path) for path in paths)}
    raise InputError(
        "Expected files of pairs, which each model's process reads. "
        f"Received: {shown(pairs if targets is None else (pairs, targets))}. "
        "Write the pairs to a file first."
    )


def as_dev(files: dict[str, Any]) -> dict[str, Any]:
    """The same files under the options for dev pairs, each of which takes a single file."""
    names = {"corpus": "dev", "source": "dev_source", "target": "dev_target"}
    return {names[name]: paths[0] for name, paths in files.items()}


def _is_path(value: object) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(value, str | os.PathLike)
