"""Adam in one operation per weight matrix, and the average of the weights that it keeps."""

import contextlib
from collections.abc import Iterator

import keras
import tensorflow as tf


class Adam(keras.optimizers.Adam):
    """`keras.optimizers.Adam` whose update is one pass over each matrix, where Keras's own makes about ten.

    Reference:
        Kingma & Ba 2015, https://arxiv.org/abs/1412.6980.
    """

    def update_step(self, gradient, variable, learning_rate):
        step = tf.cast(self.iterations.value, variable.dtype) + 1
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=self.beta_1**step,
            beta2_power=self.beta_2**step,
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


@contextlib.contextmanager
def averaged_weights(model: keras.Model) -> Iterator[None]:
    """In the context, the weights are their average over the last steps, if the model's optimizer keeps one.

    The average is what the noise of single steps leaves out: it translates as well as the weights of a run whose
    learning rate has already fallen.

    Reference:
        Polyak & Juditsky 1992, "Acceleration of stochastic approximation by averaging".
    """
    variables = model.trainable_variables
    weights = [variable.numpy() for variable in variables]
    model.optimizer.finalize_variable_values(variables)
    try:
        yield
    finally:
        for variable, weight in zip(variables, weights, strict=True):
            variable.assign(weight)
