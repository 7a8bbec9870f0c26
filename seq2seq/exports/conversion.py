"""From graph functions of a model to a TFLite file."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import tensorflow as tf

from seq2seq.exports.saved_model import naming_failure
from seq2seq.model.seq2seq import Seq2Seq

Outputs = dict[str, tf.Tensor]


def constant_graph(
    model: Seq2Seq, function: Callable[..., Outputs], inputs: Sequence[tf.TensorSpec]
) -> Callable[..., Outputs]:
    """A function of tokens with the weights as constants, which is traced when it is saved.

    TFLite cannot read a variable inside a loop.

    Args:
        model: The model whose weights the function reads.
        function: Takes a tensor for each of the inputs.
        inputs: The shapes, types and names of the inputs.
    """
    weights = [(weight, weight.numpy()) for weight in model.weights]

    @tf.function(input_signature=inputs, autograph=False)
    def graph(*tokens: tf.Tensor) -> Outputs:
        constants = [(weight, tf.constant(values)) for weight, values in weights]
        with keras.StatelessScope(constants):
            return function(*tokens)

    return graph


def convert_graphs(graphs: dict[str, Callable[..., Outputs]], *, quantize: bool) -> bytes:
    """Converts graphs to the signatures of one TFLite model, which share their weights.

    Args:
        graphs: What `constant_graph` traced, by the names of the signatures.
        quantize: Whether to store matrices as int8.

    Returns:
        The content of a `.tflite` file.

    Raises:
        InputError: There is no room for temporary files.
    """
    with tempfile.TemporaryDirectory() as temporary, naming_failure(Path(temporary)):
        tf.saved_model.save(tf.Module(), temporary, signatures=graphs)

        converter = tf.lite.TFLiteConverter.from_saved_model(temporary, signature_keys=list(graphs))
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        # The log-probability of what cannot happen is -inf, and has to stay so.
        converter.canonicalizing_inf_as_min_max_float = False
        if quantize:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]

        return converter.convert()
