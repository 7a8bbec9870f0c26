"""What the exports need of Keras and TensorFlow beyond their public interfaces."""

import keras
import numpy as np
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils

from fixtures.interfaces import expect_interface
from seq2seq.exports.compaction import compact


class Outer(keras.Model):
    """A model with a layer of its own, and one in a list in another layer."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)
        self.inner = keras.layers.StackedRNNCells([keras.layers.GRUCell(2)])


def test_flatten_layers_finds_layers_at_any_depth():
    model = Outer()
    interface = "Layer._flatten_layers"
    expect_interface(hasattr(model, "_flatten_layers"), "keras", interface)
    found = list(map(id, model._flatten_layers()))
    expected = [model, model.dense, model.inner, model.inner.cells[0]]
    expect_interface(sorted(found) == sorted(map(id, expected)), "keras", interface)


def test_recurrent_layer_keeps_use_cudnn_as_an_attribute():
    for make in (keras.layers.GRU, keras.layers.LSTM):
        layer = make(2, use_cudnn=True)
        expect_interface(getattr(layer, "use_cudnn", None) is True, "keras", "RNN.use_cudnn")


def test_equal_scales_of_a_model_are_written_once():
    quantizations = []
    for _ in range(2):
        quantization = schema.QuantizationParametersT()
        quantization.scale = np.arange(1, 1001, dtype=np.float32)
        quantization.zeroPoint = np.zeros(1000, np.int64)
        quantizations.append(quantization)

    model = schema.ModelT()
    graph = schema.SubGraphT()
    graph.operators = []
    graph.tensors = []
    for quantization in (*quantizations, None):
        tensor = schema.TensorT()
        tensor.name = b"a name"
        tensor.shape = np.array([1000], np.int32)
        tensor.quantization = quantization
        graph.tensors.append(tensor)
    graph.outputs = []
    model.subgraphs = [graph]
    model.buffers = [schema.BufferT()]
    model.operatorCodes = []

    whole = bytes(flatbuffer_utils.convert_object_to_bytearray(model))
    small = compact(whole)
    expect_interface(
        len(whole) - len(small) >= 1000 * (4 + 8),
        "tensorflow",
        "schema_py_generated.QuantizationParametersT.Pack",
    )
    tensors = flatbuffer_utils.read_model_from_bytearray(bytearray(small)).subgraphs[0].tensors
    assert [tensor.shape.tolist() for tensor in tensors] == [[1000]] * 3
    for tensor in tensors[:2]:
        assert tensor.quantization.scale.tolist() == quantizations[0].scale.tolist()
    assert tensors[2].quantization is None
