"""A translation with all that its sentence keeps letter for letter, each once and in its place.

A search mostly writes every placeholder once. Where it did not, what is too many is left out, and
what is lost is put where its place in the sentence attends. Tags and emoji are put beside the
translations of the words around them, see `projection`.
"""

import dataclasses
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seq2seq.data.directions import SHOWN_TAG
from seq2seq.data.placeholders import PLACEHOLDERS, Part
from seq2seq.data.scripts import script_of
from seq2seq.ids import LANGUAGE_TAGS
from seq2seq.translation.alphabet import SCRIPTS_WITHOUT_SPACES
from seq2seq.translation.particles import with_particles
from seq2seq.translation.projection import Placed, project
from seq2seq.translation.protected import Literal, Protected
from seq2seq.translation.words import find_words, piece_places, word_weights

_PLACEHOLDERS = frozenset(PLACEHOLDERS)
_TOUCHING = SCRIPTS_WITHOUT_SPACES | {"HANGUL"}  # whose words may touch a literal
_LEAST = 0.1  # share of a target word from which on a source word gave it


class Restored(NamedTuple):
    """A translation as it is shown.

    Attributes:
        text: The translation.
        pieces: Its pieces, literals in the place of their placeholders.
        lost: What the search lost and is put back, as it is written.
    """

    text: str
    pieces: list[str]
    lost: list[str]


@dataclass(frozen=True)
class _Word:
    """A word of a translation."""

    gap: str  # what is between it and the word before
    text: str
    place: Part  # in the text that the search found
    literal: int | None = None  # which literal of the sentence it is

    @property
    def is_punctuation(self) -> bool:
        return self.literal is None and not self.text[:1].isalnum()


def is_whole(protected: Protected, text: str) -> bool:
    """Whether a text that a search found is the translation of a sentence as it is."""
    return protected.is_plain and _PLACEHOLDERS.isdisjoint(text)


def needs_attention(protected: Protected, text: str) -> bool:
    """Whether attention is needed to restore a text that a search found.

    It is if there are marks between words, or if a literal is lost.
    """
    if protected.marks:
        return True
    wanted = Counter(literal.placeholder for literal in protected.literals)
    return any(text.count(placeholder) < count for placeholder, count in wanted.items())


def restore(
    protected: Protected,
    text: str,
    pieces: Sequence[str],
    source_pieces: Sequence[str],
    attention: np.ndarray | None = None,
) -> Restored:
    """Restores a translation.

    Args:
        protected: The sentence.
        text: What a search found for it.
        pieces: The pieces of the text, EOS last if the search ended it.
        source_pieces: The pieces of what the model read, EOS last.
        attention: `(target_length, source_length)`, where `needs_attention`. Where there is none,
            words are taken to stand in the same order on both sides.
    """
    literals = protected.literals
    places = piece_places(text, pieces)
    words = _words(text, places, literals)
    missing = set(range(len(literals))) - {word.literal for word in words}
    placed: list[Placed] = []

    if missing or protected.marks:
        source_places = piece_places(protected.text, source_pieces)
        source_words = _read_words(protected.text, source_places)
        weights = word_weights(
            attention, ([word.place for word in words], places), (source_words, source_places)
        )
        sources = np.searchsorted(
            [word.start for word in source_words], [literal.place for literal in literals]
        )
        words, weights = _with_missing(words, weights, literals, sources, sorted(missing))
        placed = project(
            protected.marks,
            source_words,
            weights,
            source_is_word=[_is_word(protected.text[start]) for start, _ in source_words],
            target_is_word=[not word.is_punctuation for word in words],
        )

    core = _written(words, protected, placed)
    return Restored(
        text=protected.filled(protected.before + core + protected.after).strip(),
        pieces=_shown(pieces, literals, [literal.written for literal in literals]),
        lost=[literals[number].written for number in sorted(missing)],
    )


def _read_words(text: str, places: Sequence[Part]) -> list[Part]:
    """The words of a text that a model has read: of a long one, it reads no more than the start."""
    end = places[-1].end if places else 0
    return find_words(text[:end], places)


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter in _PLACEHOLDERS


def _words(text: str, places: Sequence[Part], literals: Sequence[Literal]) -> list[_Word]:
    """The words of a text, without the placeholders that stand for nothing."""
    waiting = _by_placeholder(literals)
    words = []
    done = 0
    for place in find_words(text, places):
        word = _Word(text[done : place.start], text[place.start : place.end], place)
        done = place.end
        if word.text in _PLACEHOLDERS:
            if not waiting[word.text]:
                continue
            word = dataclasses.replace(word, literal=waiting[word.text].popleft())
        words.append(word if words else dataclasses.replace(word, gap=""))
    return words


def _by_placeholder(literals: Sequence[Literal]) -> dict[str, deque[int]]:
    """The numbers of the literals that each placeholder stands for, in order."""
    found: dict[str, deque[int]] = {placeholder: deque() for placeholder in PLACEHOLDERS}
    for number, literal in enumerate(literals):
        found[literal.placeholder].append(number)
    return found


def shown_source(protected: Protected, pieces: Sequence[str]) -> list[str]:
    """The pieces that the model read, literals in the place of their placeholders."""
    texts = [literal.text for literal in protected.literals]
    shown = _shown(pieces, protected.literals, texts)
    return [SHOWN_TAG if piece in LANGUAGE_TAGS else piece for piece in shown]


