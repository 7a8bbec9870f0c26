"""Our weights under the names of the PyTorch model's parameters and in their layouts."""

import itertools

import numpy as np


def pytorch_weights(model) -> dict[str, np.ndarray]:
    """The weights of a `Seq2Seq` with one bidirectional encoder layer.

    With Bahdanau's recurrence it has one decoder layer.
    """
    encoder = model.encoder
    decoder = model.decoder
    weights = {"embedding.weight": _array(decoder.embedding.embeddings)}
    if encoder.embedding is not decoder.embedding:
        weights["encoder.embedding.weight"] = _array(encoder.embedding.embeddings)

    for layer, suffix in zip(encoder.directions[0], ("_l0", "_l0_reverse"), strict=True):
        weights |= _recurrent("encoder.layer", suffix, layer)

    for index, bridge in enumerate(itertools.chain(*decoder.bridges)):
        weights |= _dense(f"bridges.{index}", bridge)

    for index, layer in enumerate(decoder.recurrent_layers):
        if decoder.recurrence:
            weights |= _recurrent("decoder.cell", "", layer)
        else:
            weights |= _recurrent(f"decoder.layers.{index}", "_l0", layer)

    weights |= _dense("decoder.readout", decoder.readout)
    if decoder.attention:
        weights |= _dense("decoder.attention.key_projection", decoder.attention.key_projection)
    if decoder.recurrence:
        weights |= _dense("decoder.attention.query_projection", decoder.attention.query_projection)
        weights["decoder.attention.energy.weight"] = _array(decoder.attention.energy).T

    return weights


def _array(weight):
    return np.array(weight.numpy())


def _dense(name, layer):
    weights = {f"{name}.weight": _array(layer.kernel).T}
    if layer.bias is not None:
        weights[f"{name}.bias"] = _array(layer.bias)
    return weights


def _recurrent(name, suffix, layer):
    cell = layer.cell
    bias = _array(cell.bias)
    is_gru = bias.ndim == 2
    biases = bias if is_gru else (bias, np.zeros_like(bias))  # PyTorch has two for every cell

    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    arrays = (_array(cell.kernel), _array(cell.recurrent_kernel), *biases)
    weights = {}
    for part, weight in zip(names, arrays, strict=True):
        if is_gru:  # PyTorch has its gates in the order r, z, n
            z, r, n = np.split(weight, 3, -1)
            weight = np.concatenate([r, z, n], -1)
        weights[f"{name}.{part}{suffix}"] = weight.T

    return weights
