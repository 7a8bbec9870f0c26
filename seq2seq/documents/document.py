"""Opens a document by the suffix of its name, and translates it."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from seq2seq.documents.json_values import read_json
from seq2seq.documents.markdown import read_markdown
from seq2seq.documents.plain_text import read_text
from seq2seq.documents.source_file import SourceFile, read_file
from seq2seq.documents.string_table import read_po
from seq2seq.documents.subtitles import read_srt, read_vtt
from seq2seq.documents.table import read_table
from seq2seq.documents.web_page import read_html
from seq2seq.documents.word import read_docx
from seq2seq.documents.xliff import read_xliff
from seq2seq.errors import InputError

_KINDS = {
    ".csv": "a table (.csv)",
    ".docx": "a Word document (.docx)",
    ".htm": "an HTML page",
    ".html": "an HTML page",
    ".json": "JSON",
    ".md": "Markdown",
    ".po": "a gettext string table (.po)",
    ".pot": "a gettext template (.pot)",
    ".srt": "SubRip subtitles (.srt)",
    ".tsv": "a table (.tsv)",
    ".txt": "plain text (.txt)",
    ".vtt": "WebVTT subtitles (.vtt)",
    ".xlf": "an XLIFF string table",
    ".xliff": "an XLIFF string table",
}

FORMATS = tuple(_KINDS)

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z\d]{1,8})*")


class Document(Protocol):
    """A file of human text and of what must stay as it is."""

    @property
    def segments(self) -> list[str]:
        """The human text, in the order of the file, never empty strings.

        Each is a line or a block and may hold several sentences, inline tags such as `<b>…</b>`,
        entities, placeholders and links.
        """
        ...

    @property
    def places(self) -> list[str]:
        """Where each segment stands, as a notice names it: "line 12"."""
        ...

    def rendered(self, translations: Sequence[str]) -> bytes:
        """Returns the file with a translation of each segment, given in the same order.

        A segment that is its own translation stays byte for byte.
        """
        ...


def open_document(
    path: str | Path,
    *,
    data: bytes | None = None,
    format: str | None = None,
    column: str | int | None = None,
    target_language: str | None = None,
    retranslate: bool = False,
) -> Document:
    """Reads a document.

    Args:
        path: The file.
        data: Its bytes, where `path` is only the name of a file that is elsewhere.
        format: One of `FORMATS`, with or without the dot, where the name does not say it.
        column: The column of a table (.csv, .tsv) to translate. A name stands in the first line,
            which stays as it is; a number counts from 1 and means a table without such a line.
        target_language: The language that it is translated into, such as "ko". It says how many
            plural forms a string table gets whose header does not, and is noted in XLIFF 2.0.
        retranslate: Whether units of a string table that have a translation get a new one.

    Raises:
        InputError: The suffix is unknown, the file cannot be read or is not what its name says, the
            column is not there, or the language is no code.
    """
    suffix = _suffix(Path(path), format)
    _expect_language(target_language)
    if column is not None and suffix not in (".csv", ".tsv"):
        raise InputError(
            f"Expected a column for a table alone. Received: column {column!r} and {path}. "
            "Leave the column out."
        )

    kind = _KINDS[suffix]
    file = read_file(Path(path), kind) if data is None else SourceFile(str(path), kind, data)
    match suffix:
        case ".srt":
            return read_srt(file)
        case ".vtt":
            return read_vtt(file)
        case ".html" | ".htm":
            return read_html(file)
        case ".md":
            return read_markdown(file)
        case ".po" | ".pot":
            return read_po(file, target_language=target_language, retranslate=retranslate)
        case ".xliff" | ".xlf":
            return read_xliff(file, target_language=target_language, retranslate=retranslate)
        case ".docx":
            return read_docx(file)
        case ".json":
            return read_json(file)
        case ".txt":
            return read_text(file)
        case _:
            return read_table(file, column=column, tabs=suffix == ".tsv")


def _suffix(path: Path, format: str | None) -> str:
    """Returns the format of a file as its suffix.

    Raises:
        InputError: There is no such format.
    """
    suffix = path.suffix if format is None else "." + format.removeprefix(".")
    if suffix.lower() in _KINDS:
        return suffix.lower()

    received = str(path) if format is None else f"format {format!r}"
    raise InputError(
        f"Expected a document whose name ends in {', '.join(FORMATS)}. Received: {received}. "
        "Rename it, or give its format."
    )


def _expect_language(language: str | None) -> None:
    """Refuses what is no code of a language, which would damage the file that it is noted in."""
    if language is not None and not is_language_code(language):
        raise InputError(
            "Expected the target language as a code such as ko or pt-BR. "
            f"Received: {language!r}. Give its code, or leave it out."
        )


def is_language_code(name: str) -> bool:
    """Whether the name of a language is a code such as ko or pt-BR."""
    return _LANGUAGE.fullmatch(name) is not None


def translate_document(document: Document, translate: Callable[[list[str]], list[str]]) -> bytes:
    """Returns a document with its text translated.

    Args:
        document: What `open_document` returned.
        translate: Takes the segments and returns a translation of each.

    Raises:
        InputError: There is not one translation for each segment.
    """
    segments = document.segments
    return document.rendered(translate(segments) if segments else [])
