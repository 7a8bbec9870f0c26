"""`seq2seq export`: a model directory to a SavedModel."""

from pathlib import Path

import click

from seq2seq.cli.options import find_models, model_option
from seq2seq.cli.quiet import load_tensorflow


@click.command(short_help="Export a SavedModel: text in, text out.")
@click.argument("output_directory", type=click.Path(path_type=Path), metavar="OUTPUT_DIR")
@model_option()
@click.option("--beam-size", type=click.IntRange(1), default=5, show_default=True, help="Beam of the beam signature.")
@click.option("--n-best", type=click.IntRange(1), default=5, show_default=True, help="Translations that it returns.")
def export(output_directory, model_directories, beam_size, n_best):
    """Write a SavedModel with the tokenizer inside, which TensorFlow and TensorFlow Serving load without this package.

    \b
    serving_default   text [batch] -> translation [batch], score [batch]; greedy
    beam              text [batch] -> translation, score [batch, n_best], attention, pieces
    prefix            text, prefix [batch] -> as beam, for translations that begin with these pieces
    score             text, translation [batch] -> log_probability [batch], length [batch]
    """
    if n_best > beam_size:
        raise click.UsageError(f"Expected --n-best to be at most --beam-size. Received: {n_best} and {beam_size}.")
    models = find_models(model_directories)

    load_tensorflow()
    from seq2seq.export import export as write
    from seq2seq.translator import Translator

    write(Translator.load(*models), output_directory, beam_size=beam_size, n_best=n_best)
    click.echo(f"Exported to {output_directory}", err=True)
