"""Sentence pairs to tokens, and what happens to those that are too long.

- In training, a pair with a side of more than `max_length` tokens is dropped, here in
  `tokenize_pairs`. `TokenPairs.dropped` counts such pairs, and `seq2seq train` prints the number.
  `training.vocabulary.MAX_TRAINING_LENGTH` is the bound. The loss of a dev set leaves out pairs
  that translation would cut, in `training.dev_loss`.
- In translation and in exported models, nothing is dropped: a source sentence is cut to its first
  `ids.MAX_SOURCE_LENGTH` tokens, with a warning or a `cut` in the answer. The cut is made by
  `translation.decoding.truncate`, for TFLite by `exports.tflite_translator`, and in the browser by
  `exports/web/engine.js`. Exported models read no more than `exports.signatures.MOST_READ` letters.
- The server refuses very long sentences: `serving.limits`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from seq2seq.data.corpus import Corpus
from seq2seq.data.tokenizer import Tokenizer

_CHUNK = 10_000  # sentences tokenised per call


@dataclass(frozen=True)
class TokenPairs:
    """Tokenised sentence pairs: two ragged `(pairs, length)` int32 tensors, each row ending in EOS.

    Attributes:
        source: Source tokens.
        target: Target tokens.
        dropped: Number of pairs left out because a side was too long.
        kept: Which pairs of the corpus these are, where some were left out.
    """

    source: tf.RaggedTensor
    target: tf.RaggedTensor
    dropped: int = 0
    kept: Sequence[int] = ()

    def __len__(self) -> int:
        """Returns the number of pairs, those dropped not counted."""
        return int(self.source.nrows())

    def lengths(self) -> np.ndarray:
        """Returns the numbers of source and target tokens, `(pairs, 2)`."""
        source_lengths = self.source.row_lengths().numpy()
        target_lengths = self.target.row_lengths().numpy()

        return np.stack([source_lengths, target_lengths], axis=1)


def tokenize_pairs(
    corpus: Corpus,
    source_tokenizer: Tokenizer,
    target_tokenizer: Tokenizer,
    *,
    max_length: int | None,
) -> TokenPairs:
    """Tokenises a corpus and drops the pairs that are too long.

    Args:
        corpus: The sentence pairs.
        source_tokenizer: Tokenizer of the source sentences.
        target_tokenizer: Tokenizer of the target sentences.
        max_length: Most tokens of a side, EOS included. A pair with a longer side is dropped. None
            for sides of any length.
    """
    # Batches are made on the CPU. An accelerator would only copy the tokens back.
    with tf.device("CPU:0"):
        source = _tokenize(corpus.source, source_tokenizer)
        target = _tokenize(corpus.target, target_tokenizer)

        if max_length is None:
            return TokenPairs(source, target)

        longer_side = tf.maximum(source.row_lengths(), target.row_lengths())
        fits = tf.where(longer_side <= max_length)[:, 0]
        dropped = len(corpus) - len(fits)
        if not dropped:
            return TokenPairs(source, target)

        # tf.boolean_mask would take ten times the memory of tf.gather.
        return TokenPairs(
            tf.gather(source, fits),
            tf.gather(target, fits),
            dropped,
            fits.numpy().tolist(),
        )


def _tokenize(sentences: list[str], tokenizer: Tokenizer) -> tf.RaggedTensor:
    """Tokenises in chunks; no sentence at all gives a tensor of no rows."""
    chunks = []
    for start in range(0, len(sentences) or 1, _CHUNK):
        chunk = tf.constant(sentences[start : start + _CHUNK], tf.string)
        chunks.append(tokenizer.tokenize(chunk))

    return tf.concat(chunks, 0)  # pyright: ignore[reportReturnType]
