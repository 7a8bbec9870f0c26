"""The words of a sentence and of its translation, and what each of the one gave to the other."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from seq2seq.data.placeholders import PLACEHOLDERS, Part
from seq2seq.data.scripts import script_of
from seq2seq.ids import EOS_PIECE, SPACE
from seq2seq.translation.alphabet import SCRIPTS_WITHOUT_SPACES

_PLACEHOLDERS = frozenset(PLACEHOLDERS)
_CHUNK = re.compile(r"\S+")

# What `_flag` writes: w is a letter, n one of a script without spaces, c such a one that begins a
# piece, j a join. Signs and placeholders are words of their own.
_WORD = re.compile("[wnc](?:j?w|n)*|[^ ]")
_JOINS = "-'\u2019"


def find_words(text: str, places: Sequence[Part]) -> list[Part]:
    """The words of a text in order; of scripts without spaces, its pieces.

    Args:
        text: The text.
        places: Where its pieces stand, see `piece_places`.
    """
    begin = {place.start for place in places}
    flags = "".join(_flag(letter, place in begin) for place, letter in enumerate(text))
    return [Part(*match.span()) for match in _WORD.finditer(flags)]


def _flag(letter: str, begins_piece: bool) -> str:
    if letter.isspace():
        return " "
    if letter in _JOINS:
        return "j"
    if letter in _PLACEHOLDERS:
        return "p"
    kind = unicodedata.category(letter)
    if kind[0] == "L" and script_of(letter) in SCRIPTS_WITHOUT_SPACES:
        return "c" if begins_piece else "n"
    return "w" if kind[0] in "LMN" or kind in ("Cf", "Pc") else "s"


def piece_places(text: str, pieces: Sequence[str]) -> list[Part]:
    """Where pieces stand in the text that was cut into them, EOS and spaces left out.

    The pieces may be those of the folded text: word by word, they share the characters of the text
    as they share those of their own.
    """
    written = "".join(pieces).removesuffix(EOS_PIECE).replace(SPACE, " ")
    chunks = [match.span() for match in _CHUNK.finditer(text)]
    own = [match.span() for match in _CHUNK.finditer(written)]
    if len(own) > len(chunks):  # folding has made spaces
        chunks = [(0, len(text))]
        own = [(0, len(written))]
    starts = [start for start, _ in own]

    places = []
    done = 0
    for piece in pieces[: len(pieces) - (pieces[-1:] == [EOS_PIECE])]:
        begin = done + piece.startswith(SPACE)
        done += len(piece)
        chunk = max(bisect_right(starts, begin) - 1, 0)
        if not own:
            places.append(Part(0, 0))
            continue
        (start, end), (own_start, own_end) = chunks[chunk], own[chunk]
        scale = (end - start) / (own_end - own_start)
        first, last = (
            min(max(place - own_start, 0), own_end - own_start) for place in (begin, done)
        )
        places.append(Part(start + round(first * scale), start + round(last * scale)))
    return places


def word_weights(
    attention: np.ndarray | None,
    target: tuple[Sequence[Part], Sequence[Part]],
    source: tuple[Sequence[Part], Sequence[Part]],
) -> np.ndarray:
    """How much each source word gave to each target word, `(target_words, source_words)`.

    Args:
        attention: `(target_length, source_length)`; where a model has none, words are taken to
            stand in the same order.
        target: The target words, and where the target pieces stand.
        source: The source words, and where the source pieces stand.
    """
    target_words, target_places = target
    source_words, source_places = source
    shape = (len(target_words), len(source_words))
    weights = np.zeros(shape)
    if not all(shape):
        return weights
    if attention is None or not target_places:
        rows = np.arange(shape[0])
        columns = np.arange(shape[1])
        weights[rows, ((rows + 0.5) * shape[1] / shape[0]).astype(int)] = 1
        weights[((columns + 0.5) * shape[0] / shape[1]).astype(int), columns] = 1
        return weights / weights.sum(1, keepdims=True)

    starts = [word.start for word in source_words]
    by_source_word = np.zeros((len(attention), shape[1]))
    for column, place in enumerate(source_places[: attention.shape[1]]):
        if place.end > place.start:
            word = max(bisect_right(starts, place.start) - 1, 0)
            by_source_word[:, word] += attention[:, column]

    begins = [place.start for place in target_places]
    for row, word in enumerate(target_words):
        first = max(bisect_right(begins, word.start) - 1, 0)
        last = max(bisect_right(begins, word.end - 1), first + 1)
        weights[row] = by_source_word[first:last].mean(0)

    totals = weights.sum(1, keepdims=True)
    return np.divide(weights, totals, out=weights, where=totals > 0)
