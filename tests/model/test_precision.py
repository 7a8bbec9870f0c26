"""Laws of the matrix products: rounded where training asks for it, and exact everywhere else."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from seq2seq.model.dense import Dense
from seq2seq.model.precision import (
    PRECISIONS,
    current_precision,
    fastest_precision,
    matmul,
    product,
    rounds_for_good,
)

_MULTIPLY = """
import json, sys
from seq2seq.model.precision import product, set_precision
chosen = set_precision(sys.argv[1])
import numpy as np, tensorflow as tf
a, b = (np.random.default_rng(seed).normal(size=(64, 64)).astype("float32") for seed in (0, 1))
with tf.GradientTape() as tape:
    first, second = tf.constant(a), tf.constant(b)
    tape.watch([first, second])
    result = product(first, second)
gradients = tape.gradient(result, [first, second], output_gradients=tf.constant(a))
expected = [a @ b, a @ b.T, a.T @ a]
errors = [float(np.abs(x - y).max()) for x, y in zip([result, *gradients], expected)]
print(json.dumps([chosen, *errors, result.dtype.name]))
"""


def random_normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def multiply(precision):
    """The precision chosen, and the errors of a product and its gradients, in a new process."""
    done = subprocess.run(
        [sys.executable, "-c", _MULTIPLY, precision], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_products_are_exact_in_float32(monkeypatch, capsys):
    """In this process, which `conftest.py` has begun in float32."""
    monkeypatch.setattr(sys, "argv", ["-c", "float32"])
    exec(_MULTIPLY, {})
    chosen, *errors, dtype = json.loads(capsys.readouterr().out)
    assert (chosen, dtype) == ("float32", "float32") and max(errors) < 1e-4


@pytest.mark.parametrize(
    ("name", "largest"),
    [("bfloat16", 0.3), pytest.param("float16", 0.1, marks=pytest.mark.slow)],
)
def test_products_and_their_gradients_are_rounded(name, largest):
    """float16 seldom runs here; `test_step_in_float16_loses_no_small_gradient` trains with it.

    A processor without units for bfloat16 rounds each of the 64 sums before a result, too.

    The roundings of n sums add up as sqrt(n) does. The numbers reach 30.
    """
    if name == "bfloat16" and fastest_precision() != name:
        largest = 64**0.5 * 30 * 2**-8

    chosen, *errors, dtype = multiply(name)
    assert (chosen, dtype) == (name, "float32")
    assert 1e-3 < min(errors) and max(errors) < largest


@pytest.mark.parametrize(
    ("features", "capabilities", "chosen"),
    [
        ("sse4_2 avx512f", [], "float32"),
        ("avx512f avx512_bf16", [], "bfloat16"),
        ("avx512f amx_bf16", [], "bfloat16"),
        ("amx_bf16", [(7, 5)], "float32"),
        ("sse4_2", [(8, 0)], "bfloat16"),
        ("sse4_2", [(9, 0), (7, 0)], "float32"),
        ("sse4_2", [None], "float32"),
    ],
)
def test_auto_is_bfloat16_where_there_are_units_for_it(
    monkeypatch, precision, features, capabilities, chosen
):
    details = {
        index: {"compute_capability": pair} if pair else {}
        for index, pair in enumerate(capabilities)
    }
    monkeypatch.setattr(
        "seq2seq.model.precision._processor_features", lambda: set(features.split())
    )
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: list(details))
    monkeypatch.setattr(tf.config.experimental, "get_device_details", details.get)
    assert precision("auto") == chosen
    assert rounds_for_good(chosen) == ("amx_bf16" in features and not capabilities)


@pytest.mark.parametrize("name", PRECISIONS)
def test_logits_are_as_narrow_as_their_range_allows(name, precision):
    assert precision(name) == name
    assert current_precision().logits_dtype == (tf.bfloat16 if name == "bfloat16" else tf.float32)


def test_product_equals_numpy():
    a = random_normal(2, 5, 6)
    b = random_normal(6, 8, seed=1)
    results = [
        product(a, b),
        product(a[0], b)[tf.newaxis],
        matmul(a[0].T, b, transpose_a=True)[tf.newaxis],
        matmul(tf.constant(a[0]), b.T, transpose_b=True)[tf.newaxis],
    ]
    for result in results:
        np.testing.assert_allclose(result, (a @ b)[: len(result)], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("use_bias", [True, False])
def test_dense_equals_keras(use_bias, randomize):
    options = {"activation": "tanh", "use_bias": use_bias}
    layer = Dense(8, **options)
    reference = keras.layers.Dense(8, **options)
    inputs = random_normal(2, 5, 6)
    for dense in (layer, reference):
        dense.build(inputs.shape)
        randomize(dense)
    np.testing.assert_allclose(layer(inputs), reference(inputs), rtol=1e-5, atol=1e-5)
