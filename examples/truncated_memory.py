"""What backpropagation through time costs in memory, truncated and in full.

    python examples/truncated_memory.py

The network of `language_model.py` passes over texts of different lengths. The program measures how
much memory TensorFlow holds at most: with blocks of N steps, and in full, where the whole text is
one block. In full, the memory grows with the text. In blocks it grows with N alone.
"""

import argparse
import os

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from language_model import LanguageModel, block_gradients, blocks

BATCH = 16
SYMBOLS = 40
FULL = "full BPTT"


def peak_memory(length: int, steps: int) -> float:
    """The most memory, in MiB, of one pass over a random text, beyond that of the weights."""
    keras.utils.set_random_seed(1)
    model = LanguageModel(SYMBOLS)
    streams = np.random.default_rng(1).integers(SYMBOLS, size=(BATCH, length + 1))
    state = model.first_state(BATCH)
    model(streams[:, :1], state)  # makes the weights
    gradients_in_graph = tf.function(block_gradients, reduce_retracing=True)

    before = tf.config.experimental.get_memory_info("CPU:0")["current"]
    tf.config.experimental.reset_memory_stats("CPU:0")
    for block, following in blocks(streams, steps):
        _, _, state = gradients_in_graph(model, block, following, state)
    peak = tf.config.experimental.get_memory_info("CPU:0")["peak"]

    return (peak - before) / 2**20


def draw(measured: dict[str, dict[int, float]], path: str) -> None:
    """Draws the memory over the length of the text, one line for each length of a block."""
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for name, peaks in measured.items():
        style = "k--" if name == FULL else "-"
        axes.loglog([*peaks.keys()], [*peaks.values()], style, marker=".", label=name)

    axes.set_title("Peak memory of one pass over a text")
    axes.set_xlabel("length of the text, in steps")
    axes.set_ylabel("MiB")
    lengths = [*measured[FULL]]
    axes.set_xticks(lengths, lengths)
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> dict[str, dict[int, float]]:
    """Measures every length of text with every length of block, draws and prints it."""
    parser = argparse.ArgumentParser(description="Memory of truncated and full BPTT.")
    parser.add_argument(
        "--lengths", type=int, nargs="+", default=[128, 512, 2048], help="of the text, in steps"
    )
    parser.add_argument("--truncate-steps", metavar="N", type=int, nargs="+", default=[8, 32, 128])
    parser.add_argument("--output", default="truncated_memory.svg", help="the picture")
    options = parser.parse_args(arguments)

    # Only this allocator counts. TensorFlow chooses it when it first computes.
    os.environ["TF_CPU_ALLOCATOR_USE_BFC"] = "1"

    measured = {
        f"N = {steps}": {length: peak_memory(length, steps) for length in options.lengths}
        for steps in options.truncate_steps
    }
    measured[FULL] = {length: peak_memory(length, length) for length in options.lengths}
    draw(measured, options.output)

    for name, peaks in measured.items():
        print(f"{name:<10}", *(f"{length} steps {peak:.1f} MiB" for length, peak in peaks.items()))

    return measured


if __name__ == "__main__":
    main()
