"""Translation memories (TMX) and translation files (XLIFF 1.2 and 2): segments to pairs.

They are read element by element, and what was read is forgotten: memory does not grow with the
file. Marks of formatting inside a segment are left out, placeholders such as {name} stay. Entities
of their own, which could name other files or grow without bound, are refused; a document type
without any, as many memories have, is passed over.

Reference: https://www.gala-global.org/tmx-14b,
https://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html,
https://docs.oasis-open.org/xliff/xliff-core/v2.0/xliff-core-v2.0.html
"""

import re
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from seq2seq.data.formats.columns import Columns
from seq2seq.data.formats.extra import needing_packages
from seq2seq.data.formats.languages import primary
from seq2seq.data.formats.rows import as_sentence
from seq2seq.data.lines import FilePath, naming_failure, open_bytes
from seq2seq.data.skipped_lines import EMPTY_SIDE, SkippedLines
from seq2seq.data.spans import Kind, find_spans
from seq2seq.errors import InputError, shown

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NO_LANGUAGE = "without one of the languages"
NO_TRANSLATION = "without a translation"

_MOST_BYTES = 64 << 20  # of a file in which no unit ends; a memory of text has a few thousand
_MOST_DEPTH = 100  # elements in one another
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_TEXT_INSIDE = {"g", "hi", "mrk", "pc", "sub"}  # marks around text; others hold code
_UNTRANSLATED = {"new", "needs-translation", "initial"}
_SPACES = re.compile(r"[ \t\r\n]+")


class _Bounded:
    """A stream that ends in an error after `_MOST_BYTES` in which no unit ends."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name
        self.since_unit = 0

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        self.since_unit += len(part)
        if self.since_unit > _MOST_BYTES:
            raise InputError(
                f"Expected units of text. Received: {self._name}, of which "
                f"{_MOST_BYTES >> 20} MiB hold none. Check the file."
            )
        return part


def memory_pairs(
    path: FilePath, columns: Columns | None, found: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs of a TMX file, and counts the units that are none.

    Without columns, the file must have two languages; the source is what its header says, or else
    the language that comes first.

    Raises:
        InputError: The file is damaged or has entities of its own, there are more languages than
            two and no columns, or defusedxml is not installed.
    """
    languages = _Languages(columns, found)
    for unit in _units(path, {"tu"}, found, languages.read_header):
        found.total += 1
        segments = {}
        for variant in unit:
            if _local(variant) == "tuv":
                code = variant.get(_LANGUAGE) or variant.get("lang") or ""
                segments.setdefault(code, variant)

        sides = languages.sides(list(segments))
        if sides is None:
            found.add(found.total, NO_LANGUAGE, ", ".join(segments))
            continue

        yield from _pair([_segment(segments[code]) for code in sides], found)


