"""`seq2seq average`: several model directories to one."""

from pathlib import Path

import click


@click.command(short_help="Average the weights of models of one run.")
@click.argument(
    "models", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="MODEL..."
)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Model directory of the average.",
)
def average(models, output):
    """Write a model whose weights are the mean of those of several models of one run.

    It can be better than each of them, and is as fast.

    \b
      seq2seq train pairs.tsv --output saved_models/mine --keep 5
      seq2seq average saved_models/mine/checkpoints/* --output saved_models/mine-average
    """
    from seq2seq.storage.average import average_models

    if aside := average_models(models, output):
        click.echo(f"The model that was in {output} is now in {aside}.", err=True)
    click.echo(f"Average of {len(models)} models in {output}", err=True)
