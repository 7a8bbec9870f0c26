"""What the recurrent layers need of Keras beyond its public interface."""

import inspect

import keras
import pytest

from fixtures.interfaces import expect_interface

LAYERS = [keras.layers.GRU, keras.layers.LSTM, keras.layers.SimpleRNN]
every_layer = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.__name__)


@every_layer
def test_recurrent_layer_runs_over_time_in_inner_loop(layer, monkeypatch):
    interface = f"{layer.__name__}.inner_loop(sequences, initial_state, mask, training)"
    original = getattr(layer, "inner_loop", None)
    expect_interface(original is not None, "keras", interface)

    parameters = list(inspect.signature(original).parameters)
    expected = ["self", "sequences", "initial_state", "mask", "training"]
    expect_interface(parameters == expected, "keras", interface)

    calls = []

    def counted(self, *arguments, **options):
        calls.append(self)
        return original(self, *arguments, **options)

    monkeypatch.setattr(layer, "inner_loop", counted)
    layer(2)(keras.ops.ones([1, 3, 2]))
    expect_interface(len(calls) == 1, "keras", interface)


@every_layer
def test_cell_has_its_weights_under_the_names_we_read(layer):
    built = layer(2)
    built(keras.ops.ones([1, 3, 2]))
    names = ("kernel", "recurrent_kernel", "bias")
    expect_interface(
        all(hasattr(built.cell, name) for name in names),
        "keras",
        f"{layer.__name__}Cell." + ", ".join(names),
    )
