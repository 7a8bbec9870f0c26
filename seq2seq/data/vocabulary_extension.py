"""A vocabulary with the pieces of new text added, so that a trained model can read and write it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from seq2seq.data.corpus import Corpus
from seq2seq.data.tokenizer import Tokenizer, training_lines
from seq2seq.errors import InputError

_EXTENDER = Path(__file__).with_name("tokenizer_extension.py")
_LEAST = 3  # times that a piece of several letters must be in the new text
_SIDES = ("source", "target")


class ExtendedVocabulary(NamedTuple):
    """Two tokenizers with further pieces, and what each of their tokens was before.

    Attributes:
        source_tokenizer: Tokenizer of the source language.
        target_tokenizer: Tokenizer of the target language.
        source_parts: Of each source token the tokens that its piece was cut into before: itself
            alone for a token that was there, none for an unknown letter.
        target_parts: The same of the target tokens.
    """

    source_tokenizer: Tokenizer
    target_tokenizer: Tokenizer
    source_parts: list[list[int]]
    target_parts: list[list[int]]


def extend_vocabulary(
    tokenizers: tuple[Tokenizer, Tokenizer],
    corpus: Corpus,
    *,
    vocabulary_size: int,
    shared: bool,
) -> ExtendedVocabulary:
    """Adds the pieces of a corpus that the tokenizers of a model lack.

    A piece is learnt as a new tokenizer of the corpus would learn it. All letters are added, and
    other pieces that the corpus has three times. Text is cut as before, with some neighbouring
    pieces joined; `tokenizer_extension` says why.

    Args:
        tokenizers: Those of the source and of the target language.
        corpus: The new pairs.
        vocabulary_size: The number of pieces that are learnt of each side, at most.
        shared: Whether a target token is the source token of the same number.

    Raises:
        InputError: No pieces can be learnt of the corpus.
    """
    texts = (corpus.source, corpus.target)
    with tempfile.TemporaryDirectory() as directory:
        files = {}
        for side, tokenizer, text in zip(_SIDES, tokenizers, texts, strict=True):
            files[side] = _write(Path(directory), side, tokenizer, text, vocabulary_size)

        parts = _run({**files, "shared": shared, "least": _LEAST}, directory)
        source, target = (Tokenizer.load(files[side]["extended"]) for side in _SIDES)
    return ExtendedVocabulary(source, target, parts["source"], parts["target"])


def _write(
    directory: Path, side: str, tokenizer: Tokenizer, text: Iterable[str], vocabulary_size: int
) -> dict[str, str]:
    """Writes what the program reads of a side, and returns the names of the files."""
    names = ("model", "learnt", "text", "extended")
    files = {name: directory / f"{side}.{name}" for name in names}
    learnt = Tokenizer.train(text, vocabulary_size, keep_letters=tokenizer.keeps_letters)
    files["model"].write_bytes(tokenizer.model)
    files["learnt"].write_bytes(learnt.model)
    with files["text"].open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(training_lines(text, compose=tokenizer.keeps_letters))
    return {name: str(path) for name, path in files.items()}


def _run(options: dict, directory: str) -> dict[str, list[list[int]]]:
    """Runs `tokenizer_extension`.

    Raises:
        InputError: It failed.
    """
    run = subprocess.run(
        # -P keeps this room out of sys.path, where its modules' names could hide packages.
        [sys.executable, "-P", str(_EXTENDER)],
        cwd=directory,
        input=json.dumps(options),
        capture_output=True,
        text=True,
    )
    if run.returncode:
        reason = (run.stderr.strip() or f"exit code {run.returncode}").splitlines()[-1]
        raise InputError(
            f"Expected a vocabulary that can be extended. Received: {reason} "
            "Leave --extend-vocabulary out."
        )
    return json.loads(run.stdout)
