"""One step: its numbers are the model's, its LaTeX holds them."""

import re

import numpy as np
import pytest
import tensorflow as tf

from seq2seq import explain
from seq2seq.errors import InputError
from seq2seq.ids import BOS_ID

TEXT = "a b c"


@pytest.mark.parametrize(
    ("cell", "attention"), [("gru", "luong"), ("lstm", "bahdanau"), ("rnn", "none")]
)
def test_numbers_of_a_step_are_those_of_the_model(translator, cell, attention):
    loaded = translator(cell, attention)
    shown = explain.step(loaded, TEXT, position=2, target="c b a")
    model = loaded.model
    source_tokens = loaded.source_tokenizer.tokenize(tf.constant([TEXT])).to_tensor()
    state, source = model.encode(source_tokens)
    first = loaded.target_tokenizer.ids(tf.constant(shown.target_pieces[:1])).numpy()[0]
    for token in (BOS_ID, first):
        before = state
        logits, state = model.step(tf.constant([token]), state, source)

    np.testing.assert_allclose(shown.logits, logits[0], rtol=1e-4, atol=1e-5)
    (layer,) = shown.layers
    for values, expected in ((layer.state, before), (layer.new_state, state)):
        for part, tensor in zip(values.values(), expected[0], strict=True):
            np.testing.assert_allclose(part, tensor[0], rtol=1e-4, atol=1e-5)
    assert (shown.reads, shown.writes) == tuple(shown.target_pieces[:2])


def test_likeliest_pieces_are_the_largest_logits(translator):
    shown = explain.step(translator(), TEXT)
    logits = [likely.logit for likely in shown.likeliest]
    np.testing.assert_allclose(logits, np.sort(shown.logits)[::-1][:5], rtol=1e-6)
    softmax = np.exp(shown.logits - shown.logits.max())
    assert shown.likeliest[0].probability == pytest.approx(1 / softmax.sum(), rel=1e-4)


def test_latex_has_every_equation_and_number(translator, tmp_path):
    shown = explain.step(translator("lstm", "bahdanau"), TEXT)
    (path,) = shown.save(tmp_path / "step.tex")
    written = path.read_text(encoding="utf-8")
    assert written.count(r"\begin{bmatrix}") == len(shown.rows(shown.layers[0])) == 9
    assert f"{shown.layers[0].new_state['cell'][0]:.4f}" in written
    assert written.count(r"\begin{align*}") == written.count(r"\end{align*}") == 2
    assert not re.search("[▁]", written)


def test_position_behind_the_end_is_refused(translator):
    pieces = len(explain.step(translator(), TEXT, target="c b a").target_pieces)
    with pytest.raises(InputError, match=f"Expected position to be at most {pieces}, the pieces"):
        explain.step(translator(), TEXT, position=pieces + 1, target="c b a")
