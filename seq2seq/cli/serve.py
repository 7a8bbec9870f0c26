"""`seq2seq serve`: exported models behind HTTP, and a page to try them."""

import logging
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from seq2seq.cli.command import Command, option_group
from seq2seq.cli.options import find_models, glossary_option, read_glossary
from seq2seq.cli.values import Directory, Number, WholeNumber
from seq2seq.errors import InputError
from seq2seq.quiet import load_tensorflow
from seq2seq.storage.directory import ModelDirectory

_model = option_group("Model")
_server = option_group("Server")
_access = option_group("Access")


@click.command(
    cls=Command,
    short_help="Serve a translator over HTTP, with a page to try it.",
    also=["server", "web", "http"],
    examples=[
        ("seq2seq serve", "the newest model in saved_models/"),
        ("seq2seq serve --model ko=saved_models/en-ko-served", "an export, named ko"),
    ],
)
@_model(
    "--model",
    "models",
    multiple=True,
    type=Directory(str),
    metavar="[NAME=]DIR",
    show_default="the newest in saved_models/",
    help="Exported model, directory of numbered versions of it, or model directory. Repeatable.",
)
@glossary_option
@_server(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen on; 0.0.0.0 is all.",
)
@_server(
    "--port",
    type=WholeNumber(0, 65535),
    default=8501,
    show_default=True,
    metavar="N",
    help="Port to listen on; 0 is any free one.",
)
@_server(
    "--max-batch-size",
    type=WholeNumber(1, unit="sentences"),
    default=64,
    show_default=True,
    metavar="SENTENCES",
    help="Most sentences to translate at once.",
)
@_server(
    "--batch-delay",
    type=Number(0, unit="milliseconds"),
    default=5.0,
    show_default=True,
    metavar="MILLISECONDS",
    help="Longest wait for more sentences under load.",
)
@_access(
    "--no-auth",
    is_flag=True,
    help="Let anyone who reaches the server ask, without a key.",
)
@_access(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="NAME",
    help="Name that clients may call the server by, besides localhost. Repeatable.",
)
@_access(
    "--allow-origin",
    "allow_origins",
    multiple=True,
    metavar="ORIGIN",
    help="Site whose pages may ask, such as https://example.org; * is all. Repeatable.",
)
def serve(
    models: tuple[str, ...],
    glossary_file: str | None,
    host: str,
    port: int,
    max_batch_size: int,
    batch_delay: float,
    no_auth: bool,
    allow_hosts: tuple[str, ...],
    allow_origins: tuple[str, ...],
) -> None:
    """Answer TensorFlow Serving's REST API and POST /translate, and show a page to try at /.

    If the environment has SEQ2SEQ_API_KEY, clients send it: Authorization: Bearer KEY. A --host
    that others can reach needs it, or --no-auth.

    A model directory of several languages is served once for each that it translates into, under
    its name and the language's, such as mine-ko. Together they are the model mine: "to" in a
    request chooses, or the letters of the text.

    A new numbered version in a directory is loaded and takes over without losing a request. Ctrl-C
    ends the server.
    """
    _expect_server()
    from seq2seq.serving.access import access as access_to

    access = access_to(host, hosts=allow_hosts, origins=allow_origins, no_auth=no_auth)
    directories = _named(models or tuple(map(str, find_models(()))))
    _expect_litert(directories.values())
    glossary = read_glossary(glossary_file)

    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.serving.server import serve as run

    threads = split_cores()
    _log_to_standard_error()
    with tempfile.TemporaryDirectory(prefix="seq2seq-serve-") as temporary:
        served = _with_exports(directories, Path(temporary))
        sizes = {"max_batch_size": max_batch_size, "batch_delay": batch_delay, "threads": threads}
        run(served, host=host, port=port, access=access, glossary=glossary, **sizes)


def _expect_server() -> None:
    """Refuses to serve without the packages for it.

    Raises:
        InputError: One of them is not installed.
    """
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise InputError(
            f'Expected the packages of the extra "serve". Received: {error}. '
            'Run pip install "seq2seq[serve]".'
        ) from error


def _log_to_standard_error() -> None:
    """Shows the server's log. Exports give the root logger a handler, which must not repeat it."""
    logger = logging.getLogger("seq2seq.serving")
    logger.setLevel(logging.INFO)
    logger.addHandler(logging.StreamHandler())
    logger.propagate = False


def _named(models: Iterable[str]) -> dict[str, Path]:
    """The directories by name: that before "=", or that of the directory.

    Raises:
        InputError: Two have one name, or one is no directory.
    """
    directories: dict[str, Path] = {}
    for model in models:
        match = re.fullmatch(r"([\w.-]+)=(.+)", model)
        directory = Path(match[2] if match else model)
        name = match[1] if match else Path(os.path.abspath(directory)).name  # a link keeps its own

        if name in directories:
            raise _one_name(name)
        if not directory.is_dir():
            raise InputError(
                f"Expected a directory. Received: {directory}. Make one with seq2seq export."
            )
        directories[name] = directory
    return directories


def _expect_litert(directories: Iterable[Path]) -> None:
    """Refuses TFLite models, or directories of numbered ones, where nothing can run them.

    Raises:
        InputError: There is one, and LiteRT is not installed.
    """
    from seq2seq.exports.litert import expect_litert
    from seq2seq.exports.tflite_translator import MODEL

    for directory in directories:
        if ModelDirectory(directory).holds_model():
            continue
        if any(directory.glob(MODEL)) or any(directory.glob(f"*/{MODEL}")):
            expect_litert()
            return


def _with_exports(directories: Mapping[str, Path], temporary: Path) -> dict[str, Path]:
    """The directories to serve: models are exported for as long as the server runs.

    A model of several languages is served once for each that it translates into, under its name
    and the language's, such as mine-ko.

    Raises:
        InputError: Two have one name then.
    """
    served: dict[str, Path] = {}
    for name, directory in directories.items():
        for key, place in _exports(name, directory, temporary):
            if key in served:
                raise _one_name(key)
            served[key] = place
    return served


def _exports(name: str, directory: Path, temporary: Path) -> Iterator[tuple[str, Path]]:
    """What is served of a directory, by name."""
    if not ModelDirectory(directory).holds_model():
        yield name, directory
        return

    from seq2seq.exports.saved_model import export_saved_model
    from seq2seq.translation.translator import Translator

    click.echo(f"{directory} is a model directory: exporting it for the time being.", err=True)
    translator = Translator.load(directory)
    for language in translator.languages.targets or (None,):
        key = f"{name}-{language}" if language else name
        export_saved_model(translator.to(language), temporary / key)
        yield key, temporary / key


def _one_name(name: str) -> InputError:
    return InputError(f"Expected models of different names. Received: {name} twice. Use NAME=DIR.")
