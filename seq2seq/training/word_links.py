"""Which word of a sentence gave which part of its translation, by the alignment of their pieces."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise, starmap
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from seq2seq.data.alignment import Aligner
from seq2seq.data.placeholders import Part
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.ids import EOS_PIECE, PAD_ID, SPACE
from seq2seq.translation.particles import HANGUL, follow_noun

_CHUNK = 250  # pairs aligned at once: they are as wide as the longest of them
_LEAST = 0.5  # probability of a link
_WORD = re.compile(r"\w(?:.*\w)?", re.DOTALL)  # a word without the punctuation around it
_REST = re.compile(r"\w*")  # of a word
_HANGUL = re.compile(HANGUL)


class WordLink(NamedTuple):
    """A word of a source sentence and the part of the translation that it gave.

    Attributes:
        source: Where the word stands, without punctuation around it.
        target: Where the part stands. It begins as a word does where words have spaces between
            them, and may end before the word does: a particle or an ending is left out.
        target_word_end: Where the word that the part begins ends.
    """

    source: Part
    target: Part
    target_word_end: int

    def rest(self, target: str) -> str:
        """What the target word has behind the part, such as a particle or an ending."""
        return target[self.target.end : self.target_word_end]


class _Side(NamedTuple):
    """A sentence.

    Attributes:
        text: Its text.
        pieces: Its pieces, EOS left out.
        firsts: The pieces that begin its words, and the number of pieces. Where the text has no
            spaces, a piece is a word. Punctuation at the end of a word is a word of its own, as it
            gives the punctuation at the end of another one.
    """

    text: str
    pieces: list[str]
    firsts: list[int]


def may_be_noun(target: str, link: WordLink) -> bool:
    """Whether the part of a translation that a word gave may be a noun.

    In Korean, adjectives and verbs are the predicates of their sentences, and particles tell a noun
    from them. Of other languages nothing is known.
    """
    if not _HANGUL.search(target, *link.target):
        return True
    rest = link.rest(target)
    return bool(rest) and follow_noun(rest)


def link_words(
    source: Sequence[str],
    target: Sequence[str],
    tokenizers: tuple[Tokenizer, Tokenizer],
    aligner: Aligner,
) -> Iterator[list[WordLink]]:
    """The links between the words of each pair.

    Args:
        source: Source sentences.
        target: Their translations.
        tokenizers: Of the source and of the target language.
        aligner: The links between their pieces.
    """
    for start in range(0, len(source), _CHUNK):
        texts = (source[start : start + _CHUNK], target[start : start + _CHUNK])
        yield from starmap(_links, _aligned(texts, tokenizers, aligner))


def _aligned(
    texts: tuple[Sequence[str], Sequence[str]],
    tokenizers: tuple[Tokenizer, Tokenizer],
    aligner: Aligner,
) -> Iterator[tuple[_Side, _Side, np.ndarray]]:
    """Both sides of each pair, and the alignment, `(target_length, source_length)`."""
    with tf.device("CPU:0"):
        tokens = [
            tokenizer.tokenize(tf.constant(of_side, tf.string)).to_tensor(PAD_ID)
            for tokenizer, of_side in zip(tokenizers, texts, strict=True)
        ]
        weights = aligner.align(*tokens).numpy()  # (pairs, target_length, source_length)
        pieces = [
            tokenizer.pieces(of_side).numpy()
            for tokenizer, of_side in zip(tokenizers, tokens, strict=True)
        ]

    source, target = (map(_side, *of_side) for of_side in zip(texts, pieces, strict=True))
    return zip(source, target, weights, strict=True)


def _side(text: str, row: np.ndarray) -> _Side:
    pieces = [piece.decode() for piece in row]
    pieces = pieces[: pieces.index(EOS_PIECE)]
    firsts = [
        place
        for place, piece in enumerate(pieces)
        if not place or piece.startswith(SPACE) or " " not in text
    ]
    words = pairwise([*firsts, len(pieces)])
    marks = [_punctuation(pieces, first, end) for first, end in words]
    return _Side(text, pieces, sorted({*firsts, *marks, len(pieces)}))


def _punctuation(pieces: Sequence[str], first: int, end: int) -> int:
    """Where the punctuation at the end of a word begins; `end` if there is none."""
    while end - first > 1 and all(map(_is_mark, pieces[end - 1])):
        end -= 1
    return end


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"  # punctuation, or a sign


def _links(source: _Side, target: _Side, weights: np.ndarray) -> list[WordLink]:
    folded = unicodedata.normalize("NFKC", source.text).casefold()
    source_ends = _ends(source, folded)
    target_ends = _ends(target, unicodedata.normalize("NFC", target.text))
    if source_ends is None or target_ends is None:
        return []

    # What each word gave to each target piece; EOS, which gives particles, is the last.
    given = weights[: len(target.pieces), : len(source.pieces) + 1].astype(float)
    shares = np.add.reduceat(given, source.firsts, axis=1)
    likely = np.where(shares.max(1) >= _LEAST, shares.argmax(1), -1)
    places: list[list[int]] = [[] for _ in source.firsts]
    for place, word in enumerate(likely.tolist()):
        places[word].append(place)

    links = []
    beginnings = _beginnings(target)
    for (first, end), run in zip(pairwise(source.firsts), places, strict=False):
        if not run or run[-1] - run[0] + 1 != len(run) or run[0] not in beginnings:
            continue
        link = _link(
            source.text,
            target.text,
            (source_ends[first], source_ends[end]),
            (target_ends[run[0]], target_ends[run[-1] + 1]),
        )
        if link:
            links.append(link)
    return links


def _beginnings(side: _Side) -> set[int]:
    """The pieces that words begin with, those after a space that is a piece of its own, too."""
    after_space = [first + 1 for first in side.firsts[:-1] if side.pieces[first] == SPACE]
    return {*side.firsts, *after_space}


def _link(
    source: str, target: str, source_ends: tuple[int, int], target_ends: tuple[int, int]
) -> WordLink | None:
    """The link between two parts less the punctuation around them; None if one has no letters."""
    source_part = _stripped(source, *source_ends)
    target_part = _stripped(target, *target_ends)
    if not (source_part and target_part):
        return None

    rest = _REST.match(target, target_part.end)
    word_end = rest.end() if rest and " " in target else target_part.end
    return WordLink(source_part, target_part, word_end)


def _stripped(text: str, start: int, end: int) -> Part | None:
    word = _WORD.search(text[start:end])
    return Part(start + word.start(), start + word.end()) if word else None


def _ends(side: _Side, normal: str) -> list[int] | None:
    """Where pieces end in a text, 0 first; None where the tokenizer changed its letters' places.

    Args:
        side: The text and its pieces.
        normal: The text as the tokenizer reads it.
    """
    spelt = "".join(side.pieces)
    if spelt != SPACE + normal.replace(" ", SPACE) or len(normal) != len(side.text):
        return None
    return [max(end - 1, 0) for end in accumulate(map(len, side.pieces), initial=0)]
