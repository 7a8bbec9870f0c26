"""Adam in one operation is Keras's Adam; the averaged weights are the average, and only for a while."""

import types

import keras
import numpy as np
import pytest
import tensorflow as tf

from seq2seq.optimizer import Adam, averaged_weights


def test_adam_equals_the_adam_of_keras():
    generator = np.random.default_rng(0)
    start = [generator.normal(size=shape).astype("float32") for shape in ((5, 3), (4,))]
    ours, theirs = ([keras.Variable(value) for value in start] for _ in range(2))
    optimizers = Adam(0.1), keras.optimizers.Adam(0.1)
    for step in range(6):
        gradients = [tf.constant(generator.normal(size=value.shape), tf.float32) for value in start]
        for optimizer, variables in zip(optimizers, (ours, theirs), strict=True):
            optimizer.learning_rate = 0.1 / (1 + step)
            optimizer.apply_gradients(zip(gradients, variables, strict=True))
    for one, other, value in zip(ours, theirs, start, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-5, atol=1e-6)
        assert np.abs(one.numpy() - value).max() > 0.1


class Model(types.SimpleNamespace):
    @property
    def trainable_variables(self):
        return self.variables


def test_averaged_weights_are_the_running_average_and_give_way_to_the_weights_again():
    variable, decay = keras.Variable(np.zeros(3, "float32")), 0.9
    model = Model(variables=[variable], optimizer=Adam(0.1, use_ema=True, ema_momentum=decay))
    expected = None
    for step in range(7):
        model.optimizer.apply_gradients([(tf.constant([1.0, -2.0, 3.0 - step]), variable)])
        weights = variable.numpy()
        expected = weights if expected is None else decay * expected + (1 - decay) * weights
        with averaged_weights(model):
            np.testing.assert_allclose(variable.numpy(), expected, rtol=1e-5)
        np.testing.assert_array_equal(variable.numpy(), weights)
    assert np.abs(expected - weights).max() > 0.01


def test_weights_come_back_when_the_context_is_left_by_an_exception():
    variable = keras.Variable(np.zeros(3, "float32"))
    model = Model(variables=[variable], optimizer=Adam(0.1, use_ema=True, ema_momentum=0.9))
    for _ in range(2):
        model.optimizer.apply_gradients([(tf.ones(3), variable)])
    weights = variable.numpy()
    with pytest.raises(KeyboardInterrupt), averaged_weights(model):
        raise KeyboardInterrupt
    np.testing.assert_array_equal(variable.numpy(), weights)


def test_without_averaging_the_weights_stay():
    variable = keras.Variable(np.zeros(3, "float32"))
    model = Model(variables=[variable], optimizer=Adam(0.1))
    model.optimizer.apply_gradients([(tf.ones(3), variable)])
    weights = variable.numpy()
    with averaged_weights(model):
        np.testing.assert_array_equal(variable.numpy(), weights)
