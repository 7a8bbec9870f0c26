"""Folders for `seq2seq translate`: every document in one is translated to a folder like it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.errors import InputError, printable
from seq2seq.storage.files import write_atomically

if TYPE_CHECKING:
    from seq2seq.documents.document import Document

# Of the texts of documents, `first`, the number of the first among all, and their `places`, as
# notices name these.
Texts = Callable[..., list[str]]

TABLES = (".csv", ".tsv")

_MOST_NAMED = 5  # files of other kinds in the last line


class Folder:
    """The files of a folder and of those in it, which become files of the same names in another.

    Documents are translated, several at a time, so that their texts share batches. Files of other
    kinds are copied, so that the other folder is complete. Names that begin with a dot, and links
    to folders, are left out. A file that cannot be read does not stop the others.

    Args:
        folder: The folder that is read.
        output: The folder that is written to; it may lie in the other.
        jobs: How many documents are translated together.
        **options: The options of documents; `column` is for tables alone.

    Raises:
        InputError: The folders are one, one cannot be read or be a folder, or there is no document.
    """

    def __init__(self, folder: str, output: str, *, jobs: int, **options: Any) -> None:
        from seq2seq.documents.document import FORMATS

        self._folder = Path(folder)
        self._output = Path(output)
        self._jobs = jobs
        self._options = options
        self._errors = 0
        self._expect_apart()

        names = list(self._names())
        self._documents = [name for name in names if name.suffix.lower() in FORMATS]
        self._others = [name for name in names if name.suffix.lower() not in FORMATS]
        if not self._documents:
            raise InputError(
                f"Expected a folder with files that end in {', '.join(FORMATS)}. "
                f"Received: {folder}, which has none. Check the path."
            )

    def write(self, translate: Texts) -> None:
        """Translates and copies the files, each whole or not at all.

        Raises:
            click.exceptions.Exit: Some could not be translated or copied; a line for each is on
                stderr.
        """
        from seq2seq.translation.batching import windows

        first = 0
        for names in windows(self._documents, self._jobs):
            opened = self._opened(names)
            texts = [document.segments for document in opened.values()]
            places = [
                f"{name}, {place}" for name, document in opened.items() for place in document.places
            ]
            answers = iter(translate(texts, first=first, places=places) if places else [])
            first += len(places)

            for name, document in opened.items():
                found = list(islice(answers, len(document.segments)))
                self._try(name, partial(self._write_document, name, document, found))

        for name in self._others:
            self._try(name, partial(self._copy, name))
        self._conclude()

    def _expect_apart(self) -> None:
        """Refuses an output that is no folder, or that would take the place of what is read."""
        if self._output.exists() and not self._output.is_dir():
            raise InputError(
                f"Expected --output to be a folder, as --input is. Received: {self._output}, "
                "a file. Name another."
            )
        if self._folder.resolve().is_relative_to(self._output.resolve()):
            raise InputError(
                "Expected --output to be another folder than --input, and not one around it. "
                f"Received: {self._output}, and {self._folder}. Name another."
            )

    def _names(self) -> Iterator[Path]:
        """Yields the files as paths inside the folder, in the order of their names."""
        skipped = self._output.resolve()
        for place, folders, files in os.walk(self._folder, onerror=self._say):
            folders[:] = sorted(
                name
                for name in folders
                if not name.startswith(".") and Path(place, name).resolve() != skipped
            )
            for name in sorted(files):
                path = Path(place, name)
                is_special = path.exists() and not path.is_file()  # a pipe, a device
                if not name.startswith(".") and not is_special:
                    yield path.relative_to(self._folder)

    def _opened(self, names: Sequence[Path]) -> dict[Path, Document]:
        """The documents that can be read, by name."""
        from seq2seq.documents.document import open_document

        opened: dict[Path, Document] = {}
        for name in names:
            options = dict(self._options)
            if name.suffix.lower() not in TABLES:
                options["column"] = None
            try:
                opened[name] = open_document(self._folder / name, **options)
            except InputError as error:
                self._say(error)
        return opened

    def _write_document(self, name: Path, document: Document, answers: Sequence[str]) -> None:
        content = document.rendered(answers)
        write_atomically(self._output / name, lambda place: place.write_bytes(content))

    def _copy(self, name: Path) -> None:
        write_atomically(
            self._output / name, lambda place: shutil.copyfile(self._folder / name, place)
        )

    def _try(self, name: Path, write: Callable[[], None]) -> None:
        """Writes a file, or says why that cannot be done."""
        try:
            (self._output / name).parent.mkdir(parents=True, exist_ok=True)
            write()
        except (InputError, OSError) as error:
            self._say(error)

    def _say(self, error: InputError | OSError) -> None:
        """Says what is wrong with a file, in one line."""
        self._errors += 1
        message = str(error)
        if isinstance(error, OSError):
            message = (
                f"Expected to read and write all files. Received: {error.filename}: "
                f"{error.strerror}. Check its permissions."
            )
        click.echo(f"Error: {printable(message)}", err=True)

    def _conclude(self) -> None:
        """Says what was done.

        Raises:
            click.exceptions.Exit: There were errors.
        """
        if self._others:
            shown = [str(name) for name in self._others[:_MOST_NAMED]]
            more = len(self._others) - len(shown)
            names = printable(", ".join(shown) + (f" and {more:,} more" if more else ""))
            click.echo(f"Copied, being of other kinds: {names}", err=True)
        if self._errors:
            click.echo(f"Files that failed: {self._errors:,}", err=True)
            raise click.exceptions.Exit(1)
