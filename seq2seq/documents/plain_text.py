"""Plain text (.txt): every line is a segment; spaces around it and line ends stay as they are."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from seq2seq.documents.literals import has_words, literals, restored
from seq2seq.documents.source_file import SourceFile
from seq2seq.documents.splice import Edit, SplicedText

_LINE = re.compile(r"[^\s](?:[^\r\n]*[^\s])?")


class _Line(NamedTuple):
    """A line without the spaces around it, `text[start:end]`."""

    start: int
    end: int
    text: str

    @property
    def segments(self) -> Sequence[str]:
        return [self.text]

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        if translations[0] != self.text:
            yield Edit(self.start, self.end, restored(translations[0], literals(self.text)))


def read_text(file: SourceFile) -> SplicedText:
    """Reads plain text.

    Raises:
        InputError: The file is no text in UTF-8.
    """
    text = file.text()
    units = [
        _Line(*match.span(), match.group())
        for match in _LINE.finditer(text)
        if has_words(match.group())
    ]
    return SplicedText(text, units, file.mark)
