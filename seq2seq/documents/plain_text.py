"""Plain text (.txt): every line is a segment; spaces around it and line ends stay as they are."""

import re

from seq2seq.documents.literals import has_words, literals, restored
from seq2seq.documents.source_file import SourceFile
from seq2seq.documents.splice import Passage, SplicedText

_LINE = re.compile(r"[^\s](?:[^\r\n]*[^\s])?")


def read_text(file: SourceFile) -> SplicedText:
    """Reads plain text.

    Raises:
        InputError: The file is no text in UTF-8.
    """
    text = file.text()
    units = [
        Passage(*match.span(), match.group(), _restored)
        for match in _LINE.finditer(text)
        if has_words(match.group())
    ]
    return SplicedText(text, units, file.mark)


def _restored(translation: str, source: str) -> str:
    return restored(translation, literals(source))
