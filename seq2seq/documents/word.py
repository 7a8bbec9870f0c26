"""Word documents (.docx): the text of paragraphs is translated, in tables, headers, footers and
notes too; all else of the archive stays as it is."""

import io
import re
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seq2seq.documents.safe_xml import xml_text
from seq2seq.documents.source_file import SourceFile
from seq2seq.documents.splice import SplicedText, expect_one_each
from seq2seq.documents.word_paragraphs import paragraph_units
from seq2seq.errors import InputError

MAX_SIZE = 200_000_000  # bytes of all parts together when decompressed
MAX_TEXT_SIZE = 50_000_000  # the same of parts with text; a thousand pages have a tenth of it

_PARAGRAPH = re.compile(r"<w:p[\s>]")
_TRANSLATED_PART = re.compile(r"word/(?:document|header|footer|footnotes|endnotes)\d*\.xml")


@dataclass(frozen=True)
class WordDocument:
    """An archive of parts, some of which hold text.

    Attributes:
        data: The bytes of the archive.
        parts: The parts that hold text, by name, in the order of the archive.
    """

    data: bytes
    parts: Mapping[str, SplicedText]

    @property
    def segments(self) -> list[str]:
        """The text of all paragraphs; a change of format is a tag such as `<g id="1">…</g>`."""
        return [segment for part in self.parts.values() for segment in part.segments]

    @property
    def places(self) -> list[str]:
        """Where each segment stands: "paragraph 3", or "footnotes, paragraph 3"."""
        return [
            f"{_title(name)}paragraph {number:,}"
            for name, part in self.parts.items()
            for number in _paragraph_numbers(part)
        ]

    def rendered(self, translations: Sequence[str]) -> bytes:
        """Returns the document with a translation of each segment in the place of the segment.

        Raises:
            InputError: The number of translations is not that of the segments.
        """
        expect_one_each(self.segments, translations)
        if list(translations) == self.segments:
            return self.data

        contents: dict[str, bytes] = {}
        first = 0
        for name, part in self.parts.items():
            last = first + len(part.segments)
            contents[name] = part.rendered(translations[first:last])
            first = last

        return _rewritten(self.data, contents)


def _title(name: str) -> str:
    """Returns how the names of a part's paragraphs begin, such as "footnotes, "."""
    title = name.removeprefix("word/").removesuffix(".xml")
    return "" if title.startswith("document") else f"{title}, "


def _paragraph_numbers(part: SplicedText) -> list[int]:
    """Returns the number of the paragraph of each segment, counted from 1."""
    begins = [match.start() for match in _PARAGRAPH.finditer(part.text)]
    return [max(bisect_right(begins, position), 1) for position in part.positions]


def _rewritten(data: bytes, contents: Mapping[str, bytes]) -> bytes:
    """Returns an archive in which some parts have other contents."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        written.comment = archive.comment
        for entry in archive.infolist():
            content = contents.get(entry.filename)
            if content is None:
                content = archive.read(entry)
            written.writestr(entry, content, entry.compress_type)

    return target.getvalue()


def read_docx(file: SourceFile) -> WordDocument:
    """Reads a Word document.

    Raises:
        InputError: The file is no Word document, is damaged or encrypted, or would take more than
            `MAX_SIZE` bytes when decompressed, or `MAX_TEXT_SIZE` of text.
    """
    if not file.data:
        file.refuse("which is empty", "Check that it was saved.")

    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            _expect_small(file, archive)
            damaged = archive.testzip()
            if damaged is not None:
                raise zipfile.BadZipFile(f"{damaged} is damaged")

            names = [name for name in archive.namelist() if _TRANSLATED_PART.fullmatch(name)]
            contents = {name: archive.read(name) for name in names}
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        file.refuse(
            f"which is no whole archive: {reason}",
            "Open it in a word processor and save it as .docx; an old .doc is not one.",
        )
    except (RuntimeError, NotImplementedError) as error:  # encrypted, or compressed otherwise
        file.refuse(f"which cannot be read: {error}", "Save it without a password.")

    if not any(name.startswith("word/document") for name in names):
        file.refuse("which has no word/document.xml", "Is it another kind of archive?")
    return WordDocument(
        file.data, {name: _part(file, name, content) for name, content in contents.items()}
    )


def _part(file: SourceFile, name: str, content: bytes) -> SplicedText:
    """Returns a part of the archive with its units."""
    part = SourceFile(f"{file.name}, {name}", file.kind, content)
    text = xml_text(part)
    return SplicedText(text, paragraph_units(text), part.mark)


def _expect_small(file: SourceFile, archive: zipfile.ZipFile) -> None:
    """Refuses an archive that would fill the memory. `zipfile` reads no more than it says here."""
    entries = archive.infolist()
    text = [entry for entry in entries if _TRANSLATED_PART.fullmatch(entry.filename)]
    for parts, what, most in ((entries, "", MAX_SIZE), (text, " of text", MAX_TEXT_SIZE)):
        size = sum(entry.file_size for entry in parts)
        if size > most:
            file.refuse(
                f"which is {size:,} bytes{what} when decompressed",
                f"At most {most:,} are read: divide the document.",
            )
