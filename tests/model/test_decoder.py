"""Laws of the decoder: one path for sequences and steps, causality, depth, attention, dropout."""

import functools
import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from seq2seq.model.decoder import Decoder
from seq2seq.model.options import ATTENTION_NAMES, CELL_NAMES

VOCABULARY = 11
EMBEDDING = 6
UNITS = 8
CONTEXT = 7
MEMORY_UNITS = 10
LENGTHS = (5, 3, 1)
TOKENS = np.array([[2, 5, 10, 4], [2, 7, 3, 0], [2, 9, 6, 3]])
EVERY = [
    {"cell": cell, "attention": attention, "num_layers": depth}
    for cell, attention, depth in itertools.product(CELL_NAMES, ATTENTION_NAMES, (1, 2))
]
SHALLOW = [options for options in EVERY if options["num_layers"] == 1]
DEEP = [options for options in EVERY if options["num_layers"] == 2]


def name(options):
    return "-".join(map(str, options.values()))


every_decoder = pytest.mark.parametrize("options", EVERY, ids=name)
every_shallow_decoder = pytest.mark.parametrize("options", SHALLOW, ids=name)
every_deep_decoder = pytest.mark.parametrize("options", DEEP, ids=name)


def random_normal(*shape, seed):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def make_source(decoder):
    """What the decoder needs of a memory."""
    memory = random_normal(len(LENGTHS), 5, MEMORY_UNITS, seed=1)
    return decoder.attend_to(tf.constant(memory), tf.sequence_mask(LENGTHS, 5))


@pytest.fixture(scope="module")
def make_decoder(randomize):
    """`make_decoder(**options)` is a decoder with random weights, its first state and source."""

    def make(*, seed=0, **options):
        decoder = Decoder(keras.layers.Embedding(VOCABULARY, EMBEDDING), UNITS, **options)
        context = tf.constant(random_normal(len(LENGTHS), CONTEXT, seed=2))
        decoder(tf.constant(TOKENS), decoder.initial_state(context), make_source(decoder))
        randomize(decoder, seed)
        return decoder, decoder.initial_state(context), make_source(decoder)

    return make


@pytest.fixture(scope="module")
def tiny_decoder(make_decoder):
    """As `make_decoder`, made once for each set of options: for tests that leave it as it is."""
    return functools.cache(make_decoder)


def decode(decoder, tokens, state, source, **options):
    return decoder(tf.constant(tokens), state, source, **options)


def stack_by_hand(decoder, tokens, state, source, recurrence):
    """Logits, state and attention with Keras's cells, token by token and layer by layer."""
    table = decoder.embedding.get_weights()[0]
    state = [list(parts) for parts in state]
    all_logits = []
    all_weights = []
    for token in tokens.T:
        embedded = outputs = table[token]
        for index, layer in enumerate(decoder.recurrent_layers):
            inputs = below = outputs
            if recurrence and index == 0:  # attends with the state before this step
                context, weights = decoder.attention(state[0][0][:, tf.newaxis], *source)
                inputs = tf.concat([below, context[:, 0]], -1)
            elif decoder.attention and not recurrence and index:
                inputs = tf.concat([below, context[:, 0]], -1)
            outputs, state[index] = layer.cell(inputs, state[index])
            if index:
                outputs += below
            elif decoder.attention and not recurrence:  # attends with the state after this step
                context, weights = decoder.attention(outputs[:, tf.newaxis], *source)
        features = [outputs]
        if decoder.attention:
            features += [context[:, 0]]
        if recurrence:
            features += [embedded]
        kernel, bias = decoder.readout.get_weights()
        features = np.tanh(np.concatenate(features, -1) @ kernel + bias)
        all_logits.append(features @ table.T)
        all_weights.append(weights[:, 0] if decoder.attention else None)
    return np.stack(all_logits, 1), state, np.stack(all_weights, 1) if decoder.attention else None


