"""Subtitles: SubRip (.srt) and WebVTT (.vtt). Numbers, times, settings and notes stay as they are.

A sentence that goes on in the next line or cue is one segment. Its translation is divided over the
same lines by their shares of the text.

Reference: https://www.w3.org/TR/webvtt1/
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from seq2seq.documents.division import divided, ends_sentence, goes_on
from seq2seq.documents.literals import has_words, literals, restored
from seq2seq.documents.markup import trimmed
from seq2seq.documents.source_file import SourceFile
from seq2seq.documents.splice import Edit, SplicedText

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_SRT_LINE = re.compile(r"((?:(?!\\N)[^\r\n])*)(\r\n|\r|\n|\\N|\Z)")  # \N is a forced break
_TIME = r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[,.](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}(\s.*)?")
_BEGINS_WITH_TIME = re.compile(r"\s*\d{1,3}:\d\d:\d\d.*|\s*[\d:,.]+\s*-->.*")
_NO_CUE = re.compile(r"NOTE(?:\s|\Z)|(?:STYLE|REGION)\s*\Z")  # blocks of WebVTT

# What begins what another speaker says: a dash, or >> in broadcasts.
_DASH = re.compile(
    r"(?:\s|<[^<>]*>|\{\\[^{}]*\})*(?:[-–—]{1,2}(?:\s+(?=\S)|(?=[^\W\d]|[\"'“¿¡<]))|(?:>|&gt;){2,}\s*)"
)
_LEADING = re.compile(r"(?:\s|\{\\[^{}]*\}|[♪♫#]+\s)*")  # a position, a song
_LAST_POSITION = re.compile(r"\{\\[^{}]*\}\Z")
_SPEAKER = re.compile(r"[A-Z][A-Z\d .'#-]{1,24}:(?=\s|\Z)")  # JOHN:
_SONG = "♪♫"
_SOUND = re.compile(r"[(\[（［].*[)\]）］]")  # [music], (laughs)

_LONGEST_PAUSE = 5.0  # seconds between two cues of one sentence
_MOST_LINES = 10  # of one sentence
_PUNCTUATED = 0.3  # the least part of lines with an end mark in a file whose writer sets them


class _RawLine(NamedTuple):
    """A line of the file, `text[start:end]`, whose line end is `text[end:next]`."""

    start: int
    end: int
    next: int
    text: str


@dataclass(frozen=True)
class _Cue:
    """When and how a cue is shown; times in seconds."""

    begin: float
    end: float
    settings: str
    after_gap: bool = False  # a blank line stands before these lines of the cue


@dataclass(frozen=True)
class _Line:
    """A line of a cue.

    Attributes:
        raw: The line of the file.
        start: Where its text begins, after a dash, outer tags and a position.
        end: Where its text ends.
        text: This text.
        cue: When it is shown.
        begins: Whether another sentence cannot go on in it: it has a dash, a name or a song's mark.
        ends: Whether its sentence cannot go on: it has the mark at the end of a song.
    """

    raw: _RawLine
    start: int
    end: int
    text: str
    cue: _Cue
    begins: bool
    ends: bool


@dataclass(frozen=True)
class _Sentence:
    """Lines in which one sentence, or several in one line, goes on."""

    lines: Sequence[_Line]

    @property
    def segments(self) -> Sequence[str]:
        return [" ".join(line.text for line in self.lines)]

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        """Returns what changes; a line that is left without text is taken out."""
        segment = self.segments[0]
        if translations[0] == segment:
            return

        whole = " ".join(restored(translations[0], literals(segment)).split(" "))
        texts = divided(whole.replace("-->", "→"), [len(line.text) for line in self.lines])
        for line, text in zip(self.lines, texts, strict=True):
            if text.strip():
                yield Edit(line.start, line.end, text)
            else:
                yield Edit(line.raw.start, line.raw.next, "")


def read_srt(file: SourceFile) -> SplicedText:
    """Reads SubRip subtitles.

    Raises:
        InputError: The file is no text in UTF-8, has no cue, ends within one, or has a time that is
            none.
    """
    text = file.text()
    raw = _raw_lines(text, _SRT_LINE)
    lines: list[_Line] = []
    cue: _Cue | None = None
    number = 0
    while number < len(raw):
        timing = _timing_number(raw, number)
        if timing is not None:
            cue = _timed(file, raw[timing], timing)
            number = timing
        elif cue is None:
            _expect_blank(file, raw[number], number)
        elif not raw[number].text.strip():
            cue = _Cue(cue.begin, cue.end, cue.settings, after_gap=True)
        else:
            lines.append(_cue_line(raw[number], cue))
        number += 1

    if cue is None or _ends_with_number(raw):
        file.refuse(
            "which ends before a cue does" if cue else "which has no cue",
            "Each cue is a number, a line such as 00:00:01,000 --> 00:00:03,200, and text.",
        )
    return SplicedText(text, _sentences(_with_words(lines)), file.mark)


def _timing_number(raw: Sequence[_RawLine], number: int) -> int | None:
    """Returns the number of the line of times if a cue begins here, with its number or without."""
    begins = number == 0 or not raw[number - 1].text.strip()
    if number + 1 < len(raw) and _is_number(raw[number]):
        times = raw[number + 1].text
        if _BEGINS_WITH_TIME.fullmatch(times) and (begins or "-->" in times):
            return number + 1

    times = raw[number].text
    return number if _BEGINS_WITH_TIME.fullmatch(times) and "-->" in times else None


def _ends_with_number(raw: Sequence[_RawLine]) -> bool:
    """Whether the last line is the number of a cue, so that its times are cut off."""
    filled = [number for number, line in enumerate(raw) if line.text.strip()]
    numbers = [int(raw[number].text.strip()) for number in filled if _is_number(raw[number])]
    if not _is_number(raw[filled[-1]]) or raw[filled[-1] - 1].text.strip():
        return False
    return numbers[-2:-1] == [numbers[-1] - 1]


def _with_words(lines: Sequence[_Line]) -> Sequence[_Line]:
    """Returns the lines that have words."""
    return [line for line in lines if has_words(line.text)]


def read_vtt(file: SourceFile) -> SplicedText:
    """Reads WebVTT subtitles; blocks of notes, styles and regions stay as they are.

    Raises:
        InputError: The file is no text in UTF-8, does not begin with WEBVTT, or has a time that is
            none.
    """
    text = file.text()
    raw = _raw_lines(text, _LINE)
    if not re.match(r"WEBVTT(?:[ \t]|\Z)", raw[0].text):
        file.refuse("which does not begin with WEBVTT", "Is it SubRip? Then name it .srt.")

    lines: list[_Line] = []
    for first, block in _blocks(raw):
        if _NO_CUE.match(block[0].text):
            continue

        for number, line in enumerate(block[:2]):
            if "-->" in line.text or _BEGINS_WITH_TIME.fullmatch(line.text):
                cue = _timed(file, line, first + number)
                lines += [_cue_line(shown, cue) for shown in block[number + 1 :]]
                break

    return SplicedText(text, _sentences(_with_words(lines)), file.mark)


def _raw_lines(text: str, pattern: re.Pattern[str]) -> list[_RawLine]:
    """Returns the lines of a file; LF, CRLF or CR ends one."""
    return [
        _RawLine(match.start(), match.end(1), match.end(), match[1])
        for match in pattern.finditer(text)
    ]


def _blocks(raw: Sequence[_RawLine]) -> Iterator[tuple[int, Sequence[_RawLine]]]:
    """Yields the blocks between blank lines, each with the number of its first line."""
    block: list[_RawLine] = []
    for number, line in enumerate(raw):
        if line.text:
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []

    if block:
        yield len(raw) - len(block), block


def _is_number(line: _RawLine) -> bool:
    """Whether a line could be the number of a cue."""
    return re.fullmatch(r"\s*[0-9]{1,9}\s*", line.text) is not None


def _expect_blank(file: SourceFile, line: _RawLine, number: int) -> None:
    """Refuses text before the first cue."""
    if line.text.strip():
        file.refuse(
            f"line {number + 1:,} of which is text before the first cue",
            "Each cue is a number, a line such as 00:00:01,000 --> 00:00:03,200, and text.",
        )


def _timed(file: SourceFile, line: _RawLine, number: int) -> _Cue:
    """Returns the cue of a line of times.

    Raises:
        InputError: The line has a time that is none.
    """
    match = _TIMING.fullmatch(line.text)
    if match is None:
        file.refuse(
            f"line {number + 1:,} of which has no valid times",
            "Write them as 00:00:01,000 --> 00:00:03,200.",
        )

    begin = _seconds(match.groups()[:4])
    end = _seconds(match.groups()[4:8])
    return _Cue(begin, end, (match[9] or "").strip())


def _seconds(parts: Sequence[str]) -> float:
    """Returns the seconds of hours, minutes, seconds and a fraction."""
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(f"{seconds}.{fraction}")


def _cue_line(raw: _RawLine, cue: _Cue) -> _Line:
    """Returns a line of a cue with the bounds of its text."""
    dash = _DASH.match(raw.text)
    offset = dash.end() if dash else 0
    visible = re.sub(r"<[^<>]*>|\{\\[^{}]*\}", "", raw.text).strip()
    begins = dash is not None or visible[:1] in _SONG or _SPEAKER.match(visible) is not None
    offset = _LEADING.match(raw.text, offset).end()  # pyright: ignore[reportOptionalMemberAccess]
    body = _LAST_POSITION.sub("", raw.text[offset:].rstrip()).rstrip(" \t♪♫")

    start, end = trimmed(body)
    inner = body[start:end]
    within = _LEADING.match(inner).end()  # pyright: ignore[reportOptionalMemberAccess]
    first = raw.start + offset + start + within
    last = raw.start + offset + end
    return _Line(raw, first, last, inner[within:], cue, begins, ends=visible[-1:] in _SONG)


def _sentences(lines: Sequence[_Line]) -> list[_Sentence]:
    """Puts lines together in which one sentence goes on."""
    ends = sum(ends_sentence(line.text) for line in lines)
    punctuated = ends >= _PUNCTUATED * len(lines)
    groups: list[list[_Line]] = []
    for line in lines:
        if groups and _is_one_sentence(groups[-1], line, punctuated=punctuated):
            groups[-1].append(line)
        else:
            groups.append([line])

    return [_Sentence(group) for group in groups]


def _is_one_sentence(group: Sequence[_Line], following: _Line, *, punctuated: bool) -> bool:
    """Whether the sentence of some lines goes on in the following one."""
    last = group[-1]
    if last.ends or following.begins or len(group) >= _MOST_LINES:
        return False
    if ends_sentence(last.text) or any(_SOUND.fullmatch(line.text) for line in (last, following)):
        return False

    if last.cue is following.cue:
        return True
    if following.cue.after_gap:
        return False

    is_evident = goes_on(last.text, following.text)
    pause = following.cue.begin - last.cue.end
    same_place = last.cue.settings == following.cue.settings
    return 0 <= pause <= _LONGEST_PAUSE and (is_evident or (punctuated and same_place))
