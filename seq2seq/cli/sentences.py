"""The sentences for `seq2seq translate`: arguments, a file, standard input or a prompt."""

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count

import click

from seq2seq.data.lines import decoded_line, read_lines
from seq2seq.data.standard_input import waiting_lines
from seq2seq.errors import InputError


def sentence_groups(texts: Sequence[str], files: Sequence[str]) -> Iterator[Iterable[str]]:
    """Yields groups of sentences, each of which is translated before the next is asked for.

    Files or the arguments are one group; at the prompt, each sentence is one. Of standard input,
    the lines that are there together are one.
    """
    if texts and texts != ("-",):
        for text in texts:
            expect_utf8(text)
        yield (" ".join(text.split()) for text in texts)
    elif files and tuple(files) != ("-",):
        yield chain.from_iterable(map(read_lines, files))
    elif files or texts or not sys.stdin.isatty():
        yield from waiting_lines()
    else:
        yield from _prompted()


def expect_utf8(text: str) -> None:
    """Refuses an argument whose bytes are no UTF-8.

    Raises:
        InputError: Python has put surrogates in the place of such bytes.
    """
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InputError(
            f"Expected UTF-8 text. Received: {text!r}. Check the encoding of the terminal."
        )


def _prompted() -> Iterator[list[str]]:
    """Asks for sentences until the end of input."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  gives the prompt its arrow keys and its history

    click.echo("Type a sentence and press Enter; Ctrl-D ends.", err=True)
    for number in count(1):
        try:
            sentence = decoded_line(_ask(), number, "-")
        except EOFError:
            click.echo(err=True)
            return
        except InputError as error:
            click.echo(f"Error: {error}", err=True)
        else:
            yield [sentence]


def _ask() -> bytes:
    """Reads a line from the terminal; the prompt stays out of an output that goes elsewhere."""
    prompt = "> "
    if not sys.stdout.isatty():
        click.echo(prompt, nl=False, err=True)
        prompt = ""

    try:
        return input(prompt).encode(errors="surrogateescape")
    except UnicodeDecodeError as error:
        return error.object
