"""A time series: what comes next in a noisy sine, one step ahead and many.

    python examples/time_series.py

Every series has a period of its own, which the network has to find in what it reads. After each
value it predicts the next: one step ahead. To look further, it reads its own prediction as if it
had been measured, and goes on: many steps ahead. Every error is carried on, too.

The program trains the same network in two ways. The first learns from measured values alone: it
never meets its own errors, which in translation is called exposure bias. The second also learns to
go on from its own predictions. The picture shows a forecast of both, and the error by the number of
steps ahead, beside that of saying the last value again. No forecast can be better than the noise.
"""

import argparse

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from seq2seq.model.cells import recurrent_layer
from seq2seq.model.dense import Dense

NOISE = 0.1  # standard deviation of what nobody can predict
READ = 60  # values that are read before a forecast
AHEAD = 30  # values that are forecast

WAYS = {"learnt from measured values": False, "learnt from its own predictions": True}


def make_series(rng: np.random.Generator, number: int) -> np.ndarray:
    """Noisy sines `(number, READ + AHEAD)` with periods of 12 to 40 steps."""
    times = np.arange(READ + AHEAD)
    periods = rng.uniform(12, 40, size=(number, 1))
    phases = rng.uniform(0, 2 * np.pi, size=(number, 1))
    noise = rng.normal(scale=NOISE, size=(number, len(times)))

    return (np.sin(2 * np.pi * times / periods + phases) + noise).astype("float32")


class Forecaster(keras.Model):
    """One recurrent layer, and one sum that makes a prediction of every state.

    Args:
        cell: "gru", "lstm" or "rnn".
        units: Width of the state.
    """

    def __init__(self, cell: str = "gru", units: int = 48):
        super().__init__()
        self.recurrent = recurrent_layer(cell, units, name="recurrent")
        self.to_value = Dense(1)

    def call(
        self, values: tf.Tensor, state: list[tf.Tensor] | None = None, training: bool = False
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """The prediction after each value, `(batch, length)`, and the state behind the last."""
        outputs, *state = self.recurrent(
            values[:, :, tf.newaxis], initial_state=state, training=training
        )

        return self.to_value(outputs)[:, :, 0], state

    def forecast(self, values: tf.Tensor, *, training: bool = False) -> tf.Tensor:
        """The next `AHEAD` values, `(batch, AHEAD)`: each prediction is read as the next value."""
        predictions, state = self(values, training=training)
        ahead = [predictions[:, -1:]]
        while len(ahead) < AHEAD:
            prediction, state = self(ahead[-1], state, training=training)
            ahead.append(prediction)

        return tf.concat(ahead, 1)


def series_loss(model: Forecaster, series: tf.Tensor, own_predictions: bool) -> tf.Tensor:
    """The mean squared error one step ahead; with own predictions, also many steps ahead."""
    predictions, _ = model(series[:, :-1], training=True)
    loss = tf.reduce_mean((predictions - series[:, 1:]) ** 2)

    if own_predictions:
        ahead = model.forecast(series[:, :READ], training=True)
        loss += tf.reduce_mean((ahead - series[:, READ:]) ** 2)

    return loss


def train(series: np.ndarray, own_predictions: bool, *, epochs: int) -> Forecaster:
    """A network that has learnt the series in one of the two ways."""
    keras.utils.set_random_seed(1)
    model = Forecaster()
    model(series[:1, :1])  # makes the weights
    optimizer = keras.optimizers.Adam(0.003, global_clipnorm=1.0)
    optimizer.build(model.trainable_weights)

    @tf.function(reduce_retracing=True)
    def learn(batch):
        with tf.GradientTape() as tape:
            loss = series_loss(model, batch, own_predictions)
        gradients = tape.gradient(loss, [weight.value for weight in model.trainable_weights])
        optimizer.apply(gradients, model.trainable_weights)

    batches = tf.data.Dataset.from_tensor_slices(series).shuffle(len(series), seed=1).batch(64)
    for _ in range(epochs):
        for batch in batches:
            learn(batch)

    return model


def errors(forecasts: np.ndarray, test: np.ndarray) -> np.ndarray:
    """The root of the mean squared error 1, 2, …, `AHEAD` steps ahead."""
    return np.sqrt(np.mean((forecasts - test[:, READ:]) ** 2, axis=0))


def draw(forecasts: dict[str, np.ndarray], test: np.ndarray, path: str) -> None:
    """Draws the first series with its forecasts, and the errors of all by the steps ahead."""
    figure, (one, all_series) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    one.plot(test[0], ".", color="black", markersize=3, label="measured")
    one.axvline(READ - 0.5, color="gray", linewidth=1)

    for name, values in forecasts.items():
        style = {"color": "gray", "linestyle": ":"} if name == "the last value" else {}
        one.plot(range(READ, READ + AHEAD), values[0], label=name, **style)
        all_series.plot(range(1, 1 + AHEAD), errors(values, test), label=name, **style)

    all_series.axhline(NOISE, color="black", linestyle="--", linewidth=1, label="the noise")
    one.set_xlabel("time step")
    one.set_ylabel("value")
    all_series.set_xlabel("steps ahead")
    all_series.set_ylabel("root mean squared error")
    all_series.set_ylim(bottom=0)
    all_series.legend()
    figure.savefig(path)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> dict[str, dict[int, float]]:
    """Trains in both ways, draws the forecasts and prints the errors."""
    parser = argparse.ArgumentParser(description="A noisy sine, one step and many steps ahead.")
    parser.add_argument("--series", type=int, default=2000, help="to learn from (default: 2000)")
    parser.add_argument("--epochs", type=int, default=15, help="passes over them (default: 15)")
    parser.add_argument("--output", default="time_series.svg", help="the picture")
    options = parser.parse_args(arguments)

    rng = np.random.default_rng(1)
    series = make_series(rng, options.series)
    test = make_series(rng, 500)

    forecasts = {"the last value": np.repeat(test[:, READ - 1 : READ], AHEAD, axis=1)}
    for name, own_predictions in WAYS.items():
        model = train(series, own_predictions, epochs=options.epochs)
        forecasts[name] = model.forecast(test[:, :READ]).numpy()
    draw(forecasts, test, options.output)

    scores = {}
    for name, values in forecasts.items():
        by_step = errors(values, test)
        scores[name] = {ahead: float(by_step[ahead - 1]) for ahead in (1, 10, AHEAD)}
        print(f"{name:<33}", *(f"{k:>4} ahead {error:.3f}" for k, error in scores[name].items()))

    return scores


if __name__ == "__main__":
    main()
