"""The programs of the course: gradients that slopes show, changes that do what they say."""

import numpy as np
import pytest
import tensorflow as tf

import activations
import exposure_bias
import metrics
from seq2seq.model.options import ModelOptions
from seq2seq.model.seq2seq import Seq2Seq

every_activation = pytest.mark.parametrize("name", activations.ACTIVATIONS)


@every_activation
def test_gradient_of_an_activation_is_the_slope_of_the_loss(name):
    activation = activations.ACTIVATIONS[name]
    rng = np.random.default_rng(1)
    weights = activations.new_weights(rng)
    inputs = rng.choice([-1.0, 1.0], size=(5, 3))
    mixture = rng.normal(size=(3, activations.UNITS))

    def loss():
        return np.sum(mixture * activations.forward(activation, weights, inputs)[-1])

    states = activations.forward(activation, weights, inputs)
    d_weights, _ = activations.backward(activation, weights, inputs, states, mixture)
    for matrix, place in (("W", (0, 3)), ("U", (2, 5)), ("b", (7,))):
        before = weights[matrix][place]
        weights[matrix][place] = before + 1e-6
        above = loss()
        weights[matrix][place] = before - 1e-6
        below = loss()
        weights[matrix][place] = before

        slope = (above - below) / 2e-6
        np.testing.assert_allclose(d_weights[matrix][place], slope, rtol=1e-4, atol=1e-7)


def test_recurrent_matrix_stretches_all_directions_alike():
    matrix = activations.recurrent_matrix(np.random.default_rng(1), 1.5)
    np.testing.assert_allclose(np.linalg.svd(matrix)[1], 1.5)


def test_only_relu_lets_the_state_grow():
    sizes = {
        name: activations.measure(activation, 2.0).sizes[-1]
        for name, activation in activations.ACTIVATIONS.items()
    }
    assert max(sizes["tanh"], sizes["sigmoid"]) <= 1 < sizes["ReLU"]


def test_activations_prints_and_draws(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(activations, "UPDATES", 2)
    monkeypatch.setattr(activations, "TRAININGS", 1)
    picture = tmp_path / "picture.svg"
    activations.main(["--output", str(picture)])

    assert "right: " in capsys.readouterr().out
    assert "<svg" in picture.read_text(encoding="utf-8")


def test_a_decoder_that_reads_what_it_wrote_is_right_everywhere():
    model = Seq2Seq(
        ModelOptions(units=8, embedding_size=6),
        source_vocabulary_size=11,
        target_vocabulary_size=9,
    )
    sources = tf.constant([[5, 6, 3], [7, 3, 0]])
    places = tf.zeros([2, 4], tf.int32)  # of which the number alone is read
    written = exposure_bias.read_own_output(model, sources, places)

    np.testing.assert_array_equal(
        exposure_bias.read_reference(model, sources, tf.constant(written)), written
    )


def test_every_change_changes_every_sentence_it_is_given():
    references = metrics.find_sentences()
    assert references
    for name, change in metrics.CHANGES.items():
        changed = [change.apply(reference) for reference in references]
        assert changed != references, name
        assert all(changed)


def test_changes_do_what_they_are_called():
    sentence = "나는 어제 학교에서 영어를 배웠어."
    assert metrics.politely(sentence) == "나는 어제 학교에서 영어를 배웠어요."
    assert metrics.in_another_order(sentence) == "어제 나는 학교에서 영어를 배웠어."
    assert metrics.with_another_particle(sentence) == "나가 어제 학교에서 영어를 배웠어."
    assert metrics.negated(sentence) == "나는 어제 학교에서 영어를 안 배웠어."
    assert metrics.without_spaces(sentence) == "나는어제학교에서영어를배웠어."
    assert sorted(metrics.shuffled(sentence).split()) == sorted(sentence.split())


def test_scores_of_the_opposite_can_be_above_those_of_the_same_meaning(tmp_path, capsys):
    picture = tmp_path / "picture.svg"
    scores = metrics.main(["--output", str(picture)])

    assert scores["negated"]["chrF2"] > scores["first two words exchanged"]["chrF2"]
    assert scores["no spaces"]["BLEU"] < 5 < scores["no spaces"]["chrF2"]
    assert "<svg" in picture.read_text(encoding="utf-8")
