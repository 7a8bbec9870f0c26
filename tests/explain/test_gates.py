"""Gates over time, the units that open, and the sentences that excite one."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq import explain
from seq2seq.errors import InputError

TEXT = "a b c"
SENTENCES = ["a b", "c d e", "b a", "j"]


@pytest.mark.parametrize(
    ("cell", "attention"), [("gru", "luong"), ("lstm", "none"), ("rnn", "none")]
)
def test_gates_of_every_layer_recompute_its_states(translator, cell, attention):
    shown = explain.gates(translator(cell, attention), TEXT)
    names = [layer.name for layer in shown.layers]
    assert names == ["encoder/forward_0", "encoder/backward_0", "decoder/layer_0"]
    assert shown.layers[1].pieces == shown.layers[0].pieces[::-1]
    for layer in shown.layers:
        before, after = layer.states["hidden"][:-1], layer.states["hidden"][1:]
        gates = layer.gates
        if cell == "gru":
            z = gates["update"]
            np.testing.assert_allclose(after, z * before + (1 - z) * gates["candidate"], atol=1e-5)
        elif cell == "lstm":
            memory = gates["forget"] * layer.states["cell"][:-1]
            memory = memory + gates["input"] * gates["candidate"]
            np.testing.assert_allclose(layer.states["cell"][1:], memory, atol=1e-5)
            np.testing.assert_allclose(after, gates["output"] * np.tanh(memory), atol=1e-5)
        else:
            assert not gates


def test_most_open_units_come_first(translator):
    layer = explain.gates(translator(), TEXT).layer
    opened = layer.openness().mean(0)
    assert opened[layer.most_open(3)].tolist() == sorted(opened, reverse=True)[:3]


def test_exciting_sentences_have_the_largest_states(translator):
    model = translator()
    shown = explain.gates(model, TEXT, unit=2, sentences=SENTENCES)
    largest = []
    for sentence in SENTENCES:
        tokens = model.source_tokenizer.tokenize(tf.constant([sentence])).to_tensor()
        memory, _ = model.model.encoder(tokens, tokens != 0)
        largest.append(float(memory[0, :, 2].numpy().max()))
    found = [float(excited.values.max()) for excited in shown.excited]
    np.testing.assert_allclose(found, sorted(largest, reverse=True), rtol=1e-4)


def test_unknown_layer_is_refused(translator):
    with pytest.raises(InputError, match="Expected a layer of the model: encoder/forward_0"):
        explain.gates(translator(), TEXT, layer="attic")


def test_unit_that_is_not_there_is_refused(translator):
    with pytest.raises(InputError, match="Expected a unit of encoder/forward_0, 0 to 3"):
        explain.gates(translator(), TEXT, unit=4)


def test_unit_of_the_decoder_is_refused(translator):
    with pytest.raises(InputError, match="Expected a unit of an encoder layer"):
        explain.gates(translator(), TEXT, unit=0, layer="decoder/layer_0")
