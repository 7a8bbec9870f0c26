"""The parts of a text that a glossary compares: where a term may begin and end.

Words of letters and digits are compared whole. Korean nouns carry particles, Chinese, Japanese and
Thai have no spaces, so that their letters are compared one by one. In Japanese, a run of Katakana
is a word.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple

from seq2seq.translation.particles import follow_noun


class Script(Enum):
    """How a letter joins others to words."""

    SPACED = "spaced"  # a run of letters and digits is a word
    HANGUL = "hangul"  # a run is a noun with its particles
    KATAKANA = "katakana"  # a run is a word
    UNSPACED = "unspaced"  # a word may begin and end at any letter
    MARK = "mark"  # no letter


class Atom(NamedTuple):
    """A smallest part of a text: a word, a letter, a mark, or the spaces between two.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        text: Its letters in NFC; one space for any.
        script: That of the letters.
    """

    start: int
    end: int
    text: str
    script: Script

    @property
    def key(self) -> str:
        """What is the same in capitals and in small letters."""
        return self.text.casefold()


_HANGUL = "가-힣"
_JAMO = "[\u1100-\u115f][\u1160-\u11a7]+[\u11a8-\u11ff]*"  # a syllable taken apart, as in NFD
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3041-\u309f\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_SAME = str.maketrans({"\u2019": "'", "\u2010": "-", "\u2011": "-"})
_LONGEST_RUN = 12  # Hangul letters after a noun that are looked at


@cache
def _pattern() -> re.Pattern[str]:
    """Matches the next atom. Python's words lack combining marks, vowel signs among them."""
    marks = "".join(filter(_is_mark, map(chr, range(0x300, 0x1F000))))
    word = rf"(?:(?![{_HANGUL}{_KATAKANA}{_UNSPACED}])[\w{marks}])+"
    return re.compile(
        rf"(?P<space>\s+)|(?P<{Script.HANGUL.name}>[{_HANGUL}]|{_JAMO})"
        rf"|(?P<{Script.KATAKANA.name}>[{_KATAKANA}]+)|(?P<{Script.UNSPACED.name}>[{_UNSPACED}])"
        rf"|(?P<{Script.SPACED.name}>{word})|(?P<{Script.MARK.name}>.)",
        re.DOTALL,
    )


def atoms_of(text: str) -> list[Atom]:
    """The atoms of a text, which make it up."""
    atoms = []
    for match in _pattern().finditer(text):
        is_space = match.lastgroup == "space"
        letters = " " if is_space else unicodedata.normalize("NFC", match[0]).translate(_SAME)
        script = Script.MARK if is_space else Script[str(match.lastgroup)]
        atoms.append(Atom(match.start(), match.end(), letters, script))
    return atoms


def may_begin(atoms: Sequence[Atom], place: int) -> bool:
    """Whether a term may begin with the atom at a place: nothing before it is of the same word."""
    script = atoms[place].script
    if place == 0 or script in (Script.UNSPACED, Script.MARK):
        return True

    before = atoms[place - 1]
    if Script.HANGUL in (script, before.script):
        return before.script not in (Script.HANGUL, Script.SPACED)
    is_hyphened = before.text == "-" and place > 1 and atoms[place - 2].script is Script.SPACED
    return not (is_hyphened and script is Script.SPACED)


def may_end(atoms: Sequence[Atom], place: int) -> bool:
    """Whether a term may end before the atom at a place."""
    script = atoms[place - 1].script
    if place == len(atoms) or script in (Script.UNSPACED, Script.MARK):
        return True

    after = atoms[place]
    if after.script is Script.HANGUL:
        return follow_noun(_hangul_run(atoms, place))
    if script is Script.HANGUL:
        return after.script is not Script.SPACED
    if script is not Script.SPACED or place + 1 == len(atoms):
        return True

    following = atoms[place + 1]
    if following.script is not Script.SPACED:
        return True
    if after.text == "'":
        return following.key == "s"
    return after.text != "-"


def _hangul_run(atoms: Sequence[Atom], place: int) -> str:
    """The Hangul letters from a place on."""
    run = ""
    for atom in atoms[place : place + _LONGEST_RUN + 1]:
        if atom.script is not Script.HANGUL:
            break
        run += atom.text
    return run


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")
