"""Laws of decoding that need no trained model."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.search.options import SearchOptions
from seq2seq.translation.decoding import coverage, decode


def test_coverage_counts_each_source_word_up_to_one():
    attention = np.array([[[[0.5, 0.5, 0.0], [0.9, 0.1, 0.0], [7.0, 7.0, 7.0]]]], "float32")
    source = tf.constant([[True, True, False]])
    target = tf.constant([[[True, True, False]]])
    np.testing.assert_allclose(coverage(attention, source, target), [[np.log(0.6)]], rtol=1e-6)
    np.testing.assert_allclose(
        coverage(attention, source | True, target), [[np.log(0.6) + np.log(1e-9)]], rtol=1e-5
    )


def test_draws_without_numbers_are_refused(tiny_model, batch):
    with pytest.raises(ValueError, match="Expected `uniforms` for random draws"):
        decode(tiny_model("gru", "luong"), batch["source_tokens"], SearchOptions(top_k=2))
