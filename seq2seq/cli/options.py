"""Options that several commands share, the models that they name, and where results go."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from seq2seq.cli.command import argument, option_group
from seq2seq.cli.values import FILE, ColumnNames, Directory, Number, WholeNumber
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory, newest_model
from seq2seq.storage.files import write_lines

if TYPE_CHECKING:
    from seq2seq.translation.glossary import Glossary

MODELS = Path("saved_models")

_data = option_group("Data")
_model = option_group("Model")
_search = option_group("Search")


def is_given(option: str) -> bool:
    """Whether the user gave an option of the running command, even if with its default value."""
    return click.get_current_context().get_parameter_source(option) is not ParameterSource.DEFAULT


def model_option(more: str = "") -> Callable:
    """Makes `--model`, as a tuple for `find_models`; `more` is said of it in the help."""
    return _model(
        "--model",
        "model_directories",
        type=Directory(),
        multiple=True,
        metavar="DIR",
        show_default="the newest in saved_models/",
        help=f"Model directory.{more}",
    )


ENSEMBLE = " Repeatable: several translate together, as an ensemble."

FILES_OF_PAIRS = (
    "on each line a sentence, a TAB and its translation; or .csv, .xlsx, .tmx, .xliff or .jsonl; "
    ".gz too; - is standard input."
)

CORPUS_ARGUMENT = argument(
    "corpus",
    nargs=-1,
    type=FILE,
    metavar="[CORPUS.tsv]...",
    explanation=f"Sentence pairs: {FILES_OF_PAIRS}",
)


_SOURCE = _data(
    "--source",
    multiple=True,
    type=FILE,
    metavar="FILE",
    also=["--src", "--input"],
    help="Source sentences, one a line; .gz too. Repeatable.",
)
_TARGET = _data(
    "--target",
    multiple=True,
    type=FILE,
    metavar="FILE",
    also=["--tgt", "--trg", "--reference", "--ref"],
    help="Translations of the lines of --source. Repeatable.",
)


COLUMNS = _data(
    "--columns",
    type=ColumnNames(),
    metavar="SOURCE,TARGET",
    also=["--column", "--cols", "--fields", "--languages"],
    show_default="both, of a table of two",
    help="Columns of CORPUS, by name or number, or codes of its languages: English,Korean, 2,3 or "
    "en,ko.",
)


def pair_options(command: Callable) -> Callable:
    """Adds `--source`, `--target` and `--columns`."""
    return _SOURCE(_TARGET(COLUMNS(command)))


def shortlist_option(command: Callable) -> Callable:
    """Adds `--shortlist`."""
    option = _search(
        "--shortlist",
        type=WholeNumber(0, unit="pieces"),
        default=0,
        metavar="N",
        show_default="0, among all",
        help="Search among the N likeliest pieces of each sentence, 16 or more: faster, for a "
        "little quality. 256 is a good start.",
    )
    return option(command)


SEARCH_OPTIONS = (
    _search(
        "--beam-size",
        type=WholeNumber(1),
        default=5,
        show_default=True,
        metavar="N",
        also=["--beams", "--num-beams", "--beam-width", "-k"],
        help="Hypotheses kept for each sentence; 1 is greedy search.",
    ),
    _search(
        "--length-penalty",
        type=Number(0),
        default=1.0,
        show_default=True,
        metavar="X",
        also=["--alpha", "--lenpen", "--normalize"],
        help="0 ranks hypotheses by probability; more favours longer ones.",
    ),
    _search(
        "--coverage-penalty",
        type=Number(0),
        default=0.0,
        show_default=True,
        metavar="X",
        also=["--beta"],
        help="Ranks hypotheses down for source words without attention; 0 does not.",
    ),
    _search(
        "--min-length",
        type=WholeNumber(0, unit="pieces"),
        default=0,
        show_default=True,
        metavar="PIECES",
        help="Fewest pieces of a translation.",
    ),
    _search(
        "--max-length",
        type=WholeNumber(1, unit="pieces"),
        metavar="PIECES",
        also=["--max-new-tokens"],
        show_default="10 more than twice the source's",
        help="Most pieces of a translation.",
    ),
    _search(
        "--no-repeat-ngram",
        type=WholeNumber(0, unit="pieces"),
        default=0,
        metavar="N",
        show_default="0, it may",
        help="No sequence of N pieces may stand twice in a translation.",
    ),
    shortlist_option,
    _search(
        "--mbr",
        type=WholeNumber(0, unit="candidates"),
        default=0,
        metavar="N",
        also=["--minimum-bayes-risk"],
        show_default="0, rank by probability",
        help="Minimum Bayes risk decoding: of the N best of the beam, which is widened to N, the "
        "one that is likest to all comes first. 16 is a good start.",
    ),
    _search(
        "--batch-size",
        type=WholeNumber(1, unit="sentences"),
        default=64,
        show_default=True,
        metavar="SENTENCES",
        help="Sentences to translate at once.",
    ),
)


SPLIT_SENTENCES = _search(
    "--split-sentences/--no-split-sentences",
    default=None,
    show_default="split, unless the model's corpus has several sentences in a line",
    help="Translate a line of several sentences sentence by sentence, or as one. One with --prefix "
    "is never split.",
)


def glossary_option(command: Callable) -> Callable:
    """Adds `--glossary`."""
    option = _model(
        "--glossary",
        "glossary_file",
        type=FILE,
        metavar="FILE.tsv",
        also=["--terms", "--terminology", "--dictionary"],
        help="Terms to translate as listed: on each line a term, a TAB and its translation.",
    )
    return option(command)


def read_glossary(path: str | None) -> Glossary | None:
    """The glossary in a file; None without a file.

    Raises:
        InputError: The file cannot be read, or is no glossary.
    """
    if path is None:
        return None
    from seq2seq.translation.glossary import Glossary

    return Glossary.read(path)


def search_options(command: Callable) -> Callable:
    """Adds the options of beam search."""
    for option in reversed(SEARCH_OPTIONS):
        command = option(command)
    return command


def write_or_print(lines: Iterable[str], output: str | None) -> None:
    """Writes lines to a file, or to standard output, each as soon as it is there.

    A file appears once it is complete.
    """
    if output not in (None, "-"):
        write_lines(output, lines)
        return

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    for line in lines:
        sys.stdout.write(line)
        sys.stdout.flush()


def find_models(directories: Sequence[Path]) -> Sequence[Path]:
    """The given model directories, or the newest one under saved_models/.

    The newest is named on standard error, since the user did not.

    Raises:
        InputError: One of them is no model directory, or there is none under saved_models/.
    """
    if directories:
        for directory in directories:
            # A wrong directory is refused before TensorFlow is loaded.
            ModelDirectory(directory).read_configuration()
        return directories

    newest = newest_model(MODELS)
    if newest is None:
        raise InputError(
            f"Expected a trained model under {MODELS}/. Received none. "
            "Run seq2seq train first, or give --model DIR."
        )
    click.echo(f"Model: {newest}", err=True)
    return [newest]


def expect_bundled(models: Sequence[Path], advice: str) -> None:
    """Refuses to score models of another corpus on the bundled one.

    Raises:
        InputError: One of the models was trained on a corpus of its own.
    """
    for model in models:
        if not learnt_bundled(model):
            raise InputError(
                f"Expected a corpus to score {model} on, which was trained on one of its own. "
                f"Received none. {advice}"
            )


def learnt_bundled(model: Path) -> bool:
    """Whether a model was trained on the bundled corpus."""
    options = ModelDirectory(model).read_configuration().corpus
    return not (options.corpus or options.source)
