"""A model with its tokenizers: graph functions of text, which exported models are made of."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.ids import MAX_SOURCE_LENGTH, PAD_ID, UNK_ID
from seq2seq.model.ensemble import Ensemble
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.search.options import SearchOptions
from seq2seq.search.sampling import numbers_for_draws
from seq2seq.search.state import SearchResult
from seq2seq.storage.directory import SHORTLIST
from seq2seq.translation.confidence import Confidence
from seq2seq.translation.decoding import decode, length_limits, score_targets, truncate
from seq2seq.translation.found import Found
from seq2seq.translation.result import warn_of_cut
from seq2seq.translation.shortlist import Shortlist

_TEXTS = tf.TensorSpec([None], tf.string)
_TOKENS = tf.TensorSpec([None, None], tf.int32)
_TARGETS = tf.TensorSpec([None, None, None], tf.int32)
_NUMBERS = tf.TensorSpec([None, None, None], tf.float32)


Search = Callable[[np.ndarray, np.ndarray, list[str]], Found]
"""Finds translations of source tokens, `(batch, source_length)`.

The places, `(batch,)`, are those of the sentences in the whole input, from which random draws
follow. Each translation begins with the prefix of its sentence.
"""


class Sources(NamedTuple):
    """A window of texts and their tokens."""

    texts: list[str]
    lengths: np.ndarray  # (texts,), before they are cut
    tokens: np.ndarray  # (texts, longest) int32

    def batch(self, places: np.ndarray) -> np.ndarray:
        """The tokens of the texts at some places, as wide as the longest of these."""
        return self.tokens[places, : self.lengths[places].max()]


class TextModel:
    """A model that reads and writes text, as graph functions of batches.

    Args:
        model: The sequence-to-sequence model, or an ensemble of several.
        source_tokenizer: Tokenizer of the source language.
        target_tokenizer: Tokenizer of the target language.
        shortlist: The lexical table that the search option `shortlist` needs; None without one.

    Attributes:
        confidence: The curve from the log-probability of a translation to the chrF2 to expect of
            it; None if that was not measured.
        tokenize: Traced once: texts to the numbers of their tokens, `(texts,)`, and the tokens,
            long sentences cut, `(texts, length)`.
        score_pairs: Traced once: source tokens `(batch, source_length)` and translations as text,
            `(batch,)`, to the log-probabilities of the translations' tokens, and these tokens,
            `(batch, length)`.
        score_tokens: Traced once: source tokens and target tokens, `(batch, n_best, length)`, to
            the log-probabilities of these, of the same shape.
        attend: Traced once: source tokens and target tokens, `(batch, n_best, length)`, to the
            attention, `(batch, n_best, length, source_length)`.
    """

    def __init__(
        self,
        model: Seq2Seq | Ensemble,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        shortlist: Shortlist | None = None,
    ):
        self.model = model
        self.source_tokenizer = source_tokenizer
        self.target_tokenizer = target_tokenizer
        self.shortlist = shortlist
        self.confidence: Confidence | None = None

        self.tokenize = _traced(self._tokenize, _TEXTS)
        self.score_pairs = _traced(self._score_pairs, _TOKENS, _TEXTS)
        self.score_tokens = _traced(self._score_tokens, _TOKENS, _TARGETS)
        self.attend = _traced(self._attend, _TOKENS, _TARGETS)
        self._searches: dict[SearchOptions, Callable[..., Found]] = {}

    def expect_able(self, options: SearchOptions) -> None:
        """Refuses a search that needs what the model does not have.

        Raises:
            InputError: The options ask for a coverage penalty without attention, or for a shortlist
                that is not there.
        """
        if options.coverage_penalty and not self.model.attends:
            raise InputError(
                "Expected a model with attention for a coverage penalty. "
                "Received: one without. Leave it out."
            )
        if options.shortlist and not self.shortlist:
            raise InputError(
                f"Expected a model with {SHORTLIST} for a shortlist. "
                "Received: one without, of an older version. Copy that of a model with the same "
                "tokenizers, train it anew, or leave the shortlist out."
            )

    def source_tokens(self, text: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Graph function: the tokens of texts, `(batch, source_length)`, and which are cut."""
        lengths, tokens = self._tokenize(text)

        # A recurrent layer cannot read a width of 0, which is that of an empty batch.
        missing = tf.cast(tf.shape(tokens)[0] == 0, tf.int32)
        tokens = tf.pad(tokens, tf.stack([[0, 0], [0, missing]]), constant_values=PAD_ID)
        return tokens, lengths > MAX_SOURCE_LENGTH

    def log_probabilities(
        self, text: tf.Tensor, translation: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Graph function: the log-probabilities of the tokens of translations, and these tokens.

        Both are `(batch, length)`.
        """
        source_tokens, _ = self.source_tokens(text)
        return self._score_pairs(source_tokens, translation)

    def decode(
        self, source_tokens: tf.Tensor, options: SearchOptions, **given: Any
    ) -> SearchResult:
        """Graph function: `decoding.decode` of the model with its shortlist."""
        return decode(self.model, source_tokens, options, shortlist=self.shortlist, **given)

    def read(self, texts: list[str], sentences: list[str] | None) -> Sources:
        """The tokens of a window of texts; says in the log which sentences are cut.

        Args:
            texts: The texts.
            sentences: The sentences that they were made of, for a warning; None for no warning.
        """
        lengths, tokens = (tensor.numpy() for tensor in self.tokenize(tf.constant(texts)))
        if sentences:
            for place in np.flatnonzero(lengths > MAX_SOURCE_LENGTH):
                warn_of_cut(sentences[place])
        return Sources(texts, lengths, tokens)

    def score_pieces(
        self, source_tokens: np.ndarray, pieces: Sequence[Sequence[str]]
    ) -> list[list[float]]:
        """The log-probabilities of the pieces of a translation of each source."""
        rows = self.target_tokenizer.ids(tf.ragged.constant(pieces, dtype=tf.string, ragged_rank=1))
        tokens = rows.to_tensor(PAD_ID)[:, tf.newaxis]
        found = self.score_tokens(source_tokens, tokens).numpy()[:, 0]
        return [row[: len(of_row)].tolist() for row, of_row in zip(found, pieces, strict=True)]

    def search(self, options: SearchOptions) -> Search:
        """Makes the search that these options describe."""
        return partial(self._search, self._search_graph(options), options)

    def _search(
        self,
        graph: Callable[..., Found],
        options: SearchOptions,
        source_tokens: np.ndarray,
        places: np.ndarray,
        prefixes: list[str],
    ) -> Found:
        """Makes the random numbers of a batch, and runs the graph on it."""
        prefix = self.prefix_tokens(prefixes)

        uniforms = tf.zeros([len(places), 0, 0])
        if options.draws:
            limits = length_limits(tf.constant(source_tokens), options, prefix)
            uniforms = numbers_for_draws(
                options.seed, places, draws=options.n_best, length=int(tf.reduce_max(limits))
            )

        found = graph(source_tokens, prefix, uniforms)
        return Found(*(tensor.numpy() for tensor in found))

    def prefix_tokens(self, prefixes: list[str]) -> tf.Tensor:
        """The tokens of prefixes, `(batch, prefix_length)`, PAD after them.

        Raises:
            InputError: A prefix holds letters that the model has not learnt.
        """
        if not any(prefixes):
            return tf.zeros([len(prefixes), 0], tf.int32)

        tokens = self.target_tokenizer.tokenize(tf.constant(prefixes))[:, :-1].to_tensor(PAD_ID)
        unknown = tf.reduce_any(tokens == UNK_ID, axis=1).numpy()
        if unknown.any():
            raise InputError(
                "Expected a prefix of letters that the model has learnt to write. "
                f"Received: {prefixes[unknown.argmax()]!r}. "
                "Leave out the letters that it has not learnt."
            )
        return tokens

    def _tokenize(self, texts: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The numbers of tokens, `(texts,)`, and the tokens, cut, `(texts, length)`."""
        tokens = self.source_tokenizer.tokenize(texts)
        return tokens.row_lengths(), truncate(tokens).to_tensor(PAD_ID)

    def _score_pairs(
        self, source_tokens: tf.Tensor, translation: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        labels = self.target_tokenizer.tokenize(translation).to_tensor(PAD_ID)  # (batch, length)
        log_probs, _ = score_targets(self.model, source_tokens, labels[:, tf.newaxis])
        return tf.where(labels == PAD_ID, 0.0, log_probs[:, 0]), labels

    def _score_tokens(self, source_tokens: tf.Tensor, tokens: tf.Tensor) -> tf.Tensor:
        return score_targets(self.model, source_tokens, tokens).log_probs

    def _attend(self, source_tokens: tf.Tensor, tokens: tf.Tensor) -> tf.Tensor:
        return score_targets(self.model, source_tokens, tokens).attention

    def _search_graph(self, options: SearchOptions) -> Callable[..., Found]:
        """A search, traced once for all batches, prefixes and seeds.

        The graph takes source tokens `(batch, source_length)`, the tokens of the prefix
        `(batch, prefix_length)`, and the `uniforms` of `sampling.sample`. These have no width where
        nothing is drawn.
        """
        key = dataclasses.replace(options, seed=0, prefix="…" if options.prefix else "")

        def search(source_tokens: tf.Tensor, prefix: tf.Tensor, uniforms: tf.Tensor) -> Found:
            tokens, scores = self.decode(
                source_tokens, key, prefix=prefix if key.prefix else None, uniforms=uniforms
            )
            return Found(
                texts=self.target_tokenizer.detokenize_all(tokens),
                scores=scores,
                tokens=tokens,
                pieces=self.target_tokenizer.pieces(tokens),
                source_pieces=self.source_tokenizer.pieces(source_tokens),
            )

        if key not in self._searches:
            self._searches[key] = _traced(search, _TOKENS, _TOKENS, _NUMBERS)
        return self._searches[key]


def _traced(function: Callable[..., Any], *signature: tf.TensorSpec) -> Callable[..., Any]:
    return tf.function(function, input_signature=list(signature), autograph=False)
