"""The losses of a short training, on whatever device this process sees."""

import random
from pathlib import Path

import numpy as np
import tensorflow as tf

from contestants.contest import Contest, Sizes
from contestants.ours import compile_model, make_model
from contestants.text import load_batches, load_facts
from on_gpu.graph import traced_step
from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.gpu import prepare_gpus
from seq2seq.model.precision import set_precision


def run(request: dict) -> dict:
    """Trains in float32, without dropout, on batches and from weights that a folder holds.

    Args:
        request: `directory`, the folder with the batches; `sizes`; `steps`; and `tf32`, whether
            products may be in TensorFloat-32. The first to come leaves its first weights there.

    Returns:
        `losses`, one for each step.
    """
    prepare_gpus()
    tf.config.experimental.enable_tensor_float_32_execution(request["tf32"])
    set_precision("float32")
    random.seed(1)  # Keras draws its seeds here
    directory = Path(request["directory"])
    contest = Contest(Sizes(**request["sizes"]), "gru", "luong", threads=1, decoder_layers=2)
    model = make_model(contest, load_facts(directory), dropout=0.0)
    compile_model(model)
    _begin_alike(model, directory / "first.npz")

    step = traced_step(model)
    batches = load_batches(directory)
    losses = []
    for number in range(request["steps"]):
        batch = teacher_forced(*map(tf.constant, batches[number % len(batches)]))
        losses.append(float(step(batch)["loss"]))
    return {"losses": losses}


def _begin_alike(model, path: Path) -> None:
    """Gives a model the weights that another process has left, or leaves its own.

    The same seed is not enough: orthogonal matrices come out of a device's own decomposition.
    """
    weights = model.trainable_variables
    if not path.exists():
        np.savez(path, *(weight.numpy() for weight in weights))
        return
    with np.load(path) as arrays:
        for number, weight in enumerate(weights):
            weight.assign(arrays[f"arr_{number}"])
