"""Laws of choosing among tokens; those of the searches that choose are in test_beam.py."""

import tensorflow as tf

from seq2seq.search.candidates import best_tokens


def test_tokens_are_of_the_vocabulary_where_hardly_any_is_left():
    logits = tf.one_hot([35], 40)  # 40 tokens fill two blocks in part
    banned = tf.constant([[token for token in range(3, 40) if token != 35]])
    log_probs, tokens = best_tokens(logits, 20, banned)
    assert tf.reduce_max(tokens) < 40
    assert tf.math.count_nonzero(tf.math.is_finite(log_probs)) == 1
