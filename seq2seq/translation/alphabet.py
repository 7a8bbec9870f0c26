"""The letters that a model can read, and the words of a text that hold others."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from seq2seq.data.scripts import script_of
from seq2seq.data.spans import Kind, Span

SCRIPTS_WITHOUT_SPACES = frozenset(("CJK", "HIRAGANA", "KHMER", "LAO", "MYANMAR", "THAI"))
_JOINS = "-'\u2019"

# What `_flag` writes: k and u are known and unknown letters, U unknown ones that stand alone.
_UNSPACED = re.compile("U+")
_WORD = re.compile("[ku]+(?:j[ku]+)*")

# What a sign that the vocabulary lacks is read as; another one is left out.
_ALIKE = {
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u300c\u300d\u300e\u300f\u2033", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a\u00b4`\u2032", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015", "-"),
    **dict.fromkeys("\u3002\uff61\u06d4\u0964", "."),
    **dict.fromkeys("\u3001\u060c", ","),
}


@dataclass(frozen=True)
class Alphabet:
    """What a source tokenizer can read.

    Args:
        letters: All characters of its pieces.
        folds_case: Whether it reads capitals and small letters alike.
    """

    letters: frozenset[str]
    folds_case: bool = False

    def unknown_words(self, text: str, spans: Sequence[Span]) -> list[Span]:
        """The words outside of some spans that hold unknown letters, in order.

        Signs such as the euro's are words of their own. In scripts that write no spaces between
        words, a word is a run of unknown letters alone.
        """
        unknown = self.unknown(text)
        if not unknown:
            return []

        flags = [_flag(letter, letter in unknown) for letter in text]
        for start, end, _ in spans:
            flags[start:end] = "o" * (end - start)
        flagged = "".join(flags)

        found = [match.span() for match in _UNSPACED.finditer(flagged)]
        for match in _WORD.finditer(flagged):
            if "u" in match[0]:
                found += _by_script(text, *match.span())
        return [
            Span(start, end, Kind.LITERAL)
            for start, end in sorted(found)
            if not self._reads(text[start:end])
        ]

    def readable(self, text: str) -> str:
        """A text without the punctuation that the vocabulary lacks; itself if it lacks none."""
        signs = {
            ord(sign): _ALIKE[sign] if _ALIKE.get(sign) in self.letters else " "
            for sign in self.unknown(text)
            if unicodedata.category(sign)[0] == "P"
        }
        return text.translate(signs) if signs else text

    def unknown(self, text: str) -> set[str]:
        """The characters of a text that the vocabulary lacks."""
        return {
            letter
            for letter in set(text) - self.letters
            if not (letter.isspace() or self.letters.issuperset(self._folded(letter)))
        }

    def _folded(self, text: str) -> str:
        """A text as the tokenizer reads it."""
        folded = unicodedata.normalize("NFKC", text)
        return unicodedata.normalize("NFKC", folded.casefold()) if self.folds_case else folded

    def _reads(self, word: str) -> bool:
        """Whether all letters of a word are known, when they are composed with their marks."""
        lacking = set(self._folded(word)) - self.letters
        return all(unicodedata.category(letter)[0] in "PZC" for letter in lacking)


def _flag(letter: str, is_unknown: bool) -> str:
    """What a character is in a word: k, u, U, j for a join, or o for nothing."""
    if letter in _JOINS:
        return "j"
    kind = unicodedata.category(letter)[0]
    if kind == "S" and is_unknown:
        return "U"
    if kind == "M":
        return "u" if is_unknown and not "\ufe00" <= letter <= "\ufe0f" else "k"
    if kind not in "LN":
        return "o"
    if script_of(letter) in SCRIPTS_WITHOUT_SPACES:
        return "U" if is_unknown else "o"
    return "u" if is_unknown else "k"


def _by_script(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a word in one script each; what is no letter belongs to the letter before."""
    scripts = []
    script = ""
    for letter in text[start:end]:
        script = script_of(letter) if letter.isalpha() else script
        scripts.append(script)

    for _, places in groupby(range(start, end), lambda place: scripts[place - start]):
        part = list(places)
        yield part[0], part[-1] + 1
