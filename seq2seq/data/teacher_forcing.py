"""Teacher forcing: the decoder reads the reference, not its own output."""

import tensorflow as tf

from seq2seq.ids import BOS_ID

Batch = dict[str, tf.Tensor]  # name to tensor, all batch first


def teacher_forced(source_tokens: tf.Tensor, labels: tf.Tensor) -> Batch:
    """Returns the batch in which the decoder is to predict `labels`.

    The decoder input is BOS and then the labels, one position later: at position t the decoder has
    read the labels before t and predicts label t. Training uses it, and so does the scoring of
    given translations.

    Args:
        source_tokens: `(batch, source_length)` int32.
        labels: `(batch, target_length)` int32, each row ending in EOS, then padding.

    Returns:
        `source_tokens` and `labels` as they are, and `target_tokens`, `(batch, target_length)`.

    Reference:
        Williams & Zipser 1989, A Learning Algorithm for Continually Running Fully Recurrent Neural
        Networks.
    """
    before = labels[:, :-1]
    target_tokens = tf.pad(before, [[0, 0], [1, 0]], constant_values=BOS_ID)

    return {"source_tokens": source_tokens, "target_tokens": target_tokens, "labels": labels}
