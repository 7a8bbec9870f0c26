"""A dense layer whose product is in the precision of training."""

import keras
import tensorflow as tf

from seq2seq.model.precision import product


class Dense(keras.layers.Dense):
    """`keras.layers.Dense` that multiplies with `precision.product`."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        outputs = product(inputs, self.kernel)
        if self.bias is not None:
            outputs = tf.nn.bias_add(outputs, tf.convert_to_tensor(self.bias))

        return self.activation(outputs)  # pyright: ignore[reportReturnType]
