"""The likelihood of a dev set: how probable the model finds its translations."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from seq2seq.data.corpus import Corpus
from seq2seq.data.token_pairs import tokenize_pairs
from seq2seq.ids import BOS_ID, MAX_SOURCE_LENGTH, PAD_ID
from seq2seq.model.ensemble import expect_single
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.translation.translator import Translator

_TOKENS = 4096  # of a batch's longer side, padding included: each batch has one set of operations


def dev_nats(translator: Translator, dev: Corpus) -> tuple[float, float]:
    """The negative log-likelihood of the translations, without smoothing.

    The model reads the pairs as it does in training, placeholders included. Pairs with a side of
    more than 256 tokens are left out. It runs without a graph: to trace one takes longer than all
    that a run computes here.

    Args:
        translator: Holds the model.
        dev: The pairs.

    Returns:
        Its sum over all target tokens, in nats, and their number.
    """
    pairs = [*zip(dev.source, dev.target, strict=True)]
    if translator.protector:
        pairs = [translator.protector.protect_pair(*pair)[:2] for pair in pairs]
    tokenizers = (translator.source_tokenizer, translator.target_tokenizer)
    tokens = tokenize_pairs(Corpus.collect(pairs), *tokenizers, max_length=MAX_SOURCE_LENGTH)

    model = expect_single(translator.model)
    lengths = np.maximum(tokens.source.row_lengths(), tokens.target.row_lengths())
    total = 0.0
    tokens_read = 0.0
    for places in _batches(lengths):
        source_tokens, labels = (
            tf.gather(side, places).to_tensor(PAD_ID) for side in (tokens.source, tokens.target)
        )
        nats, number = _nats(model, source_tokens, labels)
        total += nats
        tokens_read += number
    return total, tokens_read


def _batches(lengths: np.ndarray) -> Iterator[np.ndarray]:
    """The places of the pairs of each batch; similar lengths leave little padding."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        sizes = np.arange(1, len(order) - start + 1) * lengths[order[start:]]
        number = max(1, int(np.searchsorted(sizes, _TOKENS, side="right")))
        yield order[start : start + number]
        start += number


def _nats(model: Seq2Seq, source_tokens: tf.Tensor, labels: tf.Tensor) -> tuple[float, float]:
    """The negative log-likelihood of a batch, and its target tokens."""
    state, source = model.encode(source_tokens)
    inputs = tf.pad(labels[:, :-1], [[0, 0], [1, 0]], constant_values=BOS_ID)
    decoder = model.decoder
    features, _, _ = decoder.features(decoder.embedding(inputs), state, source)
    _, nll, tokens = decoder.loss(features, labels)
    return float(nll * tokens), float(tokens)
