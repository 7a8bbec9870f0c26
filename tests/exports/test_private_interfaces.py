"""What the exports need of Keras beyond its public interface."""

import keras

from fixtures.interfaces import expect_interface


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
