"""Lines to sentences and back: what goes on in the next line is translated whole, then divided."""

import math
import re
from bisect import bisect
from collections.abc import Sequence
from typing import NamedTuple

from seq2seq.documents.literals import literal_spans, without_literals

_END = re.compile(r"""[.!?…:。！？]["'”’»)\]」』♪]*$""")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs)\.$", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")

# Han, Hiragana and Katakana are written without spaces: a line may end after any of them.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_CLOSING = "、。，．・：；？！」』）】〉》ーっッゃャゅュょョ々.,;:!?)]}…"
_OPENING = "「『（【〈《([{"

_SENTENCE_BONUS = 0.5  # how much farther away a better place may be, in lengths of the shorter part
_CLAUSE_BONUS = 0.2
_TAG_PENALTY = 1.0


def ends_sentence(line: str) -> bool:
    """Whether a line ends with the end of a sentence, tags and quotation marks apart."""
    visible = _visible_end(line)
    return _END.search(visible) is not None and _ABBREVIATION.search(visible) is None


def _visible_end(line: str) -> str:
    """Returns a line without tags and other literals, and without the spaces at its end."""
    return without_literals(_TAG.sub("", line)).rstrip()


def goes_on(line: str, following: str) -> bool:
    """Whether letters and commas show that a sentence goes on in the following line."""
    if ends_sentence(line):
        return False

    visible = _TAG.sub("", following).lstrip("\"'“‘«(… .")
    return _visible_end(line).endswith((",", "、", ";")) or visible[:1].islower()


class _Cut(NamedTuple):
    """A place where a text may be divided: `text[:end]` and `text[start:]`."""

    end: int
    start: int
    in_tag: bool


def divided(text: str, shares: Sequence[int]) -> list[str]:
    """Divides a text into parts of about these shares of its length.

    It cuts at spaces, or between letters of scripts that have none, rather at the end of a sentence
    or clause, and never in a literal. A text of fewer words than parts leaves the last ones empty.

    Args:
        text: One line.
        shares: How many letters each part has in the source.

    Returns:
        As many parts as there are shares.
    """
    if len(shares) == 1:
        return [text]

    cuts = _cuts(text)
    if len(cuts) < len(shares) - 1:
        chosen = cuts
    else:
        chosen = _nearest_cuts(text, cuts, shares)

    starts = [0, *(cut.start for cut in chosen)]
    ends = [*(cut.end for cut in chosen), len(text)]
    parts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    return parts + [""] * (len(shares) - len(parts))


def _nearest_cuts(text: str, cuts: Sequence[_Cut], shares: Sequence[int]) -> list[_Cut]:
    """Returns the cuts that are nearest to the borders of the shares, in order."""
    whole = sum(shares) + len(shares) - 1  # with a space at each border
    chosen: list[_Cut] = []
    before = 0
    first = 0
    for border in range(1, len(shares)):
        before += shares[border - 1]
        ideal = len(text) * (before + border - 1) / max(whole, 1)
        nearby = len(text) * min(shares[border - 1 : border + 1]) / max(whole, 1)
        last = len(cuts) - (len(shares) - 1 - border)

        best = _nearest(text, cuts, range(first, last), ideal=ideal, nearby=nearby)
        chosen.append(cuts[best])
        first = best + 1

    return chosen


def _nearest(
    text: str, cuts: Sequence[_Cut], numbers: range, *, ideal: float, nearby: float
) -> int:
    """Returns the number of the cut that is nearest to a place, a better one counting as nearer."""
    middle = bisect(cuts, ideal, numbers.start, numbers.stop, key=lambda cut: cut.end)
    best = numbers.start
    least = math.inf
    for side in (range(middle, numbers.stop), range(middle - 1, numbers.start - 1, -1)):
        for number in side:
            distance = abs(cuts[number].end - ideal)
            if distance - _SENTENCE_BONUS * nearby > least:
                break  # no cut behind this one can be better

            distance -= _bonus(text, cuts[number]) * nearby
            if (distance, number) < (least, best):
                least = distance
                best = number

    return best


def _cuts(text: str) -> list[_Cut]:
    """Returns the places where a text may be divided."""
    inside = [False] * (len(text) + 1)  # whether a literal lies on both sides of a position
    open_tags = [0] * (len(text) + 1)  # how many tags are open at a position
    for start, end in literal_spans(text):
        inside[start + 1 : end] = [True] * (end - start - 1)
        step = _tag_step(text[start:end])
        if step:
            open_tags[end] += step

    for position in range(1, len(text) + 1):
        open_tags[position] += open_tags[position - 1]

    cuts: list[_Cut] = []
    for match in re.finditer(
        rf"\s+|(?<={_UNSPACED.pattern})(?=\S)|(?=\S)(?={_UNSPACED.pattern})", text
    ):
        start, end = match.span()
        if start == 0 or end == len(text) or inside[start] or inside[end]:
            continue
        if start == end and (text[end] in _CLOSING or text[start - 1] in _OPENING):
            continue
        if cuts and start <= cuts[-1].start:
            continue
        cuts.append(_Cut(start, end, open_tags[start] > 0))

    return cuts


def _tag_step(literal: str) -> int:
    """Returns 1 for a tag that opens, -1 for one that closes, 0 for anything else."""
    if not re.fullmatch(r"</?[A-Za-z][^<>]*>", literal) or literal.endswith("/>"):
        return 0
    return -1 if literal.startswith("</") else 1


def _bonus(text: str, cut: _Cut) -> float:
    """Returns how good a place is after the words before it."""
    before = text[max(cut.end - 40, 0) : cut.end]
    penalty = _TAG_PENALTY if cut.in_tag else 0.0
    if ends_sentence(before):
        return _SENTENCE_BONUS - penalty
    return (_CLAUSE_BONUS if before.endswith((",", ";", "、", "，")) else 0.0) - penalty
