"""Laws of the encoder, on its own: depth, directions, padding and dropout."""

import functools
import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from seq2seq.model.encoder import Encoder

VOCABULARY = 11
EMBEDDING = 6
UNITS = 8
EVERY = [
    {"cell": cell, "num_layers": depth, "bidirectional": bidirectional}
    for cell, depth, bidirectional in itertools.product(
        ("gru", "lstm", "rnn"), (1, 2), (True, False)
    )
]

every_encoder = pytest.mark.parametrize(
    "options", EVERY, ids=lambda options: "-".join(map(str, options.values()))
)


@pytest.fixture(scope="module")
def make_encoder(randomize):
    def make(**options):
        encoder = Encoder(keras.layers.Embedding(VOCABULARY, EMBEDDING), UNITS, **options)
        encoder(tf.constant([[3]]), tf.constant([[True]]))
        return randomize(encoder)

    return make


@pytest.fixture(scope="module")
def tiny_encoder(make_encoder):
    """As `make_encoder`, made once for each set of options: for tests that leave it as it is."""
    return functools.cache(make_encoder)


@pytest.fixture
def source_tokens(batch):
    return batch["source_tokens"].numpy()


def read(encoder, source_tokens, **options):
    return encoder(tf.constant(source_tokens), tf.constant(source_tokens != 0), **options)


def stack_by_hand(encoder, tokens):
    """Memory and context of one sentence with Keras's cells, step by step and layer by layer."""
    inputs = encoder.embedding.get_weights()[0][tokens]
    for index, layers in enumerate(encoder.directions):
        outputs = []
        finals = []
        for layer, order in zip(layers, (1, -1), strict=False):
            state = [tf.zeros([1, layer.units])] * len(tf.nest.flatten(layer.cell.state_size))
            steps = []
            for vector in inputs[::order]:
                output, state = layer.cell(vector[np.newaxis], state)
                steps.append(output.numpy()[0])
            outputs.append(steps[::order])
            finals.append(steps[-1])
        outputs = np.concatenate(outputs, -1)
        inputs = outputs + inputs if index else outputs
    return inputs, np.concatenate(finals)


@every_encoder
def test_encoder_equals_its_cells_stacked_by_hand(options, tiny_encoder, source_tokens):
    encoder = tiny_encoder(**options)
    memory, context = read(encoder, source_tokens)
    for row, tokens in enumerate(source_tokens):
        real = tokens[tokens != 0]
        expected_memory, expected_context = stack_by_hand(encoder, real)
        np.testing.assert_allclose(memory[row, : len(real)], expected_memory, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(context[row], expected_context, rtol=1e-4, atol=1e-5)


@every_encoder
def test_encoder_ignores_extra_padding(options, tiny_encoder, source_tokens):
    encoder = tiny_encoder(**options)
    memory, context = read(encoder, source_tokens)
    padded_memory, padded_context = read(encoder, np.pad(source_tokens, [[0, 0], [0, 3]]))
    real = source_tokens != 0
    np.testing.assert_allclose(
        padded_memory.numpy()[:, :5][real], memory.numpy()[real], rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(padded_context, context, rtol=1e-5, atol=1e-6)


@every_encoder
def test_encoder_ignores_the_tokens_under_the_padding(options, tiny_encoder, source_tokens):
    encoder = tiny_encoder(**options)
    mask = source_tokens != 0
    memory, context = read(encoder, source_tokens)
    other_memory, other_context = encoder(
        tf.constant(np.where(mask, source_tokens, 9)), tf.constant(mask)
    )
    np.testing.assert_allclose(other_memory.numpy()[mask], memory.numpy()[mask], atol=1e-6)
    np.testing.assert_allclose(other_context, context, atol=1e-6)


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn"])
def test_memory_knows_later_tokens_only_where_bidirectional(cell, make_encoder):
    tokens = np.array([[4, 7, 5, 9, 3]])
    other = np.array([[4, 7, 5, 8, 3]])
    for bidirectional in (True, False):
        encoder = make_encoder(cell=cell, bidirectional=bidirectional)
        difference = np.abs(read(encoder, tokens)[0] - read(encoder, other)[0]).max(-1)[0]
        assert np.all(difference[3:] > 1e-6)
        assert np.all(difference[:3] > 1e-6) if bidirectional else np.all(difference[:3] == 0)


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn"])
def test_exchanging_the_directions_reads_the_reversed_sentence(cell, make_encoder):
    encoder = make_encoder(cell=cell)
    mirror = make_encoder(cell=cell)
    forward, backward = encoder.directions[0]
    mirror.directions[0][0].set_weights(backward.get_weights())
    mirror.directions[0][1].set_weights(forward.get_weights())
    tokens = np.array([[4, 7, 5, 9, 3]])
    memory, context = read(encoder, tokens)
    mirrored_memory, mirrored_context = read(mirror, tokens[:, ::-1])
    halves = UNITS // 2
    np.testing.assert_allclose(
        np.roll(mirrored_memory, halves, -1)[:, ::-1], memory, rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(np.roll(mirrored_context, halves, -1), context, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("num_layers", [1, 2])
def test_dropout_is_constant_over_time_and_differs_between_sentences(num_layers, make_encoder):
    encoder = make_encoder(cell="rnn", bidirectional=False, num_layers=num_layers, dropout=0.5)
    for (
        layer,
    ) in encoder.directions:  # without memory of the past, equal inputs have equal outputs
        layer.cell.recurrent_kernel.assign(tf.zeros_like(layer.cell.recurrent_kernel))
    memory, _ = read(encoder, np.full([3, 5], 7), training=True)
    np.testing.assert_allclose(memory, np.repeat(memory[:, :1], 5, axis=1), rtol=1e-6)
    assert np.any(memory.numpy() == 0) and np.any(memory.numpy() != 0)
    assert not np.allclose(memory[0], memory[1])


def test_dropout_is_off_at_inference_and_keeps_the_mean(make_encoder, source_tokens):
    encoder = make_encoder(dropout=0.5)
    plain = make_encoder()
    np.testing.assert_array_equal(read(encoder, source_tokens)[0], read(plain, source_tokens)[0])
    embedded = encoder.embedding(tf.fill([20_000, 1], 7))
    dropped = encoder.dropout(embedded, training=True)
    np.testing.assert_allclose(np.mean(dropped, 0), embedded[0], rtol=0.05)


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn"])
def test_encoder_gradient_reaches_every_weight(cell, tiny_encoder, source_tokens):
    encoder = tiny_encoder(cell=cell, num_layers=2, bidirectional=True)
    with tf.GradientTape() as tape:
        memory, context = read(encoder, source_tokens)
        total = tf.reduce_sum(memory[0] ** 2) + tf.reduce_sum(context**2)
    values = [variable.value for variable in encoder.trainable_variables]
    for variable, gradient in zip(
        encoder.trainable_variables, tape.gradient(total, values), strict=True
    ):
        assert gradient is not None and np.any(tf.convert_to_tensor(gradient) != 0), variable.path


def test_odd_units_in_two_directions_are_an_error():
    with pytest.raises(ValueError, match="even number of units.*Received: units=7"):
        Encoder(keras.layers.Embedding(VOCABULARY, EMBEDDING), 7)
    Encoder(keras.layers.Embedding(VOCABULARY, EMBEDDING), 7, bidirectional=False)
