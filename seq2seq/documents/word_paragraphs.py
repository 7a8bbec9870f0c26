"""The paragraphs of WordprocessingML: runs of one format to segments and back.

A word processor cuts text into runs that mean nothing, even inside a word. Runs of one format are
one stretch here. The format that most letters have is plain in a segment; a stretch of another one
stands in a tag: `I am <g id="1">Yusol</g>.`

Reference: ECMA-376, part 1, section 17.3
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from seq2seq.documents import markup
from seq2seq.documents.literals import has_words, literals, restored
from seq2seq.documents.safe_xml import escaped_text, local_name
from seq2seq.documents.splice import Edit, Unit
from seq2seq.documents.word_runs import Text, namespace_prefix, text_lines

_TAGGED = re.compile(r'<g id="(\d+)">((?:(?!</?g\b).)*)</g>', re.DOTALL)


class _Stretch(NamedTuple):
    """Texts of one format that follow each other; `number` is 0 for the plain format."""

    number: int
    texts: list[Text]

    @property
    def content(self) -> str:
        return "".join(text.content for text in self.texts)


@dataclass(frozen=True)
class _PictureText:
    """What is read aloud in the place of a picture: the value of an attribute."""

    attribute: markup.Attribute

    @property
    def segments(self) -> Sequence[str]:
        return [" ".join(self.attribute.value.split())]

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        if translations[0] != self.segments[0]:
            text = escaped_text(restored(translations[0], literals(self.segments[0])))
            quoted = text.replace('"', "&quot;").replace("'", "&apos;")
            yield Edit(self.attribute.start + 1, self.attribute.end - 1, quoted)


def paragraph_units(text: str) -> list[Unit]:
    """Returns what is translated of a part of a document."""
    prefix = namespace_prefix(text)
    if prefix is None:
        return []

    lines = [_LineText(text, prefix, _stretches(line)) for line in text_lines(text, prefix)]
    units: list[Unit] = [*lines]
    for tag in markup.xml_tags(text):
        if local_name(tag) == "docPr":
            units += [
                _PictureText(attribute)
                for attribute in markup.attributes(text, tag)
                if attribute.name in ("descr", "title")
            ]
    return [unit for unit in units if has_words("".join(unit.segments))]


def _stretches(line: Sequence[Text]) -> list[_Stretch]:
    """Puts texts of one format together, and numbers those that are not of the plain one."""
    grouped: list[list[Text]] = []
    for text in line:
        is_blank = not text.content.strip() and text.run.wrapper is None
        if grouped and (is_blank or grouped[-1][-1].run.format == text.run.format):
            grouped[-1].append(text)
        else:
            grouped.append([text])

    lengths: dict[object, int] = {}
    for text in line:
        lengths[text.run.format] = lengths.get(text.run.format, 0) + len(text.content)
    # What is in a hyperlink or a field is plain only if all is. Of formats of as many letters the
    # first is plain.
    free = [text.run.format for text in line if text.run.wrapper is None and text.run.field < 0]
    plain = max(free or lengths, key=lambda found: lengths[found])

    stretches: list[_Stretch] = []
    number = 0
    for texts in grouped:
        is_plain = texts[0].run.format == plain
        number += not is_plain
        stretches.append(_Stretch(0 if is_plain else number, texts))

    return stretches


class _Piece(NamedTuple):
    """A part of a translation and the number of the stretch whose format it has."""

    number: int
    content: str


@dataclass(frozen=True)
class _LineText:
    """A line of a paragraph.

    Attributes:
        text: The text of the part.
        prefix: The prefix of the names of WordprocessingML.
        stretches: What the line consists of.
    """

    text: str
    prefix: str
    stretches: Sequence[_Stretch]

    @property
    def segments(self) -> Sequence[str]:
        return [self._whole.strip()]

    @property
    def _whole(self) -> str:
        """The line with a tag around each stretch that is not plain."""
        return "".join(
            f'<g id="{stretch.number}">{stretch.content}</g>' if stretch.number else stretch.content
            for stretch in self.stretches
        )

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        whole = self._whole
        segment = whole.strip()
        if translations[0] == segment:
            return []

        line = restored(translations[0], literals(segment))
        spaced = whole.replace(segment, line, 1)
        pieces = _pieces(spaced, sum(stretch.number > 0 for stretch in self.stretches))
        contents = self._in_place(pieces)
        if contents is not None:
            return self._text_edits(contents)

        first = self.stretches[0].texts[0].run
        empty = [""] * len(self.stretches)
        if first.is_broken:  # no place for new runs before it: a part of another line is in it
            whole = "".join(piece.content for piece in pieces)
            return self._text_edits([whole, *empty[1:]])

        runs = "".join(self._run(piece) for piece in pieces)
        return [Edit(first.outer, first.outer, runs), *self._text_edits(empty)]

    def _in_place(self, pieces: Sequence[_Piece]) -> list[str] | None:
        """Returns the new content of each stretch, or None if the stretches' order does not do."""
        contents = [""] * len(self.stretches)
        position = 0
        for piece in pieces:
            numbers = [stretch.number for stretch in self.stretches[position:]]
            if piece.number in numbers and not any(numbers[: numbers.index(piece.number)]):
                position += numbers.index(piece.number)
                contents[position] += piece.content
                position += piece.number > 0
            elif not piece.number and not piece.content.strip():
                contents[max(position - 1, 0)] += piece.content
            else:
                return None

        return contents

    def _text_edits(self, contents: Sequence[str]) -> list[Edit]:
        """Returns the edits that give each stretch its content, all of it in its first text."""
        edits: list[Edit] = []
        for stretch, content in zip(self.stretches, contents, strict=True):
            if content == stretch.content:
                continue

            for number, text in enumerate(stretch.texts):
                new = "" if number else content
                tag = self.text[text.opening.start : text.opening.end]
                if text.opening is text.closing:  # a hyphen
                    edits.append(Edit(*text.opening[2:], self._text(new) if new else ""))
                    continue
                if new != new.strip() and "xml:space" not in tag:
                    tag = tag[:-1] + ' xml:space="preserve">'
                edits.append(Edit(text.opening.start, text.closing.start, tag + new))

        return edits

    def _text(self, content: str) -> str:
        """Returns a new text element."""
        return f'<{self.prefix}:t xml:space="preserve">{content}</{self.prefix}:t>'

    def _run(self, piece: _Piece) -> str:
        """Returns a new run in the format of a stretch, in a hyperlink if the stretch is in one."""
        stretches = [stretch for stretch in self.stretches if stretch.number == piece.number]
        run = stretches[0].texts[0].run
        name = self.prefix
        written = f"<{name}:r>{run.properties}{self._text(piece.content)}</{name}:r>"
        if run.wrapper is None:
            return written

        tag = self.text[run.wrapper.start : run.wrapper.end]
        return f"{tag}{written}</{run.wrapper.name}>"


def _pieces(translation: str, count: int) -> list[_Piece]:
    """Divides a translation at its tags; if any is missing or twice there, it is all plain."""
    pieces: list[_Piece] = []
    position = 0
    for match in _TAGGED.finditer(translation):
        pieces.append(_Piece(0, translation[position : match.start()]))
        pieces.append(_Piece(int(match[1]), match[2]))
        position = match.end()

    pieces.append(_Piece(0, translation[position:]))
    numbers = sorted(piece.number for piece in pieces if piece.number)
    is_whole = numbers == list(range(1, count + 1))
    if not is_whole or any(re.search(r"</?g\b", piece.content) for piece in pieces):
        pieces = [_Piece(0, re.sub(r"</?g\b[^<>]*>", "", translation))]

    return [_Piece(piece.number, escaped_text(piece.content)) for piece in pieces if piece.content]
