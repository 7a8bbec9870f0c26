"""A text as a model reads it, and the translations that a search finds for it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from seq2seq.data.directions import SHOWN_TAG
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError, is_utf8, printable, shown
from seq2seq.ids import EOS_ID, EOS_PIECE, SPACE, UNK_ID
from seq2seq.model.ensemble import expect_single
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.search.options import SearchOptions
from seq2seq.translation.protected import Protected
from seq2seq.translation.translator import Translator

_log = logging.getLogger(__name__)

MOST_PIECES = 64  # of a text; more make a picture that nobody can read


@dataclass(frozen=True)
class Sentence:
    """A text and its tokens.

    Attributes:
        text: The text.
        tokens: `(length,)` int32, EOS last.
        pieces: The piece of each token, `▁` standing for a space, and what stands in the text in
            the place of a placeholder.
        masks: What each placeholder stands for.
    """

    text: str
    tokens: np.ndarray
    pieces: list[str]
    masks: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.pieces)


@dataclass(frozen=True)
class Candidate:
    """A translation that a search has found.

    Attributes:
        sentence: The translation and its tokens; EOS is last if the model ended it itself.
        score: Log-probability / length penalty.
    """

    sentence: Sentence
    score: float


def single_model(translator: Translator) -> Seq2Seq:
    """The model of a translator.

    Raises:
        InputError: It is an ensemble, or no translator, or translates into several languages; see
            `Translator.to`.
    """
    if not isinstance(translator, Translator):
        raise InputError(
            f"Expected a translator. Received: {type(translator).__name__}. "
            "Load one with seq2seq.Translator.load."
        )
    translator.to(None)
    return expect_single(translator.model)


def read_source(translator: Translator, text: str) -> Sentence:
    """Reads a source text as `translate` does, placeholders included.

    Raises:
        InputError: It is empty, too long, or has nothing that a model translates.
    """
    _expect_text(text)
    text = " ".join(text.split())
    read = Protected(text, text).behind(translator.tag).text
    masks = {translator.tag: SHOWN_TAG} if translator.tag else {}
    if translator.protector:
        protected = translator.protector.protect(text)
        if protected.own is not None:
            raise InputError(
                f"Expected a text with words. Received: {shown(text)}, which is its own "
                "translation. Give a sentence."
            )
        read = protected.text
        masks |= {literal.placeholder: literal.text for literal in protected.literals}

    sentence = _sentence(translator.source_tokenizer, text, read, masks)
    if UNK_ID in sentence.tokens:
        _log.warning(
            "The model does not know every letter of %s: it reads <unk> there.", printable(text)
        )
    return sentence


def read_target(translator: Translator, source: str, text: str) -> Sentence:
    """Reads a translation as the model would have written it.

    Args:
        translator: The translator.
        source: The source text, whose placeholders the translation shares.
        text: The translation.

    Raises:
        InputError: It is empty, too long, or has letters that the model cannot write.
    """
    _expect_text(text)
    text = " ".join(text.split())
    read = text
    masks = {}
    if translator.protector:
        protected = translator.protector.protect(source, prefix=text)
        read = protected.prefix
        masks = {literal.placeholder: literal.written for literal in protected.literals}

    sentence = _sentence(translator.target_tokenizer, text, read, masks)
    if UNK_ID in sentence.tokens:
        raise InputError(
            "Expected a translation of letters that the model has learnt to write. "
            f"Received: {shown(text)}. Leave out the letters that it has not learnt."
        )
    return sentence


def find(
    translator: Translator,
    source: Sentence,
    *,
    beam_size: int = 5,
    n_best: int = 1,
    length_penalty: float = 1.0,
) -> list[Candidate]:
    """The translations that the translator's own search finds, best first.

    Raises:
        InputError: An option cannot be used, or the search allows no translation.
    """
    options = SearchOptions(beam_size=beam_size, n_best=n_best, length_penalty=length_penalty)
    search = translator.search(options)
    found = search(source.tokens[np.newaxis], np.zeros(1, np.int32), [""])

    candidates = []
    for rank in np.flatnonzero(np.isfinite(found.scores[0])):
        tokens = found.tokens[0, rank]
        tokens = tokens[: np.count_nonzero(tokens)]
        pieces = pieces_of(translator.target_tokenizer, tokens, source.masks)
        sentence = Sentence(spelt(pieces), tokens, pieces, source.masks)
        candidates.append(Candidate(sentence, float(found.scores[0, rank])))

    if not candidates or not len(candidates[0].sentence):
        raise InputError(
            f"Expected a text that the model translates. Received: {shown(source.text)}, for which "
            "it writes nothing. Give another."
        )
    return candidates


def best_or_given(
    translator: Translator, source: Sentence, target: str | None, *, beam_size: int = 5
) -> Sentence:
    """The translation that is given, or the best one that the search finds."""
    if target is not None:
        return read_target(translator, source.text, target)
    return find(translator, source, beam_size=beam_size)[0].sentence


def pieces_of(
    tokenizer: Tokenizer, tokens: Sequence[int] | np.ndarray, masks: Mapping[str, str]
) -> list[str]:
    """The pieces of tokens, `(length,)`, with what the placeholders stand for."""
    with tf.device("CPU:0"):
        pieces = tokenizer.pieces(tf.constant(tokens, tf.int32)).numpy()
    texts = [piece.decode() for piece in pieces]
    return [masks.get(piece, piece) for piece in texts]


def spelt(pieces: Sequence[str]) -> str:
    """The text that pieces spell."""
    return "".join(piece for piece in pieces if piece != EOS_PIECE).replace(SPACE, " ").strip()


def words_of(pieces: Sequence[str]) -> list[tuple[str, slice]]:
    """The words that pieces spell, each with the places of its pieces; EOS is a word of its own."""
    words: list[tuple[str, slice]] = []
    for place, piece in enumerate(pieces):
        begins = not words or piece.startswith(SPACE) or piece == EOS_PIECE
        if begins:
            words.append((piece.lstrip(SPACE), slice(place, place + 1)))
        else:
            word, places = words[-1]
            words[-1] = (word + piece, slice(places.start, place + 1))
    return words


def _sentence(tokenizer: Tokenizer, text: str, read: str, masks: Mapping[str, str]) -> Sentence:
    with tf.device("CPU:0"):
        tokens = tokenizer.tokenize(tf.constant([read]))[0].numpy()
    if len(tokens) > MOST_PIECES:
        raise InputError(
            f"Expected a text of at most {MOST_PIECES} pieces, so that the picture can be read. "
            f"Received: {len(tokens)} pieces. Give one sentence of it, or a shorter one."
        )
    if list(tokens) == [EOS_ID]:
        raise InputError(f"Expected a text with words. Received: {shown(text)}. Give a sentence.")
    return Sentence(text, tokens, pieces_of(tokenizer, tokens, masks), masks)


def _expect_text(text: object) -> None:
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"Expected a text. Received: {shown(text)}. Give a sentence.")
    if not is_utf8(text):
        raise InputError(f"Expected UTF-8 text. Received: {shown(text)}. Check its encoding.")