def assert_same_state(actual, expected):
    for one, other in zip(tf.nest.flatten(actual), tf.nest.flatten(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@every_decoder
def test_decoder_equals_its_cells_stacked_by_hand(options, tiny_decoder):
    decoder, state, source = tiny_decoder(**options)
    logits, final, weights = decode(decoder, TOKENS, state, source)
    recurrence = options["attention"] == "bahdanau"
    expected, expected_final, expected_weights = stack_by_hand(
        decoder, TOKENS, state, source, recurrence
    )
    np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-5)
    assert_same_state(final, expected_final)
    if decoder.attention:
        np.testing.assert_allclose(weights, expected_weights, rtol=1e-4, atol=1e-5)


@every_decoder
def test_logits_over_a_sequence_equal_logits_step_by_step(options, tiny_decoder):
    decoder, state, source = tiny_decoder(**options)
    logits, final, weights = decode(decoder, TOKENS, state, source)
    for time in range(TOKENS.shape[1]):
        step_logits, state, step_weights = decode(
            decoder, TOKENS[:, time : time + 1], state, source
        )
        np.testing.assert_allclose(step_logits, logits[:, time : time + 1], rtol=1e-4, atol=1e-5)
        if decoder.attention:
            np.testing.assert_allclose(
                step_weights, weights[:, time : time + 1], rtol=1e-4, atol=1e-5
            )
    assert_same_state(state, final)


@every_shallow_decoder
def test_changing_a_target_token_leaves_earlier_logits_and_changes_later_ones(
    options, tiny_decoder
):
    decoder, state, source = tiny_decoder(**options)
    logits, _, _ = decode(decoder, TOKENS, state, source)
    for time in range(TOKENS.shape[1]):
        changed = TOKENS.copy()
        changed[:, time] = 8
        difference = np.abs(decode(decoder, changed, state, source)[0] - logits).max(-1)
        np.testing.assert_array_equal(difference[:, :time], 0)
        assert np.all(difference[:, time:] > 1e-6)


@every_shallow_decoder
def test_sentence_alone_equals_the_same_sentence_in_a_batch(options, tiny_decoder):
    decoder, state, source = tiny_decoder(**options)
    logits, _, _ = decode(decoder, TOKENS, state, source)
    for row, length in enumerate(LENGTHS):
        only_state = tf.nest.map_structure(lambda part, row=row: part[row : row + 1], state)
        only_source = tf.nest.map_structure(
            lambda part, row=row, end=length: part[row : row + 1, :end], source
        )
        alone, _, _ = decode(decoder, TOKENS[row : row + 1, :3], only_state, only_source)
        np.testing.assert_allclose(alone[0], logits[row, :3], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn"])
def test_initial_state_is_a_tanh_layer_of_the_context_per_layer_and_part(cell, make_decoder):
    decoder, state, _ = make_decoder(cell=cell, num_layers=2)
    context = random_normal(len(LENGTHS), CONTEXT, seed=2)
    assert len(state) == 2 and {len(parts) for parts in state} == {2 if cell == "lstm" else 1}
    for bridges, parts in zip(decoder.bridges, state, strict=True):
        for bridge, part in zip(bridges, parts, strict=True):
            kernel, bias = bridge.get_weights()
            np.testing.assert_allclose(part, np.tanh(context @ kernel + bias), rtol=1e-5, atol=1e-6)
    flat = [part.numpy() for part in tf.nest.flatten(state)]
    assert not any(np.allclose(one, other) for one, other in itertools.combinations(flat, 2))


@every_deep_decoder
def test_every_part_of_the_state_matters(options, tiny_decoder):
    decoder, state, source = tiny_decoder(**options)
    logits, _, _ = decode(decoder, TOKENS, state, source)
    flat = tf.nest.flatten(state)
    for index in range(len(flat)):
        changed = [part + 0.3 * (place == index) for place, part in enumerate(flat)]
        other, _, _ = decode(decoder, TOKENS, tf.nest.pack_sequence_as(state, changed), source)
        assert np.all(np.abs(other - logits).max(-1)[:, 0] > 1e-5)


@every_shallow_decoder
def test_features_through_the_output_layer_are_the_logits(options, tiny_decoder):
    decoder, state, source = tiny_decoder(**options)
    logits, final, _ = decode(decoder, TOKENS, state, source)
    features, features_final, _ = decoder.features(
        decoder.embedding(tf.constant(TOKENS)), state, source
    )
    expected = features @ tf.transpose(decoder.embedding.embeddings)
    np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-5)
    assert_same_state(features_final, final)


def test_output_layer_is_tied_to_the_embedding(make_decoder):
    decoder, state, source = make_decoder()
    before, _, _ = decode(decoder, TOKENS, state, source)
    table = decoder.embedding.get_weights()[0]
    table[8] += 1  # a token that the decoder does not read here
    decoder.embedding.set_weights([table])
    after, _, _ = decode(decoder, TOKENS, state, source)
    changed = np.abs(after - before).max((0, 1)) > 1e-6
    np.testing.assert_array_equal(np.flatnonzero(changed), [8])


@pytest.mark.parametrize(
    ("attention", "attends"), [("none", False), ("luong", True), ("bahdanau", True)]
)
def test_memory_matters_exactly_where_there_is_attention(attention, attends, make_decoder):
    decoder, state, source = make_decoder(attention=attention)
    assert bool(source) == attends
    if attends:
        memory, _, mask = source
        other, _, _ = decode(decoder, TOKENS, state, decoder.attend_to(memory + 0.5, mask))
        logits, _, _ = decode(decoder, TOKENS, state, source)
        assert np.all(np.abs(other - logits).max(-1) > 1e-6)


def test_dropout_is_constant_over_time_and_differs_between_sentences(make_decoder):
    decoder, state, source = make_decoder(cell="rnn", num_layers=2, attention="none", dropout=0.5)
    for (
        layer
    ) in decoder.recurrent_layers:  # without memory of the past, equal inputs have equal outputs
        layer.cell.recurrent_kernel.assign(tf.zeros_like(layer.cell.recurrent_kernel))
    logits, _, _ = decode(decoder, np.full([3, 4], 7), state, source, training=True)
    np.testing.assert_allclose(logits, np.repeat(logits[:, :1], 4, axis=1), rtol=1e-5, atol=1e-6)
    assert not np.allclose(logits[0], logits[1])


@pytest.mark.parametrize("attention", ["none", "luong", "bahdanau"])
def test_dropout_is_off_at_inference_and_on_in_training(attention, make_decoder):
    decoder, state, source = make_decoder(attention=attention, dropout=0.5)
    plain, _, _ = make_decoder(attention=attention)
    expected, _, _ = decode(plain, TOKENS, state, source)
    np.testing.assert_array_equal(decode(decoder, TOKENS, state, source)[0], expected)
    assert not np.allclose(decode(decoder, TOKENS, state, source, training=True)[0], expected)


@every_deep_decoder
def test_decoder_gradient_reaches_every_weight(options, tiny_decoder):
    decoder, _, _ = tiny_decoder(**options)
    with tf.GradientTape() as tape:
        state = decoder.initial_state(tf.constant(random_normal(len(LENGTHS), CONTEXT, seed=2)))
        logits, _, _ = decode(decoder, TOKENS, state, make_source(decoder))
        total = tf.reduce_sum(random_normal(*logits.shape, seed=3) * logits)
    values = [variable.value for variable in decoder.trainable_variables]
    for variable, gradient in zip(
        decoder.trainable_variables, tape.gradient(total, values), strict=True
    ):
        assert gradient is not None and np.any(tf.convert_to_tensor(gradient) != 0), variable.path


def test_unknown_attention_is_an_error_that_names_the_known_ones():
    with pytest.raises(ValueError, match="none, luong, bahdanau.*Received: 'self'"):
        Decoder(keras.layers.Embedding(VOCABULARY, EMBEDDING), UNITS, attention="self")
