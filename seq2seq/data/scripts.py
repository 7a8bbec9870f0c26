"""Scripts: which letters a language is written in, and the words of a text in other ones."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

from seq2seq.data.spans import Kind, Span, find_spans

_USUAL = 0.05  # share of a corpus's letters from which on a script is usual in it
_LINES_LOOKED_AT = 20_000

# A foreign letter is f here, a mark on a letter m, a digit d, what may stand inside a name j.
_FOREIGN_WORDS = re.compile("f[fdm]*(?:j? ?[fd][fdm]*)*")
_JOINS = "-.'’&"
_JOINERS = "\u200c\u200d"  # zero-width


def usual_scripts(lines: Iterable[str], *, least: float = _USUAL) -> tuple[str, ...]:
    """Returns the scripts of the letters of a corpus, but for rare ones; the commonest first.

    Args:
        lines: Its sentences. The first 20,000 are looked at.
        least: The share of the letters from which on a script is usual.
    """
    letters = Counter("".join(islice(lines, _LINES_LOOKED_AT)))
    counts: Counter[str] = Counter()
    for letter, count in letters.items():
        if letter.isalpha():
            counts[script_of(letter)] += count

    fewest = least * counts.total()
    return tuple(script for script, count in counts.most_common() if count >= fewest)


@lru_cache(maxsize=65536)
def script_of(letter: str) -> str:
    """Returns the script of a letter: the first word of its name in Unicode, such as LATIN.

    The Japanese syllabaries, which are written together, count as one.
    """
    plain = unicodedata.normalize("NFKC", letter)[0]
    script = unicodedata.name(plain, "UNKNOWN").split()[0]
    return "HIRAGANA" if script.startswith("KATAKANA") else script


def kept_spans(text: str, scripts: Sequence[str]) -> list[Span]:
    """Returns the spans of a text, and its words in other scripts than the usual ones, in order.

    Words that stand together, such as a name and a surname, are one literal, with the numbers in
    them.

    Args:
        text: The text.
        scripts: What is usual; no word is foreign where nothing is.
    """
    spans = find_spans(text)
    if not scripts or text.isascii() and "LATIN" in scripts:
        return spans

    flags = [_flag(letter, scripts) for letter in text]
    for start, end, _ in spans:
        if not text[start:end].isdecimal():
            flags[start:end] = "o" * (end - start)

    foreign = [
        Span(*match.span(), Kind.LITERAL) for match in _FOREIGN_WORDS.finditer("".join(flags))
    ]
    inside = {place for start, end, _ in foreign for place in range(start, end)}
    return sorted([*foreign, *(span for span in spans if span.start not in inside)])


def _flag(letter: str, scripts: Sequence[str]) -> str:
    if letter.isalpha():
        return "o" if script_of(letter) in scripts else "f"
    if letter.isdecimal():
        return "d"
    if letter in _JOINS:
        return "j"
    if unicodedata.category(letter)[0] == "M" or letter in _JOINERS:
        return "m"
    return " " if letter == " " else "o"
