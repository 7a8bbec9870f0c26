"""Why a recurrent network squashes its state with tanh, and not with a sigmoid or a ReLU.

    python examples/course/activations.py

NumPy alone computes here. A recurrent layer multiplies its state by the same matrix at every step,
and passes the sum through an activation::

    h[t] = activation(x[t] W + h[t-1] U)

The program runs untrained layers over many steps and measures two things: how large the state gets
on the way forward, and how much of a gradient is left on the way back. Then it trains each layer on
a task that is nothing but memory: after LENGTH steps of noise, to say the sign of the first input.
"""

import argparse
from collections.abc import Callable
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np

UNITS = 48
STEPS = 60  # of the untrained layers
SCALES = (1.0, 2.0)  # the singular values of U: all are equal, see `recurrent_matrix`

LENGTH = 12  # time steps of the task
TRAININGS = 4  # of each activation, each from its own weights
UPDATES = 300
BATCH = 64
RATE = 0.003  # of Adam
CLIP = 1.0  # the largest norm of a gradient


class Activation(NamedTuple):
    """A function of each unit.

    Attributes:
        apply: The function.
        slope: Its derivative, from what the function returned.
    """

    apply: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]


ACTIVATIONS = {
    "tanh": Activation(np.tanh, lambda h: 1 - h * h),
    "sigmoid": Activation(lambda s: 0.5 + 0.5 * np.tanh(s / 2), lambda h: h * (1 - h)),
    "ReLU": Activation(lambda s: np.maximum(s, 0), lambda h: (h > 0).astype(float)),
}

Weights = dict[str, np.ndarray]  # W `(1, units)`, U `(units, units)`, b and v `(units,)`


def recurrent_matrix(rng: np.random.Generator, scale: float) -> np.ndarray:
    """A random matrix all of whose singular values are `scale`: alone, it does just that."""
    orthogonal, _ = np.linalg.qr(rng.normal(size=(UNITS, UNITS)))

    return scale * orthogonal


def new_weights(rng: np.random.Generator, scale: float = 1.0) -> Weights:
    """The weights of an untrained layer, and of the unit that reads its last state."""
    return {
        "W": rng.normal(size=(1, UNITS)) / 2,
        "U": recurrent_matrix(rng, scale),
        "b": np.zeros(UNITS),
        "v": rng.normal(size=UNITS) / np.sqrt(UNITS),
    }


def forward(activation: Activation, weights: Weights, inputs: np.ndarray) -> list[np.ndarray]:
    """The states `(batch, units)` after each step, from inputs `(length, batch)`."""
    h = np.zeros((inputs.shape[1], UNITS))
    states = []

    for x in inputs:
        h = activation.apply(x[:, np.newaxis] @ weights["W"] + h @ weights["U"] + weights["b"])
        states.append(h)

    return states


def backward(
    activation: Activation,
    weights: Weights,
    inputs: np.ndarray,
    states: list[np.ndarray],
    d_last: np.ndarray,
) -> tuple[Weights, list[np.ndarray]]:
    """The gradients of the weights, and of each state from the last to the first."""
    d_weights = {name: np.zeros_like(weight) for name, weight in weights.items()}
    d_states = [d_last]

    for t in reversed(range(len(states))):
        before = states[t - 1] if t else np.zeros_like(d_last)
        d_sum = d_states[-1] * activation.slope(states[t])

        d_weights["W"] += inputs[t] @ d_sum
        d_weights["U"] += before.T @ d_sum
        d_weights["b"] += d_sum.sum(0)
        d_states.append(d_sum @ weights["U"].T)

    return d_weights, d_states[:-1]


class Flow(NamedTuple):
    """What an untrained layer does to a state and to a gradient, `(steps,)` each.

    Attributes:
        sizes: The root mean square of the state after each step.
        left: The norm of the gradient that many steps before the last, as a share of the last's.
    """

    sizes: np.ndarray
    left: np.ndarray


