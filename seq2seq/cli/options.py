"""Options that several commands share, and where they look for models and corpora."""

from collections.abc import Sequence
from pathlib import Path

import click
from click.core import ParameterSource

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import Corpus, PairFiles, read_corpus
from seq2seq.data.stream import CorpusStream, open_corpus
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory, newest_model

MODELS = Path("saved_models")


def is_given(option: str) -> bool:
    """Whether an option of the command that runs was given, be it its default value."""
    return click.get_current_context().get_parameter_source(option) is not ParameterSource.DEFAULT


def model_option(more: str = ""):
    """`--model`, as a tuple for `find_models`; a command that takes one model only says so when it has them."""
    return click.option(
        "--model",
        "model_directories",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="DIR",
        help=f"Model directory.{more}  [default: the newest in saved_models/]",
    )


def shortlist_option(command):
    """Adds the option `--shortlist`."""
    return click.option(
        "--shortlist",
        type=click.IntRange(0),
        default=0,
        metavar="N",
        help="Search among the N likeliest pieces for each sentence, 16 or more: faster, for a little quality; 256 is "
        "a good start.  [default: 0, all]",
    )(command)


ENSEMBLE = " Repeatable: several translate together, as an ensemble."


def search_options(command):
    """Adds the options of beam search."""
    for option in (
        click.option(
            "--batch-size",
            type=click.IntRange(1),
            default=64,
            show_default=True,
            help="Sentences at once.",
        ),
        shortlist_option,
        click.option(
            "--no-repeat-ngram",
            type=click.IntRange(0),
            default=0,
            metavar="N",
            help="Let no N pieces follow each other twice in a translation.  [default: 0, let them]",
        ),
        click.option(
            "--min-length",
            type=click.IntRange(0),
            default=0,
            show_default=True,
            help="Fewest pieces of a translation.",
        ),
        click.option(
            "--max-length",
            type=click.IntRange(1),
            help="Most tokens of a translation.  [default: 10 more than twice the source's]",
        ),
        click.option(
            "--length-penalty",
            type=click.FloatRange(0),
            default=1.0,
            show_default=True,
            help="0 ranks by probability; more favours longer translations.",
        ),
        click.option(
            "--coverage-penalty",
            type=click.FloatRange(0),
            default=0.0,
            show_default=True,
            help="Ranks the translations in the beam down for source words without attention.",
        ),
        click.option(
            "--beam-size",
            type=click.IntRange(1),
            default=5,
            show_default=True,
            help="Hypotheses kept per sentence; 1 is greedy.",
        ),
    ):
        command = option(command)
    return command


def find_models(directories: Sequence[Path]) -> Sequence[Path]:
    """The given model directories, or the newest one under saved_models/, which is then named on standard error."""
    if directories:
        for directory in directories:
            # A wrong directory is better known before TensorFlow is loaded.
            ModelDirectory(directory).read_configuration()
        return directories
    newest = newest_model(MODELS)
    if newest is None:
        raise InputError(
            f"Expected a trained model under {MODELS}/. Received none. Run seq2seq train first, or give --model DIR."
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
                f"Expected a corpus to score {model} on, which was trained on one of its own. Received none. {advice}"
            )


def learnt_bundled(model: Path) -> bool:
    """Whether a model was trained on the bundled corpus."""
    options = ModelDirectory(model).read_configuration().corpus
    return not (options.corpus or options.source)


def read_corpora(
    tsv, source, target, *, strict: bool = False, bundled: str | None = None
) -> Corpus:
    """Reads TSV files and parallel files as one corpus; a part of the bundled corpus where none is given."""
    return _reported(read_corpus(_pair_files(tsv, source, target, strict, bundled)))


def read_dev(dev, dev_source, dev_target, *, strict: bool = False) -> Corpus | None:
    """Reads what `--dev`, `--dev-source` and `--dev-target` give; None where none of them is given."""
    if bool(dev_source) != bool(dev_target):
        raise click.UsageError(
            "Expected --dev-source and --dev-target together. Received only one of them."
        )
    tsv, source, target = ((file,) if file else () for file in (dev, dev_source, dev_target))
    return read_corpora(tsv, source, target, strict=strict) if tsv or source else None


def open_corpora(
    tsv, source, target, *, strict: bool = False, bundled: str | None = None
) -> Corpus | CorpusStream:
    """Reads like `read_corpora`, but what is more than a window stays in its files."""
    corpus = _reported(open_corpus(_pair_files(tsv, source, target, strict, bundled)))
    if corpus.sample is not corpus:
        windows = f"windows of {len(corpus.sample):,}"
        click.echo(
            f"{len(corpus):,} sentence pairs: read from the files in {windows} every epoch.",
            err=True,
        )
    return corpus


def _pair_files(tsv, source, target, strict, bundled):
    if len(source) != len(target):
        raise click.UsageError(
            f"Expected as many --source as --target files. Received: {len(source)} and {len(target)}. "
            "Line k of each target file translates line k of its source file."
        )
    files = [PairFiles(path, strict=strict) for path in tsv]
    files += [PairFiles(*paths, strict) for paths in zip(source, target, strict=True)]
    return files or [PairFiles(bundled_file(bundled))]


def _reported(corpus):
    if report := corpus.skipped_report():
        click.echo(report, err=True)
    return corpus
