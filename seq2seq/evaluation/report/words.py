"""Words of a text, and which of them a translation and its reference have in common.

A word is what stands between spaces, without the marks at its ends; each mark is a word of its own.
Letters of scripts without spaces are words by themselves.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

SAME = "="  # in the other text, too, in the same order
MOVED = "~"  # in the other text, but elsewhere
MISSING = "!"  # not in the other text

# Letters of scripts that do not set words apart: Han, kana, Thai.
_SINGLE = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d\u0e01-\u0e33\u0e40-\u0e45]"
)
_CHUNK = re.compile(r"\S+")


class Word(NamedTuple):
    """A word and where it stands in its text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Returns the words of a text, in order."""
    return [
        Word(word.text, match.start() + word.start, match.start() + word.end)
        for match in _CHUNK.finditer(text)
        for word in _words_in(match[0])
    ]


@lru_cache(maxsize=65536)
def _words_in(chunk: str) -> tuple[Word, ...]:
    """The words of what stands between two spaces, which a corpus repeats."""
    first = next((place for place, letter in enumerate(chunk) if not _is_mark(letter)), len(chunk))
    last = len(chunk)
    while last > first and _is_mark(chunk[last - 1]):
        last -= 1

    alone = [first + cut for match in _SINGLE.finditer(chunk[first:last]) for cut in match.span()]
    bounds = sorted({*range(first + 1), *alone, *range(last, len(chunk) + 1)})
    return tuple(
        Word(unicodedata.normalize("NFC", chunk[begin:end]), begin, end)
        for begin, end in itertools.pairwise(bounds)
    )


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def is_spoken(word: str) -> bool:
    """Whether a word has a letter or a digit, and is no mark alone."""
    return any(map(str.isalnum, word))


def word_key(word: str) -> str:
    """Returns what words are counted by in training: small and capital letters are the same."""
    return word.casefold()


@dataclass(frozen=True)
class Compared:
    """The words of a reference and of its translation, and which of them are in both.

    Attributes:
        reference: The words of the reference.
        translation: The words of the translation.
        reference_marks: For each word of the reference `SAME`, `MOVED` or `MISSING`.
        translation_marks: The same for each word of the translation.
    """

    reference: list[Word]
    translation: list[Word]
    reference_marks: str
    translation_marks: str

    def missed(self) -> list[str]:
        """Returns the words of the reference that the translation lacks."""
        return _missing(self.reference, self.reference_marks)

    def invented(self) -> list[str]:
        """Returns the words of the translation that the reference lacks."""
        return _missing(self.translation, self.translation_marks)


def _missing(of_text: Sequence[Word], marks: str) -> list[str]:
    return [word.text for word, mark in zip(of_text, marks, strict=True) if mark == MISSING]


def compared(reference: str, translation: str) -> Compared:
    """Compares the words of a translation with those of its reference."""
    sides = words(reference), words(translation)
    texts = [[word.text for word in side] for side in sides]
    same: tuple[set[int], set[int]] = (set(), set())
    for one, other, size in SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks():
        same[0].update(range(one, one + size))
        same[1].update(range(other, other + size))

    elsewhere = _rest(texts[0], same[0]) & _rest(texts[1], same[1])
    marks = (_marks(text, places, elsewhere) for text, places in zip(texts, same, strict=True))
    return Compared(*sides, *marks)


def _rest(texts: Sequence[str], same: set[int]) -> Counter[str]:
    return Counter(text for place, text in enumerate(texts) if place not in same)


def _marks(texts: Sequence[str], same: set[int], elsewhere: Counter[str]) -> str:
    left = elsewhere.copy()
    marks = []
    for place, text in enumerate(texts):
        if place in same:
            marks.append(SAME)
        elif left[text]:
            left[text] -= 1
            marks.append(MOVED)
        else:
            marks.append(MISSING)
    return "".join(marks)


@dataclass
class WordCounts:
    """How often each word stands in the training corpus, by its `word_key`.

    Attributes:
        source: The words of the source side.
        target: The words of the target side.
        pairs: Number of pairs.
    """

    source: Counter[str] = field(default_factory=Counter)
    target: Counter[str] = field(default_factory=Counter)
    pairs: int = 0

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "WordCounts":
        """Counts the words of sentence pairs, which are read once."""
        counts = cls()
        for source, target in pairs:
            counts.source.update(_keys(source))
            counts.target.update(_keys(target))
            counts.pairs += 1
        return counts


def _keys(text: str) -> Iterator[str]:
    return (key for chunk in text.split() for key in _keys_in(chunk))


@lru_cache(maxsize=65536)
def _keys_in(chunk: str) -> tuple[str, ...]:
    return tuple(word_key(word.text) for word in _words_in(chunk))