def measure(activation: Activation, scale: float) -> Flow:
    """Runs an untrained layer over noise, and a random gradient back."""
    rng = np.random.default_rng(1)
    weights = new_weights(rng, scale)
    inputs = rng.choice([-1.0, 1.0], size=(STEPS, BATCH))

    states = forward(activation, weights, inputs)
    _, d_states = backward(activation, weights, inputs, states, rng.normal(size=states[-1].shape))

    norms = np.array([np.linalg.norm(d_state) for d_state in d_states])
    sizes = np.array([np.sqrt(np.mean(state * state)) for state in states])
    return Flow(sizes, norms / norms[0])


def train(activation: Activation, seed: int) -> float:
    """Teaches a layer to remember its first input; the share of right answers on new sequences."""
    rng = np.random.default_rng(seed)
    weights = new_weights(rng)
    means = {name: np.zeros_like(weight) for name, weight in weights.items()}
    squares = {name: np.zeros_like(weight) for name, weight in weights.items()}

    for update in range(1, UPDATES + 1):
        inputs = rng.choice([-1.0, 1.0], size=(LENGTH, BATCH))
        states = forward(activation, weights, inputs)
        is_positive = 1 / (1 + np.exp(-np.clip(states[-1] @ weights["v"], -50, 50)))

        d_answer = (is_positive - (inputs[0] > 0)) / BATCH  # of the cross entropy
        d_last = d_answer[:, np.newaxis] * weights["v"]
        d_weights, _ = backward(activation, weights, inputs, states, d_last)
        d_weights["v"] = states[-1].T @ d_answer

        norm = np.sqrt(sum(np.sum(d_weight**2) for d_weight in d_weights.values()))
        for name, d_weight in d_weights.items():  # Adam
            d_weight *= min(1, CLIP / norm)
            means[name] += 0.1 * (d_weight - means[name])
            squares[name] += 0.001 * (d_weight**2 - squares[name])
            mean = means[name] / (1 - 0.9**update)
            deviation = np.sqrt(squares[name] / (1 - 0.999**update))
            weights[name] -= RATE * mean / (deviation + 1e-8)

    inputs = rng.choice([-1.0, 1.0], size=(LENGTH, 1000))
    answers = forward(activation, weights, inputs)[-1] @ weights["v"] > 0
    return float(np.mean(answers == (inputs[0] > 0)))


def draw(flows: dict[tuple[str, float], Flow], path: str) -> None:
    """Draws the states and the gradients, a column for each scale of the matrix."""
    figure, axes = plt.subplots(
        2, len(SCALES), figsize=(9, 6), sharex=True, sharey="row", layout="constrained"
    )

    for column, scale in enumerate(SCALES):
        for name in ACTIVATIONS:
            flow = flows[name, scale]
            axes[0, column].semilogy(1 + np.arange(STEPS), flow.sizes, label=name)
            axes[1, column].semilogy(np.arange(STEPS), np.maximum(flow.left, 1e-40), label=name)
        axes[0, column].set(title=f"singular values of U: {scale}", xlabel="step")
        axes[1, column].set(xlabel="steps back")

    axes[0, 0].set(ylabel="size of the state")
    axes[1, 0].set(ylabel="share of the gradient left")
    axes[0, 0].legend()
    figure.savefig(path)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Activations of a recurrent layer, measured.")
    parser.add_argument(
        "--output", default="activations.svg", help="the picture (default: activations.svg)"
    )
    options = parser.parse_args(arguments)

    flows = {
        (name, scale): measure(activation, scale)
        for name, activation in ACTIVATIONS.items()
        for scale in SCALES
    }
    print(f"untrained, {STEPS} steps       state at the end     gradient left")
    for (name, scale), flow in flows.items():
        print(f"  {name:8} U times {scale}     {flow.sizes[-1]:12.3g}     {flow.left[-1]:12.3g}")

    print(f"\nafter {LENGTH} steps, the sign of the first input ({TRAININGS} trainings)")
    for name, activation in ACTIVATIONS.items():
        right = [train(activation, seed) for seed in range(TRAININGS)]
        print(f"  {name:8} right: " + "  ".join(f"{share:6.1%}" for share in right))

    draw(flows, options.output)
    print(f"\nPicture: {options.output}")


if __name__ == "__main__":
    main()
