"""Of a text no more is read than a search can use: the time of a line grows with its length."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.exports.saved_model import ServingModule
from seq2seq.exports.signatures import BEAM, MOST_READ
from seq2seq.exports.tflite_translator import TFLiteTranslator
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]

# Spaces become one, so without a bound the last letter would be read.
TEXTS = ["b", f"b{' ' * 4 * MOST_READ}c", "b c"]


def test_saved_model_reads_the_beginning_of_a_text_and_says_so(untrained):
    module = ServingModule(Translator.load(untrained(1)), beam_size=1)
    outputs = module.greedy(tf.constant(TEXTS))
    short, long, both = outputs["score"].numpy()
    assert short == pytest.approx(long) and long != pytest.approx(both)
    assert outputs["cut"].numpy().tolist() == [False, True, False]


class Reader:
    """A tokenizer that keeps what it is given."""

    def encode(self, text):
        self.given = text
        return [5]

    def eos_id(self):
        return 3


class Model:
    """A model that always says the same."""

    def run(self, *_):
        return {"tokens": np.array([[[5, 3]]]), "score": np.zeros((1, 1))}


@pytest.mark.parametrize("form", [str, str.encode])
def test_tflite_model_reads_the_beginning_of_a_text_and_says_so(form):
    translator = object.__new__(TFLiteTranslator)
    translator.source = Reader()
    translator._idle = [Model()]
    for text in map(form, TEXTS):
        is_long = len(text) > MOST_READ
        assert translator.run(text, BEAM)["cut"] is is_long
        assert translator.source.given == text[:MOST_READ]
