"""JSON: strings that are values are translated; keys, numbers and the layout stay as they are."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seq2seq.documents.literals import is_identifier
from seq2seq.documents.source_file import SourceFile
from seq2seq.documents.splice import Edit, SplicedText
from seq2seq.documents.value import Value

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"(?P<colon>\s*:)?', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")  # half a letter, which no file can hold


@dataclass(frozen=True)
class _StringValue:
    """A string, `text[start:end]` with its quotation marks."""

    start: int
    end: int
    value: Value
    ascii_only: bool

    @property
    def segments(self) -> Sequence[str]:
        return self.value.segments

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        if list(translations) != self.value.segments:
            rendered = self.value.rendered(translations)
            yield Edit(self.start, self.end, json.dumps(rendered, ensure_ascii=self.ascii_only))


def read_json(file: SourceFile) -> SplicedText:
    r"""Reads JSON.

    Keys, and values that are names for machines, such as "home_title" or "a.png", stay. A file
    whose letters are all ASCII and that has escapes such as `\ud55c` is written so too.

    Raises:
        InputError: The file is no text in UTF-8, no JSON, or nested too deeply.
    """
    text = file.text()
    _expect_json(file, text)

    ascii_only = text.isascii() and re.search(r"\\u[\da-fA-F]{4}", text) is not None
    units: list[_StringValue] = []
    for match in _STRING.finditer(text):
        if match["colon"]:
            continue

        decoded = json.loads(match.group())
        unit = _StringValue(*match.span(), Value(decoded), ascii_only)
        if unit.segments and not is_identifier(decoded) and not _SURROGATE.search(decoded):
            units.append(unit)

    return SplicedText(text, units, file.mark)


def _expect_json(file: SourceFile, text: str) -> None:
    """Refuses a text that is no JSON; numbers of any length are."""
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except RecursionError:
        file.refuse("which is nested too deeply", "Nest it less deeply.")
    except json.JSONDecodeError as error:
        file.refuse(
            f"whose line {error.lineno:,} is wrong at letter {error.colno:,}: {error.msg}",
            "Check it with python -m json.tool.",
        )
