"""Adam in one operation is Keras's Adam."""

import keras
import numpy as np
import tensorflow as tf

from seq2seq.training.optimizer import Adam


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
