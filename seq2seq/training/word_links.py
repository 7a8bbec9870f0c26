"""Which word of a sentence gave which part of its translation, by the alignment of their pieces."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from seq2seq.data.alignment import Aligner
from seq2seq.data.corpus import Corpus
from seq2seq.data.placeholders import Part
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.ids import PAD_ID

_SPACE = "▁"
_LEAST = 0.5  # probability of a link
_WORD = re.compile(r"\w(?:.*\w)?", re.DOTALL)  # a word without the punctuation around it


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


def link_words(
    corpus: Corpus, tokenizers: tuple[Tokenizer, Tokenizer], aligner: Aligner
) -> Iterator[list[WordLink]]:
    """The links between the words of each pair.

    Args:
        corpus: Pairs, no more than memory holds.
        tokenizers: Of the source and of the target language.
        aligner: The links between their pieces.
    """
    with tf.device("CPU:0"):
        tokens = [
            tokenizer.tokenize(tf.constant(texts, tf.string)).to_tensor(PAD_ID)
            for tokenizer, texts in zip(tokenizers, (corpus.source, corpus.target), strict=True)
        ]
        weights = aligner.align(*tokens).numpy()  # (pairs, target_length, source_length)
        pieces = [
            tokenizer.pieces(of_side).numpy()
            for tokenizer, of_side in zip(tokenizers, tokens, strict=True)
        ]

    for pair in range(len(corpus)):
        yield _links(
            corpus.source[pair],
            corpus.target[pair],
            _decoded(pieces[0][pair]),
            _decoded(pieces[1][pair]),
            weights[pair],
        )


def _decoded(pieces: np.ndarray) -> list[str]:
    """The pieces before EOS."""
    texts = [piece.decode() for piece in pieces]
    return texts[: texts.index("</s>")]


def _links(
    source: str,
    target: str,
    source_pieces: list[str],
    target_pieces: list[str],
    weights: np.ndarray,
) -> list[WordLink]:
    source_ends = _ends(source_pieces, unicodedata.normalize("NFKC", source).casefold(), source)
    target_ends = _ends(target_pieces, unicodedata.normalize("NFC", target), target)
    if source_ends is None or target_ends is None:
        return []

    words = _words(source_pieces, " " in source)
    count = words[-1] + 1
    shares = np.zeros((len(target_pieces), count + 1))  # EOS, which gives particles, is the last
    for place, word in enumerate([*words, count]):
        shares[:, word] += weights[: len(target_pieces), place]

    best = shares.argmax(1)
    starts = _starts(target_pieces, " " in target)
    links = []
    for word in range(count):
        given = np.flatnonzero((best == word) & (shares.max(1) >= _LEAST))
        if not len(given) or given[-1] - given[0] + 1 != len(given) or given[0] not in starts:
            continue

        first = words.index(word)
        last = len(words) - 1 - words[::-1].index(word)
        link = _link(
            source,
            target,
            (source_ends[first], source_ends[last + 1]),
            (target_ends[given[0]], target_ends[given[-1] + 1]),
        )
        if link:
            links.append(link)
    return links


def _link(
    source: str, target: str, source_ends: tuple[int, int], target_ends: tuple[int, int]
) -> WordLink | None:
    """The link between two parts less the punctuation around them; None if one has no letters."""
    source_part = _stripped(source, *source_ends)
    target_part = _stripped(target, *target_ends)
    if not (source_part and target_part):
        return None

    rest = re.compile(r"\w*").match(target, target_part.end)
    word_end = rest.end() if rest and " " in target else target_part.end
    return WordLink(source_part, target_part, word_end)


def _stripped(text: str, start: int, end: int) -> Part | None:
    word = _WORD.search(text[start:end])
    return Part(start + word.start(), start + word.end()) if word else None


def _ends(pieces: list[str], normal: str, text: str) -> list[int] | None:
    """Where pieces end in a text, 0 first; None where the tokenizer changed its letters' places."""
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))

    spelt = "".join(pieces)
    if spelt != _SPACE + normal.replace(" ", _SPACE) or len(normal) != len(text):
        return None
    return [max(end - 1, 0) for end in ends]


def _words(pieces: list[str], has_spaces: bool) -> list[int]:
    """The number of the word that each piece belongs to; a piece is a word where no spaces are."""
    if not has_spaces:
        return list(range(len(pieces)))

    numbers = []
    for piece in pieces:
        begins = piece.startswith(_SPACE) or not numbers
        numbers.append((numbers[-1] if numbers else -1) + begins)
    return numbers


def _starts(pieces: list[str], has_spaces: bool) -> set[int]:
    """The pieces that begin a word."""
    return {
        place
        for place, piece in enumerate(pieces)
        if not has_spaces or piece.startswith(_SPACE) or not place
    }
