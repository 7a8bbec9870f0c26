"""Laws of the loss and of the training step, in NumPy and by automatic differentiation."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from seq2seq.model.loss import cross_entropy

BATCH = 3
LENGTH = 4
EMBEDDING = 6
VOCABULARY = 11
LABELS = np.array([[5, 10, 4, 3], [7, 3, 0, 0], [9, 5, 3, 0]])

every_smoothing = pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.3])
MODELS = list(itertools.product(("gru", "lstm", "rnn"), ("none", "luong", "bahdanau")))
FEW = [("gru", "luong"), ("lstm", "bahdanau"), ("rnn", "none")]  # every cell, every attention
some_models = pytest.mark.parametrize(
    ("cell", "attention"),
    [*FEW, *(pytest.param(*kind, marks=pytest.mark.slow) for kind in MODELS if kind not in FEW)],
)


@pytest.fixture
def outputs():
    """Features and embeddings of an output layer."""
    generator = np.random.default_rng(0)
    shapes = (BATCH, LENGTH, EMBEDDING), (VOCABULARY, EMBEDDING)
    return [generator.normal(size=shape).astype("float32") for shape in shapes]


def loss_by_hand(features, embeddings, labels, smoothing):
    """Smoothed loss and negative log-likelihood per real token, token by token in float64."""
    losses = []
    nlls = []
    for row, time in zip(*np.nonzero(labels), strict=True):
        logits = np.float64(embeddings) @ features[row, time]
        log_probs = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
        target = np.full(VOCABULARY, smoothing / VOCABULARY)
        target[labels[row, time]] += 1 - smoothing
        losses.append(-target @ log_probs)
        nlls.append(-log_probs[labels[row, time]])
    return np.mean(losses), np.mean(nlls), len(nlls)


def plain_loss(logits, labels, smoothing):
    """The smoothed loss as TensorFlow differentiates it by itself."""
    weights = tf.cast(labels != 0, tf.float32)
    targets = (1 - smoothing) * tf.one_hot(labels, VOCABULARY) + smoothing / VOCABULARY
    losses = -tf.reduce_sum(targets * tf.nn.log_softmax(logits), -1)
    return tf.reduce_sum(losses * weights) / tf.reduce_sum(weights)


def gradients_of(function, outputs):
    """Gradient of a multiple of a loss, so that the factor counts too."""
    outputs = [tf.constant(output) for output in outputs]
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        loss = 2.5 * function(*outputs)
    return tape.gradient(loss, outputs)


def fused_gradients(outputs, smoothing, labels=LABELS):
    return gradients_of(
        lambda *outputs: cross_entropy(*outputs, labels, smoothing=smoothing)[0], outputs
    )


def plain_gradients(outputs, smoothing):
    def loss(features, embeddings):
        return plain_loss(tf.einsum("bte,ve->btv", features, embeddings), LABELS, smoothing)

    return gradients_of(loss, outputs)


@every_smoothing
def test_loss_equals_the_loss_by_hand(smoothing, outputs):
    results = cross_entropy(*outputs, LABELS, smoothing=smoothing)
    np.testing.assert_allclose(results, loss_by_hand(*outputs, LABELS, smoothing), rtol=1e-5)


@every_smoothing
@pytest.mark.parametrize("scale", [1, 60], ids=["likely", "impossible"])
def test_gradient_equals_automatic_differentiation(smoothing, scale, outputs):
    outputs[0] *= scale  # at 60 some labels have a probability below the smallest number
    for one, other in zip(
        fused_gradients(outputs, smoothing), plain_gradients(outputs, smoothing), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * scale)


@every_smoothing
def test_padding_has_no_influence(smoothing, outputs):
    features, embeddings = outputs
    results = cross_entropy(*outputs, LABELS, smoothing=smoothing)
    gradients = fused_gradients(outputs, smoothing)
    features = np.where((LABELS == 0)[..., np.newaxis], 1e3, features).astype("float32")
    features = np.pad(features, [[0, 0], [0, 2], [0, 0]], constant_values=7)
    labels = np.pad(LABELS, [[0, 0], [0, 2]])
    others = [features, embeddings]
    np.testing.assert_allclose(
        cross_entropy(*others, labels, smoothing=smoothing), results, rtol=1e-5
    )
    d_features, *d_output = fused_gradients(others, smoothing, labels)
    np.testing.assert_array_equal(d_features.numpy()[labels == 0], 0)
    np.testing.assert_allclose(d_features[:, :LENGTH], gradients[0], rtol=1e-4, atol=1e-6)
    for one, other in zip(d_output, gradients[1:], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


@every_smoothing
def test_loss_of_a_batch_is_the_token_weighted_mean_of_its_sentences(smoothing, outputs):
    features, embeddings = outputs
    alone = [
        cross_entropy(
            features[row : row + 1], embeddings, LABELS[row : row + 1], smoothing=smoothing
        )
        for row in range(BATCH)
    ]
    loss, nll, tokens = cross_entropy(*outputs, LABELS, smoothing=smoothing)
    assert tokens == sum(count for _, _, count in alone) == 9
    np.testing.assert_allclose(
        loss, sum(loss * count for loss, _, count in alone) / tokens, rtol=1e-5
    )
    np.testing.assert_allclose(nll, sum(nll * count for _, nll, count in alone) / tokens, rtol=1e-5)


def test_loss_of_an_impossible_label_is_finite(outputs):
    outputs[0] *= 1e4
    loss, nll, _ = cross_entropy(*outputs, LABELS, smoothing=0.1)
    assert np.isfinite(loss) and nll > 20
    assert all(np.all(np.isfinite(gradient)) for gradient in fused_gradients(outputs, 0.1))


@every_smoothing
def test_bfloat16_loss_stays_near_float32_and_hands_over_float32(smoothing, outputs, precision):
    exact = [
        *cross_entropy(*outputs, LABELS, smoothing=smoothing),
        *fused_gradients(outputs, smoothing),
    ]
    precision("bfloat16")
    rounded = [
        *cross_entropy(*outputs, LABELS, smoothing=smoothing),
        *fused_gradients(outputs, smoothing),
    ]
    for one, other in zip(rounded, exact, strict=True):
        assert one.dtype == tf.float32
        assert np.linalg.norm(one - other) < 0.02 * np.linalg.norm(other)
    assert any(np.any(one != other) for one, other in zip(rounded, exact, strict=True))


@some_models
def test_loss_of_a_training_step_equals_cross_entropy_of_the_logits(
    cell, attention, make_model, batch
):
    """The test below holds it of the loss for every kind of model, and of the gradient."""
    model = make_model(cell=cell, attention=attention)
    model.compile(keras.optimizers.SGD(0.0))
    assert model.label_smoothing == 0.1

    results = model.train_step(batch)
    logits = model(batch)

    loss = plain_loss(logits, batch["labels"], 0.1)
    nll = plain_loss(logits, batch["labels"], 0.0)
    np.testing.assert_allclose(results["loss"], loss, rtol=1e-5)
    np.testing.assert_allclose(model.nll_per_token.result(), nll, rtol=1e-5)
    assert results["tokens"] == 9


SEPARATE = {"shared_vocabulary": False}
SHARED = {"shared_vocabulary": True}
PARTLY_SHARED = {"shared_vocabulary": True, "source_vocabulary_size": 13}


@pytest.mark.parametrize(
    ("cell", "attention", "vocabulary"),
    [
        *((*model, SHARED) for model in MODELS),
        ("gru", "luong", SEPARATE),
        ("gru", "luong", PARTLY_SHARED),
    ],
)
def test_training_step_descends_the_gradient_of_the_plain_loss(
    cell, attention, vocabulary, make_model, batch
):
    model = make_model(cell=cell, attention=attention, clip_norm=1e9, **vocabulary)
    model.compile(keras.optimizers.SGD(1.0))
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = plain_loss(model(batch), batch["labels"], 0.1)
    gradients = [
        tf.convert_to_tensor(g)
        for g in tape.gradient(loss, [variable.value for variable in variables])
    ]
    before = [variable.numpy() for variable in variables]
    results = model.train_step(batch)
    np.testing.assert_allclose(results["loss"], loss, rtol=1e-5)
    np.testing.assert_allclose(
        results["gradient_norm"], tf.linalg.global_norm(gradients), rtol=1e-4
    )
    for variable, old, gradient in zip(variables, before, gradients, strict=True):
        np.testing.assert_allclose(
            old - variable, gradient, rtol=1e-3, atol=2e-5, err_msg=variable.path
        )
        assert np.any(gradient != 0), variable.path


@some_models
def test_micro_batches_make_the_step_of_the_whole(cell, attention, make_model, batch):
    models = [make_model(cell=cell, attention=attention, micro_batches=parts) for parts in (1, 2)]
    for model in models:
        model.compile(keras.optimizers.SGD(1.0))
    for rows in (3, 1):  # one is less than a row for each part
        results = [
            model.train_step({name: side[:rows] for name, side in batch.items()})
            for model in models
        ]
        for name, number in results[0].items():
            np.testing.assert_allclose(results[1][name], number, rtol=1e-5, err_msg=name)
        for one, other in zip(*(model.get_weights() for model in models), strict=True):
            np.testing.assert_allclose(other, one, rtol=1e-4, atol=1e-5)


def test_step_in_float16_loses_no_small_gradient(make_model, batch, precision):
    batch = {
        name: tf.repeat(side, 5000, 0) for name, side in batch.items()
    }  # so that each token's is small
    models = [make_model(clip_norm=1e9) for _ in range(2)]
    before = models[0].get_weights()
    for model, name in zip(models, ("float32", "float16"), strict=True):
        precision(name)
        model.compile(keras.optimizers.SGD(1.0))
        model.train_step(batch)
    for old, exact, rounded in zip(before, *(model.get_weights() for model in models), strict=True):
        assert np.linalg.norm(rounded - exact) < 0.005 * np.linalg.norm(
            exact - old
        )  # 0.03 without a scale


@pytest.mark.parametrize(
    ("cell", "attention"),
    [
        ("rnn", "none"),
        pytest.param("gru", "luong", marks=pytest.mark.slow),
        pytest.param("lstm", "bahdanau", marks=pytest.mark.slow),
    ],
)
def test_training_on_a_fixed_batch_learns_it(cell, attention, make_model, batch):
    """A step of every kind of model descends the gradient, as a test above holds."""
    model = make_model(cell=cell, attention=attention, label_smoothing=0.0)
    model.compile(keras.optimizers.Adam(0.02), jit_compile=False)
    before = plain_loss(model(batch), batch["labels"], 0.0)
    model.fit(
        tf.data.Dataset.from_tensors(batch).repeat(), steps_per_epoch=60, verbose=0, shuffle=False
    )
    after = plain_loss(model(batch), batch["labels"], 0.0)
    assert after < 0.2 * before


@pytest.mark.parametrize("clip_norm", [0.01, 1e9], ids=["clipped", "unclipped"])
def test_gradient_above_the_limit_is_scaled_down_to_it(clip_norm, make_model, batch):
    model = make_model(clip_norm=clip_norm)
    model.compile(keras.optimizers.SGD(1.0))
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = plain_loss(model(batch), batch["labels"], 0.1)
    gradients = [
        tf.convert_to_tensor(g)
        for g in tape.gradient(loss, [variable.value for variable in variables])
    ]
    norm = tf.linalg.global_norm(gradients)
    before = [variable.numpy() for variable in variables]
    np.testing.assert_allclose(
        model.train_step(batch)["gradient_norm"], norm, rtol=1e-4
    )  # as it was
    scale = min(1, clip_norm / norm)
    for variable, old, gradient in zip(variables, before, gradients, strict=True):
        np.testing.assert_allclose(
            old - variable, scale * gradient, rtol=1e-2, atol=1e-6, err_msg=variable.path
        )


def test_metrics_are_token_weighted_means_over_batches(make_model, batch):
    model = make_model()
    model.compile(keras.optimizers.SGD(0.0))
    halves = [
        {name: part[rows] for name, part in batch.items()} for rows in (slice(0, 1), slice(1, 3))
    ]
    for half in halves:
        model.train_step(half)
    logits = model(batch)
    loss = plain_loss(logits, batch["labels"], 0.1)
    nll = plain_loss(logits, batch["labels"], 0.0)
    np.testing.assert_allclose(model.loss_per_token.result(), loss, rtol=1e-5)
    np.testing.assert_allclose(model.nll_per_token.result(), nll, rtol=1e-5)
    assert abs(loss - nll) > 0.01
