"""Adam in one operation per weight matrix."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf


class Adam(keras.optimizers.Adam):
    """`keras.optimizers.Adam` whose update is one pass over each matrix.

    Keras's own makes about ten.

    Reference:
        Kingma & Ba 2015, https://arxiv.org/abs/1412.6980.
    """

    def _backend_update_step(
        self,
        gradients: Sequence[tf.Tensor],
        variables: Sequence[keras.Variable],
        learning_rate: tf.Tensor,
    ) -> None:
        """Updates each variable; Keras's own would add up the gradients of replicas once more."""
        for gradient, variable in zip(gradients, variables, strict=True):
            self._update(gradient, variable, learning_rate)

    def _update(
        self, gradient: tf.Tensor, variable: keras.Variable, learning_rate: tf.Tensor
    ) -> None:
        iterations: Any = self.iterations  # a variable, where the stubs see a tensor
        step = tf.cast(iterations.value, variable.dtype) + 1
        index = self._get_variable_index(variable)

        tf.raw_ops.ResourceApplyAdam(
            var=variable.value.handle,
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
