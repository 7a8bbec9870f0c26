"""The sentences for `seq2seq translate`: arguments, a file, standard input or a prompt."""

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence

import click

from seq2seq.data.lines import read_lines
from seq2seq.errors import InputError


def sentence_groups(texts: Sequence[str], file: str | None) -> Iterator[Iterable[str]]:
    """Yields groups of sentences, each of which is translated before the next is asked for.

    A file, standard input or the arguments are one group; at the prompt, each sentence is one.
    """
    if texts and texts != ("-",):
        for text in texts:
            expect_utf8(text)
        yield (" ".join(text.split()) for text in texts)
    elif file or texts or not sys.stdin.isatty():
        yield read_lines(file or "-")
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
    while True:
        try:
            sentence = _ask()
        except EOFError:
            click.echo(err=True)
            return
        yield [sentence]


def _ask() -> str:
    """Reads a line from the terminal; the prompt stays out of an output that goes elsewhere."""
    if sys.stdout.isatty():
        return input("> ")
    click.echo("> ", nl=False, err=True)
    return input()
