"""`seq2seq average`: several model directories to one."""

from pathlib import Path

import click

from seq2seq.cli.command import Command, argument, option_group
from seq2seq.cli.values import Directory
from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.quiet import load_tensorflow
from seq2seq.storage.directory import ModelDirectory

_output = option_group("Output")


@click.command(
    cls=Command,
    short_help="Average the weights of models of one run.",
    examples=[
        ("seq2seq train pairs.tsv --output saved_models/mine --keep 5", "keep five models"),
        (
            "seq2seq average saved_models/mine/checkpoints/* --output saved_models/mean",
            "make one of them",
        ),
    ],
)
@argument(
    "models",
    nargs=-1,
    required=True,
    type=Directory(),
    metavar="MODEL...",
    explanation="Model directories of one run, such as those in its checkpoints/.",
)
@_output(
    "--output",
    required=True,
    type=Directory(),
    metavar="DIR",
    help="New directory for the average.",
)
def average(models: tuple[Path, ...], output: Path) -> None:
    """Write a model whose weights are the mean of those of several models.

    The models are of one run: train --keep N keeps them. Their mean can be better than each of
    them, and is as fast. Its confidence is measured on the dev pairs of the run, if they have files
    of their own.
    """
    from seq2seq.storage.average import average_models

    aside = average_models(models, output)
    if aside:
        click.echo(f"The model that was in {output} is now in {aside}.", err=True)
    click.echo(f"Average of {len(models)} models in {output}", err=True)

    place = ModelDirectory(output)
    dev = _dev_pairs(place)
    load_tensorflow()
    from seq2seq.training.finish import finish
    from seq2seq.translation.translator import Translator

    with place.taken("seq2seq average"):
        finish(Translator.load(output), dev, place)


def _dev_pairs(place: ModelDirectory) -> Corpus | None:
    """The dev pairs of the run that a model is of; None, which is said, if there are none."""
    from seq2seq.training.inputs import dev_of_run

    try:
        return dev_of_run(place.read_configuration())
    except InputError as error:
        click.echo(f"Its confidence is not measured. {error}", err=True)
        return None
