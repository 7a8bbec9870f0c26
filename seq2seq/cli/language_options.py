"""Options for models of several languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from seq2seq.cli.command import option_group
from seq2seq.cli.values import Choice
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.options import CHOICES

_data = option_group("Data")
_model = option_group("Model")

LANGUAGES = [
    _data(
        "--languages",
        multiple=True,
        metavar="SOURCE,TARGET",
        also=["--langs", "--lang-pairs", "--language-pair"],
        help="With --direction both: what the two languages are called, such as en,ko. seq2seq "
        "translate --to takes these names. Repeatable: once for each corpus of a model of several "
        "languages.",
    ),
    _data(
        "--direction",
        type=Choice(CHOICES["direction"]),
        metavar="NAME",
        also=["--directions", "--bidirectional-translation"],
        show_default="forward",
        help="forward: learn to translate from source to target. both: and back, in one model.",
    ),
]


def to_option(more: str = "") -> Callable:
    """Makes `--to`; `more` is said of it in the help."""
    return _model(
        "--to",
        metavar="LANGUAGE",
        also=["--target-lang", "--tgt-lang", "--into"],
        help=f"With a model of several languages: which one to translate into.{more}",
    )


def expect_language(model: Path, to: str | None, *, by_letters: bool = False) -> None:
    """Refuses a language that a model does not translate into, before TensorFlow is loaded.

    Args:
        model: The model directory.
        to: The language; None if none was named.
        by_letters: Whether the letters of texts may tell the language, if none was named.

    Raises:
        InputError: It is none of the model's, or is missing.
    """
    from seq2seq.translation.target_language import letters_of

    languages = ModelDirectory(model).read_configuration().corpus.spoken
    if to is None and by_letters and letters_of(languages):
        return
    languages.tag(to)