def _shown(pieces: Sequence[str], literals: Sequence[Literal], texts: Sequence[str]) -> list[str]:
    """The pieces with the texts of literals in the place of their placeholders."""
    waiting = _by_placeholder(literals)
    shown = []
    for piece in pieces:
        if piece in waiting:
            numbers = waiting[piece]
            piece = texts[numbers.popleft()] if numbers else piece  # which stands for nothing
        shown.append(piece)
    return shown


def _with_missing(
    words: list[_Word],
    weights: np.ndarray,
    literals: Sequence[Literal],
    sources: np.ndarray,
    missing: Sequence[int],
) -> tuple[list[_Word], np.ndarray]:
    """Puts the literals that a search lost among the words of a translation.

    Args:
        words: The words.
        weights: What each source word gave to each, `(words, source_words)`.
        literals: All literals of the sentence.
        sources: The source word that each of these is, `(literals,)`.
        missing: Which ones are lost, in order.

    Returns:
        All words and their weights. A literal was given by its source word alone.
    """
    weights = weights.copy()
    for place, word in enumerate(words):
        if word.literal is not None:
            weights[place] = _alone(sources[word.literal], weights.shape[1])

    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for number in missing:
        place, is_before = _beside(weights, int(sources[number]))
        (before if is_before else after).setdefault(place, []).append(number)

    space = "" if _is_unspaced(words) else " "
    whole: list[_Word] = []
    for place in range(-1, len(words)):
        for number in before.get(place, []):
            gap = words[place].gap if number == before[place][0] else space
            whole.append(_Word(gap, literals[number].written, Part(0, 0), number))
        if place >= 0:
            word = words[place]
            if place in before:
                word = dataclasses.replace(word, gap="" if word.is_punctuation else space)
            whole.append(word)
        for number in after.get(place, []):
            gap = space if whole else ""
            whole.append(_Word(gap, literals[number].written, Part(0, 0), number))

    left = iter(weights)
    put_back = set(missing)
    rows = [
        _alone(sources[word.literal], weights.shape[1]) if word.literal in put_back else next(left)
        for word in whole
    ]
    return whole, np.reshape(rows, (len(whole), weights.shape[1]))


def _alone(source: int, count: int) -> np.ndarray:
    """The weights of a word that one source word gave, `(count,)`; none if that was not read."""
    return (np.arange(count) == source).astype(float)


def _beside(weights: np.ndarray, source: int) -> tuple[int, bool]:
    """The word beside which a literal is put back, and whether before it; -1 is the beginning.

    It is the word that the literal gave most to; else that of the source word before, or after.
    """
    count = len(weights)
    if not count or source >= weights.shape[1]:
        return count - 1, False

    best = int(weights[:, source].argmax())
    if weights[best, source] >= _LEAST:
        return best, int(weights[best].argmax()) >= source
    for other in (source - 1, source + 1):
        if 0 <= other < weights.shape[1] and weights[:, other].any():
            return int(weights[:, other].argmax()), other > source
    return count - 1, False


def _is_unspaced(words: Sequence[_Word]) -> bool:
    """Whether most words are in a script that writes no spaces between them."""
    letters = [word.text[0] for word in words if word.text[0].isalpha()]
    unspaced = [letter for letter in letters if script_of(letter) in SCRIPTS_WITHOUT_SPACES]
    return len(unspaced) > len(letters) / 2


def _written(words: Sequence[_Word], protected: Protected, placed: Sequence[Placed]) -> str:
    """The text of the words, literals and marks among them."""
    before: dict[int, str] = {}
    after: dict[int, str] = {}
    for text, place, is_before in placed:
        if is_before:
            before[place] = before.get(place, "") + text
        else:
            after[place - 1] = after.get(place - 1, "") + text

    between = [after.get(-1, "")]  # before each literal, and after the last one
    literals: list[str] = []
    done = between[0]
    last: Literal | None = None
    for place, word in enumerate(words):
        literal = None if word.literal is None else protected.literals[word.literal]
        if literal:
            text = literal.written
        else:
            text = word.text.upper() if protected.capitals else word.text

        leading = before.get(place, "")
        trailing = after.get(place, "")
        gap = word.gap
        if not gap and _would_change(protected.source, last, literal, done, leading + text):
            gap = " "
        between[-1] += gap + leading
        if literal:
            literals.append(text)
            between.append(trailing)
        else:
            between[-1] += text + trailing
        done = leading + text + trailing
        last = literal
    return with_particles(between, literals)


def _would_change(
    source: str, last: Literal | None, literal: Literal | None, before: str, text: str
) -> bool:
    """Whether a literal would be a part of a longer word if nothing were between two parts.

    So it is where letters or digits touch it that did not in the sentence. In Korean, and in
    scripts without spaces, particles do.
    """
    if last and _is_of_word(text[:1]) and not source[_end(last) : _end(last) + 1].isalnum():
        return True
    return (
        literal is not None
        and _is_of_word(before[-1:])
        and not source[max(literal.start - 1, 0) : literal.start].isalnum()
    )


def _is_of_word(letter: str) -> bool:
    """Whether a letter is of a word that spaces divide from others, or of a number."""
    return letter.isdecimal() or (letter.isalpha() and script_of(letter) not in _TOUCHING)


def _end(literal: Literal) -> int:
    return literal.start + len(literal.text)