def translation_pairs(
    path: FilePath, columns: Columns | None, found: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs of an XLIFF file, and counts the units that are none.

    Args:
        path: The file.
        columns: Codes of the languages, the source's first. They may be the file's the other way
            round. Without them, the file's source is the source.
        found: Gets the number of each unit as it is read, and those that are no pair.

    Raises:
        InputError: As of `memory_pairs`, or the file has other languages.
    """
    order = _Order(columns, found)
    for unit in _units(path, {"trans-unit", "segment"}, found, order.read_header):
        found.total += 1
        parts = {_local(part): part for part in reversed(unit)}
        source = parts.get("source")
        target = parts.get("target")
        state = unit.get("state") or (target.get("state") if target is not None else None)
        if source is None or target is None or state in _UNTRANSLATED:
            found.add(found.total, NO_TRANSLATION, "" if source is None else _text(source))
            continue

        sides = [_text(source), _text(target)]
        yield from _pair(sides[::-1] if order.is_reversed else sides, found)


def _pair(sides: list[str], found: SkippedLines) -> Iterator[tuple[str, str]]:
    source, target = sides
    if source and target:
        yield source, target
    else:
        found.add(found.total, EMPTY_SIDE, f"{source}\t{target}")


class _Languages:
    """Which languages of a memory are source and target."""

    def __init__(self, columns: Columns | None, found: SkippedLines) -> None:
        self._columns = columns
        self._found = found
        self._source = ""
        self._pair: tuple[str, str] | None = None

    def read_header(self, element: "Element") -> None:
        if _local(element) == "header":
            self._source = element.get("srclang") or ""

    def sides(self, codes: list[str]) -> tuple[str, str] | None:
        """Returns the two codes of a unit to take; None where it lacks one.

        Raises:
            InputError: There are no columns, and the memory has a third language.
        """
        pair = self._columns or self._pair or self._first_pair(codes)
        if pair is None:
            return None
        if self._columns is None:
            self._expect_two(codes, pair)

        source, target = (_matching(wanted, codes) for wanted in pair)
        return None if source is None or target is None or source == target else (source, target)

    def _first_pair(self, codes: list[str]) -> tuple[str, str] | None:
        """Takes the languages of the first unit that has two; the header tells the source."""
        if len(codes) < 2:
            return None
        source = _matching(self._source, codes) or codes[0]
        others = [code for code in codes if code != source]
        self._pair = (source, others[0])
        self._found.note(f"source: {source}, target: {others[0]}")
        return self._pair

    def _expect_two(self, codes: list[str], pair: tuple[str, str]) -> None:
        other = [code for code in codes if not any(_matching(one, [code]) for one in pair)]
        if other:
            raise InputError(
                f"Expected two languages, or to be told which. Received: {self._found.name}, whose "
                f"unit {self._found.total:,} has {shown(other[0])} beside {pair[0]} and {pair[1]}. "
                f"Give their codes, for example with --columns {pair[0]},{pair[1]}."
            )


class _Order:
    """Whether the target of an XLIFF file is what is asked for as the source."""

    def __init__(self, columns: Columns | None, found: SkippedLines) -> None:
        self._columns = columns
        self._found = found
        self.is_reversed = False

    def read_header(self, element: "Element") -> None:
        """Compares the languages of the file with those that are asked for.

        Raises:
            InputError: They are others.
        """
        source = element.get("source-language") or element.get("srcLang")
        target = element.get("target-language") or element.get("trgLang")
        if self._columns is None or source is None:
            return

        codes = [code for code in (source, target) if code]
        found = [_matching(wanted, codes) for wanted in self._columns]
        if not found or None in found or found[0] == found[1]:
            raise InputError(
                f"Expected the languages {' and '.join(self._columns)}. Received: "
                f"{self._found.name}, which has {' and '.join(codes)}. Give --columns with these, "
                "or leave it out."
            )
        self.is_reversed = found[0] == target


def _matching(wanted: str, codes: list[str]) -> str | None:
    """The code that is a language, or else the first that is it in some region: en-US for en."""
    plain = [code.casefold() for code in codes]
    if wanted.casefold() in plain:
        return codes[plain.index(wanted.casefold())]
    for code in codes:
        if primary(code) == primary(wanted) and min(len(code), len(wanted)) <= 3:
            return code
    return None


def _units(
    path: FilePath,
    names: set[str],
    found: SkippedLines,
    read_header: Callable[["Element"], None],
) -> Iterator["Element"]:
    """Yields the elements of these names as they end; `read_header` sees every other at its start.

    Raises:
        InputError: The file is no whole XML, is nested too deeply, or has entities of its own.
    """
    with needing_packages():
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import iterparse

    found.unit = "unit"
    opened: list[Element] = []
    inside = 0  # units that are open
    with naming_failure(path), open_bytes(path) as stream:
        bounded = _Bounded(stream, found.name)
        events = iterparse(bounded, ("start", "end"))
        while True:
            try:
                event, element = next(events)
            except StopIteration:
                return
            except InputError:
                raise
            except DefusedXmlException as error:
                raise InputError(
                    f"Expected XML without entities of its own. Received: {found.name}, after unit "
                    f"{found.total:,}: {type(error).__name__}. Remove its <!ENTITY …> lines."
                ) from error
            except (ParseError, LookupError, ValueError) as error:
                raise InputError(
                    f"Expected whole XML. Received: {found.name}, which is damaged or cut short "
                    f"after unit {found.total:,}: {error}. Save or download it again."
                ) from error

            if event == "start":
                opened.append(element)
                inside += _local(element) in names
                read_header(element)
                _expect_shallow(opened, found)
                continue

            opened.pop()
            is_unit = _local(element) in names
            inside -= is_unit
            if is_unit and not inside:
                bounded.since_unit = 0
                yield element
            if not inside and opened:
                opened[-1].remove(element)


def _expect_shallow(opened: list["Element"], found: SkippedLines) -> None:
    if len(opened) > _MOST_DEPTH:
        raise InputError(
            f"Expected at most {_MOST_DEPTH} elements in one another. Received: {found.name}, with "
            f"more after unit {found.total:,}. Check the file."
        )


def _local(element: "Element") -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _segment(variant: "Element") -> str:
    segment = next((part for part in variant if _local(part) == "seg"), None)
    return "" if segment is None else _text(segment)


def _text(element: "Element") -> str:
    """The text of a segment on one line."""
    return as_sentence(_SPACES.sub(" ", _with_marks(element)))


def _with_marks(element: "Element") -> str:
    parts = [element.text or ""]
    for part in element:
        name = _local(part)
        if name in _TEXT_INSIDE:
            parts.append(_with_marks(part))
        elif name == "cp":  # a character that XML cannot hold
            parts.append(" ")
        else:
            parts.append(_placeholder("".join(part.itertext())))
        parts.append(part.tail or "")
    return "".join(parts)


def _placeholder(code: str) -> str:
    """A code that stands for a word, such as {name}; nothing for one that formats text."""
    spans = find_spans(code)
    is_word = len(spans) == 1 and spans[0] == (0, len(code), Kind.LITERAL)
    return code if is_word else ""
