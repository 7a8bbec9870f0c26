"""Documents for `seq2seq translate`: files whose names say that they are more than lines."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import option_group
from seq2seq.cli.folders import TABLES, Folder, Texts
from seq2seq.cli.options import is_given
from seq2seq.cli.values import WholeNumber
from seq2seq.storage.files import write_atomically

if TYPE_CHECKING:
    from seq2seq.documents.document import Document

_documents = option_group("Documents: subtitles, pages, string tables, Word, JSON, tables")

DOCUMENT_PARAMETERS = ("column", "target_language", "retranslate", "jobs")

DOCUMENT_OPTIONS = (
    _documents(
        "--column",
        metavar="NAME",
        help="Column of a .csv or .tsv table to translate: a name of its first line, or a number "
        "from 1 for a table without names.",
    ),
    _documents(
        "--target-language",
        metavar="CODE",
        also=["--tgt-lang", "--to"],
        help="Language that a document is translated into, such as ko: for the plural forms of a "
        "string table and the notes of XLIFF.",
    ),
    _documents(
        "--retranslate",
        is_flag=True,
        help="Translate what has a translation in a string table, too.",
    ),
    _documents(
        "--jobs",
        type=WholeNumber(1, unit="documents"),
        default=16,
        show_default=True,
        metavar="N",
        also=["--workers", "--num-workers"],
        help="Documents of a folder that are translated together, with one model in memory.",
    ),
)


def document_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of documents."""
    for option in reversed(DOCUMENT_OPTIONS):
        command = option(command)
    return command


def open_input(
    input_file: str | None, output: str | None, *, jobs: int, **options: Any
) -> Callable[[Texts], None] | None:
    """Opens an input that is a document or a folder of some; None stands for lines.

    Files named .txt hold lines, and .tsv files do unless a column is named.

    Args:
        input_file: What `--input` names.
        output: What `--output` names.
        jobs: How many documents of a folder are translated together.
        **options: The options of documents.

    Returns:
        What translates and writes it, given a function that translates texts.

    Raises:
        InputError: The input cannot be read, or is not what its name says.
        click.UsageError: Options of documents are given for lines, or those of lines for a
            document.
    """
    suffix = Path(input_file or "").suffix.lower()
    has_column = options["column"] is not None
    if input_file is not None and os.path.isdir(input_file):
        _refuse_options_of_lines(input_file)
        if output in (None, "-"):
            raise click.UsageError(
                f"Expected --output FOLDER with the folder {input_file}. "
                f"Received: {output or 'none'}."
            )
        return Folder(input_file, output, jobs=jobs, **options).write

    if input_file is None or _holds_lines(input_file, has_column=has_column):
        _refuse_options_of_documents(input_file)
        return None

    _refuse_options_of_lines(input_file)
    if is_given("jobs"):
        raise click.UsageError(f"Expected --jobs with a folder. Received: {input_file}.")
    if has_column and suffix not in TABLES:
        raise click.UsageError(
            f"Expected --column with a table (.csv, .tsv). Received: {input_file}."
        )
    from seq2seq.documents.document import open_document

    name = os.path.basename(input_file)
    return partial(_write_document, open_document(input_file, **options), name, output)


def expect_lines(input_files: Sequence[str], *, reason: str) -> None:
    """Refuses documents, folders and options of documents where only lines will do.

    Args:
        input_files: What `--input` names.
        reason: Why only lines will do, such as "--shards".

    Raises:
        click.UsageError: One is a document or a folder, or an option of documents is given.
    """
    for file in input_files:
        if os.path.isdir(file) or not _holds_lines(file, has_column=False):
            raise click.UsageError(
                f"Expected files of lines with {reason}. Received: {file}. "
                "Translate documents and folders one at a time, without it."
            )
    _refuse_options_of_documents(", ".join(input_files))


def _holds_lines(input_file: str, *, has_column: bool) -> bool:
    """Whether a file holds lines, by its name."""
    suffix = Path(input_file).suffix.lower()
    if suffix == ".txt" or (suffix == ".tsv" and not has_column):
        return True

    from seq2seq.documents.document import FORMATS

    return suffix not in FORMATS


def _refuse_options_of_lines(input_file: str) -> None:
    """Refuses options that documents have no use for.

    Raises:
        click.UsageError: One of them was given.
    """
    if is_given("output_format") or is_given("n_best"):
        raise click.UsageError(
            f"Expected {input_file} to become a document of its own kind. "
            "Received --format or --n-best. Leave them out."
        )


def _refuse_options_of_documents(input_file: str | None) -> None:
    """Refuses options that lines have no use for.

    Raises:
        click.UsageError: One of them was given.
    """
    given = next(filter(is_given, DOCUMENT_PARAMETERS), None)
    if given is None:
        return

    from seq2seq.documents.document import FORMATS  # it imports the readers of all formats

    raise click.UsageError(
        f"Expected --{given.replace('_', '-')} with --input FILE whose name ends in "
        f"{', '.join(FORMATS)}, or a folder. Received: {input_file or 'none'}."
    )


def _write_document(document: Document, name: str, output: str | None, translate: Texts) -> None:
    """Writes the translated document to a file, whole or not at all, or to standard output."""
    from seq2seq.documents.document import translate_document

    places = [f"{name}, {place}" for place in document.places]
    content = translate_document(document, lambda texts: translate([texts], first=0, places=places))
    if output in (None, "-"):
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return

    if os.fspath(output).endswith(".gz"):
        content = gzip.compress(content, mtime=0)

    write_atomically(output, lambda place: place.write_bytes(content))
