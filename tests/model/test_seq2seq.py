"""Laws of the whole model: padding, batches, causality, sequences and steps, sharing."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.model.decoder import Decoder
from seq2seq.model.encoder import Encoder

EVERY = [
    {"cell": cell, "attention": attention, "depth": depth, "bidirectional": bidirectional}
    for cell, attention, (depth, bidirectional) in itertools.product(
        ("gru", "lstm", "rnn"), ("none", "luong", "bahdanau"), ((1, True), (2, False))
    )
]
SHALLOW = [options for options in EVERY if options["depth"] == 1]
MIXED = SHALLOW[::4]  # each cell and each attention once


def name(options):
    directions = "bidirectional" if options["bidirectional"] else "forward"
    return f"{options['cell']}-{options['attention']}-{options['depth']}-{directions}"


every_model = pytest.mark.parametrize("options", EVERY, ids=name)
every_shallow_model = pytest.mark.parametrize("options", SHALLOW, ids=name)
some_models = pytest.mark.parametrize("options", MIXED, ids=name)


@pytest.fixture
def pairs(batch):
    """The source and target tokens of the batch, in NumPy."""
    return batch["source_tokens"].numpy(), batch["target_tokens"].numpy()


def logits_of(model, source_tokens, target_tokens):
    return model(
        {"source_tokens": tf.constant(source_tokens), "target_tokens": tf.constant(target_tokens)}
    ).numpy()


def assert_close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5)


@every_model
def test_logits_over_a_sequence_equal_logits_step_by_step(options, tiny_model, pairs):
    model = tiny_model(**options)
    (source_tokens, target_tokens) = pairs
    logits = logits_of(model, source_tokens, target_tokens)
    state, source = model.encode(tf.constant(source_tokens))
    for time, tokens in enumerate(target_tokens.T):
        step_logits, state = model.step(tf.constant(tokens), state, source)
        assert_close(step_logits, logits[:, time])


@every_model
def test_extra_padding_never_changes_logits(options, tiny_model, pairs):
    model = tiny_model(**options)
    (source_tokens, target_tokens) = pairs
    logits = logits_of(model, source_tokens, target_tokens)
    assert_close(logits_of(model, np.pad(source_tokens, [[0, 0], [0, 3]]), target_tokens), logits)
    assert_close(
        logits_of(model, source_tokens, np.pad(target_tokens, [[0, 0], [0, 2]]))[:, :4], logits
    )


@some_models
def test_probabilities_of_labels_and_logits_after_a_prefix_are_those_of_the_logits(
    options, tiny_model, batch
):
    model = tiny_model(**options)
    labels = batch["labels"].numpy()
    logits = model(batch).numpy()
    probabilities = np.take_along_axis(tf.nn.softmax(logits).numpy(), labels[..., np.newaxis], -1)[
        ..., 0
    ]
    encoded = model.encode(batch["source_tokens"])
    for given in (None, encoded):
        assert_close(tf.exp(model.score_targets(batch, given)[0]), probabilities)
    prefix = np.where(np.arange(3) < [[2], [0], [3]], labels[:, :3], 0)
    assert_close(model.logits_after(tf.constant(prefix), encoded), logits[[0, 1, 2], [2, 0, 3]])


@every_shallow_model
def test_sentence_alone_equals_the_same_sentence_in_a_batch(options, tiny_model, pairs):
    model = tiny_model(**options)
    (source_tokens, target_tokens) = pairs
    logits = logits_of(model, source_tokens, target_tokens)
    for row in (1, 2):
        real = source_tokens[row] != 0
        assert_close(
            logits_of(model, source_tokens[row : row + 1, real], target_tokens[row : row + 1])[0],
            logits[row],
        )


@every_shallow_model
def test_changing_a_target_token_leaves_earlier_logits_and_changes_later_ones(
    options, tiny_model, pairs
):
    model = tiny_model(**options)
    (source_tokens, target_tokens) = pairs
    logits = logits_of(model, source_tokens, target_tokens)
    for time in range(target_tokens.shape[1]):
        changed = target_tokens.copy()
        changed[:, time] = 8
        difference = np.abs(logits_of(model, source_tokens, changed) - logits).max(-1)
        np.testing.assert_array_equal(difference[:, :time], 0)
        assert np.all(difference[:, time:] > 1e-6)


@every_shallow_model
def test_changing_a_source_token_changes_the_logits_of_its_sentence_alone(
    options, tiny_model, pairs
):
    model = tiny_model(**options)
    (source_tokens, target_tokens) = pairs
    logits = logits_of(model, source_tokens, target_tokens)
    for time in range(source_tokens.shape[1]):
        changed = source_tokens.copy()
        changed[0, time] = 10
        difference = np.abs(logits_of(model, changed, target_tokens) - logits).max(-1)
        assert np.all(difference[0] > 1e-7)
        np.testing.assert_array_equal(difference[1:], 0)


@every_shallow_model
def test_model_equals_its_encoder_and_decoder_used_by_hand(options, tiny_model, pairs):
    model = tiny_model(**options)
    (source_tokens, target_tokens) = pairs
    mask = tf.constant(source_tokens != 0)
    memory, context = model.encoder(tf.constant(source_tokens), mask)
    state = model.decoder.initial_state(context)
    source = model.decoder.attend_to(memory, mask)
    expected, _, weights = model.decoder(tf.constant(target_tokens), state, source)
    assert_close(logits_of(model, source_tokens, target_tokens), expected)
    inputs = {
        "source_tokens": tf.constant(source_tokens),
        "target_tokens": tf.constant(target_tokens),
    }
    _, attention = model.score_targets({**inputs, "labels": inputs["target_tokens"]})
    if options["attention"] == "none":
        np.testing.assert_array_equal(attention, np.zeros([3, 4, 5]))
    else:
        assert_close(attention, weights)


@every_shallow_model
def test_attention_weights_sum_to_one_over_real_tokens_and_are_zero_on_padding(
    options, tiny_model, batch
):
    if options["attention"] == "none":
        return
    weights = tiny_model(**options).score_targets(batch)[1].numpy()
    real = np.broadcast_to(batch["source_tokens"].numpy()[:, np.newaxis] != 0, weights.shape)
    np.testing.assert_array_equal(weights[~real], 0)
    np.testing.assert_allclose((weights * real).sum(-1), 1, rtol=1e-5)


@pytest.mark.parametrize("attention", ["none", "luong", "bahdanau"])
def test_decoder_without_attention_sees_the_source_through_the_context_alone(
    attention, make_model, pairs
):
    model = make_model(cell="lstm", attention=attention)
    (source_tokens, target_tokens) = pairs
    for bridge in model.decoder.bridges[0]:  # now every context leads to the same state
        bridge.kernel.assign(tf.zeros_like(bridge.kernel))
    logits = logits_of(
        model, source_tokens, target_tokens[[0, 0, 0]]
    )  # one target for three sources
    difference = np.abs(logits[1:] - logits[:1]).max(-1)
    assert np.all(difference == 0) if attention == "none" else np.all(difference > 1e-7)


@some_models
def test_one_graph_for_all_sizes_equals_eager(options, tiny_model, pairs):
    model = tiny_model(**options)
    (source_tokens, target_tokens) = pairs
    anything = tf.TensorSpec([None, None], tf.int32)
    graph = tf.function(
        lambda source, target: model({"source_tokens": source, "target_tokens": target}),
        input_signature=[anything, anything],
    )
    logits = logits_of(model, source_tokens, target_tokens)
    for rows, width in ((3, 4), (1, 2)):
        assert_close(
            graph(source_tokens[:rows], target_tokens[:rows, :width]), logits[:rows, :width]
        )
    assert graph.experimental_get_tracing_count() == 1


def test_shared_vocabulary_is_one_matrix_in_three_places(make_model, pairs):
    model = make_model(shared_vocabulary=True)
    (source_tokens, target_tokens) = pairs
    assert model.encoder.embedding is model.decoder.embedding
    assert sum(tuple(variable.shape) == (11, 6) for variable in model.trainable_variables) == 1
    table = model.decoder.embedding.get_weights()[0]

    def changed_logits(token):
        changed = table.copy()
        changed[token] += 0.5
        model.decoder.embedding.set_weights([changed])
        return logits_of(model, source_tokens, target_tokens)

    model.decoder.embedding.set_weights([table])
    logits = logits_of(model, source_tokens, target_tokens)
    unread = np.abs(changed_logits(1) - logits).max(
        (0, 1)
    )  # token 1 is on neither side: only its own logit moves
    np.testing.assert_array_equal(np.flatnonzero(unread > 1e-6), [1])
    in_source = np.abs(changed_logits(8) - logits).max(1)  # token 8 is in the second source alone
    assert np.all(in_source[1] > 1e-6)
    np.testing.assert_array_equal(np.flatnonzero(in_source[0] > 1e-6), [8])
    in_target = np.abs(
        changed_logits(10) - logits
    )  # token 10 is the third input of the first target
    assert np.all(in_target[0, 2].max() > 1e-6) and np.any(in_target[0, 2][:10] > 1e-6)
    np.testing.assert_array_equal(np.flatnonzero(in_target[0, :2].max(0) > 1e-6), [10])


@some_models
def test_targets_are_the_first_tokens_of_a_shared_vocabulary(options, make_model, pairs):
    """A model with fewer target tokens is the one with all of them, but for the missing logits."""
    all_tokens = make_model(
        shared_vocabulary=True, source_vocabulary_size=13, target_vocabulary_size=13, **options
    )
    fewer = make_model(
        shared_vocabulary=True, source_vocabulary_size=13, target_vocabulary_size=11, **options
    )
    fewer.set_weights(all_tokens.get_weights())
    logits = logits_of(fewer, *pairs)
    assert logits.shape[-1] == 11
    assert_close(logits, logits_of(all_tokens, *pairs)[..., :11])


def test_more_target_tokens_than_source_tokens_are_refused_where_they_are_shared(make_model):
    with pytest.raises(ValueError, match="at most source_vocabulary_size.*Received: 12 and 11"):
        make_model(shared_vocabulary=True, source_vocabulary_size=11, target_vocabulary_size=12)


def test_separate_vocabularies_share_nothing(make_model, pairs):
    model = make_model(source_vocabulary_size=13, target_vocabulary_size=11)
    (source_tokens, target_tokens) = pairs
    logits = logits_of(model, source_tokens, target_tokens)
    assert logits.shape[-1] == 11
    table = model.encoder.embedding.get_weights()[0]
    assert table.shape[0] == 13
    table[8] += 0.5
    model.encoder.embedding.set_weights([table])
    difference = np.abs(logits_of(model, source_tokens, target_tokens) - logits).max((1, 2))
    np.testing.assert_array_equal(difference > 1e-6, [False, True, False])


@some_models
def test_dropout_is_off_at_inference_and_on_in_training(options, make_model, tiny_model, batch):
    model = make_model(dropout=0.5, **options)
    plain = tiny_model(**options)
    np.testing.assert_array_equal(model(batch), plain(batch))
    assert not np.allclose(model(batch, training=True), plain(batch))


@pytest.mark.parametrize(
    "attention",
    [
        "bahdanau",  # which has the most to compute at each step
        pytest.param("luong", marks=pytest.mark.slow),
        pytest.param("none", marks=pytest.mark.slow),
    ],
)
def test_a_training_step_loops_once_forward_and_once_back_over_each_layer(
    attention, make_model, batch
):
    model = make_model(attention=attention, depth=2)
    model.compile(optimizer="sgd")
    operations = tf.function(model.train_step).get_concrete_function(batch).graph.get_operations()
    loops = [
        operation.name for operation in operations if operation.type in ("While", "StatelessWhile")
    ]
    assert len(loops) == 2 * (2 * 2 + 2), (
        loops
    )  # the encoder's layers in two directions, the decoder's in one


def test_every_option_reaches_its_layer(make_model):
    model = make_model(
        encoder_layers=2,
        decoder_layers=1,
        cell="lstm",
        attention="none",
        bidirectional=False,
        units=7,
    )
    wide = make_model(units=8, decoder_units=5, attention="bahdanau")
    assert wide.encoder.directions[0][0].units == 4 and wide.decoder.recurrent_layers[0].units == 5
    assert len(model.encoder.directions) == 2 and len(model.encoder.directions[0]) == 1
    assert len(model.decoder.recurrent_layers) == 1 and model.decoder.attention is None
    assert isinstance(model.encoder, Encoder) and isinstance(model.decoder, Decoder)
    layers = [
        *model.decoder.recurrent_layers,
        *(layer for layers in model.encoder.directions for layer in layers),
    ]
    assert {(type(layer).__name__, layer.units) for layer in layers} == {("LSTM", 7)}


def test_odd_units_in_two_directions_are_an_error(make_model):
    with pytest.raises(ValueError, match="even number of units.*Received: units=7"):
        make_model(units=7)


def test_unknown_attention_is_an_error(make_model):
    with pytest.raises(ValueError, match="none, luong, bahdanau.*Received: 'self'"):
        make_model(attention="self")


def test_unknown_cell_is_an_error(make_model):
    with pytest.raises(ValueError, match="Expected cell .*transformer"):
        make_model(cell="transformer")
