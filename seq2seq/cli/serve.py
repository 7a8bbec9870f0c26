"""`seq2seq serve`: exported models behind HTTP, and a page to try them."""

import logging
import re
import tempfile
from pathlib import Path

import click

from seq2seq.cli.options import find_models
from seq2seq.cli.quiet import load_tensorflow
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory


@click.command(short_help="Serve a translator over HTTP, with a page to try it.")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="[NAME=]DIR",
    help="Exported model, directory of numbered versions of it, or model directory. Repeatable.  "
    "[default: the newest in saved_models/]",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8501,
    show_default=True,
    help="0 is any free one.",
)
@click.option(
    "--max-batch-size",
    type=click.IntRange(1),
    default=64,
    show_default=True,
    help="Sentences at once.",
)
@click.option(
    "--batch-delay",
    type=click.FloatRange(0),
    default=5.0,
    show_default=True,
    help="Milliseconds to wait for more sentences under load.",
)
def serve(models, host, port, max_batch_size, batch_delay):
    """Answer TensorFlow Serving's REST API and POST /translate, and show a page at /.

    A new numbered version in a directory is loaded and takes over without losing a request. Ctrl-C ends.
    """
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise InputError(
            f'Expected the packages of the extra "serve". Received: {error}. Run pip install "seq2seq[serve]".'
        ) from error
    directories = _named(models or map(str, find_models(())))
    _expect_litert(directories.values())

    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.serving.server import serve as run

    threads = split_cores()
    logger = logging.getLogger("seq2seq.serving")
    logger.setLevel(logging.INFO)
    logger.addHandler(logging.StreamHandler())
    logger.propagate = False  # what an export imports gives the root logger a handler of its own
    with tempfile.TemporaryDirectory(prefix="seq2seq-serve-") as temporary:
        for name, directory in directories.items():
            if ModelDirectory(directory).holds_model():
                directories[name] = _exported(directory, Path(temporary, name))
        sizes = {"max_batch_size": max_batch_size, "batch_delay": batch_delay, "threads": threads}
        run(directories, host=host, port=port, **sizes)


def _named(models):
    """The directories by name: that before "=", or that of the directory."""
    directories = {}
    for model in models:
        match = re.fullmatch(r"([\w.-]+)=(.+)", model)
        name, directory = (
            (match[1], Path(match[2])) if match else (Path(model).resolve().name, Path(model))
        )
        if name in directories:
            raise InputError(
                f"Expected models of different names. Received: {name} twice. Use NAME=DIR."
            )
        if not directory.is_dir():
            raise InputError(
                f"Expected a directory. Received: {directory}. Make one with seq2seq export."
            )
        directories[name] = directory
    return directories


def _expect_litert(directories):
    """Refuses TFLite models, or directories of numbered ones, where there is nothing to run them."""
    from seq2seq.exports.litert import expect_litert
    from seq2seq.exports.tflite_translator import MODEL

    if any(
        any(directory.glob(pattern))
        for directory in directories
        for pattern in (MODEL, f"*/{MODEL}")
    ):
        expect_litert()


def _exported(directory, temporary):
    from seq2seq.exports.saved_model import export_saved_model
    from seq2seq.translation.translator import Translator

    click.echo(f"{directory} is a model directory: exporting it for the time being.", err=True)
    export_saved_model(Translator.load(directory), temporary)
    return temporary
