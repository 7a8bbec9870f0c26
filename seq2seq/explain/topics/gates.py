"""What the gates of every recurrent layer do, time step by time step, and what excites a unit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import tensorflow as tf

from seq2seq.data.bundled import bundled_corpus
from seq2seq.errors import InputError, expect_count, shown
from seq2seq.explain.columns import padded
from seq2seq.explain.explanation import Explanation
from seq2seq.explain.sentence import (
    MOST_PIECES,
    Sentence,
    best_or_given,
    pieces_of,
    read_source,
    single_model,
    spelt,
)
from seq2seq.explain.unrolled import Step, decode, encode
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.translation.translator import Translator

_EXCITED = 5  # sentences that excite a unit


@dataclass(frozen=True)
class Layer:
    """A recurrent layer over time, in the order in which it reads.

    Attributes:
        name: Such as "encoder/forward_0".
        pieces: What it reads, `(length,)`.
        gates: Gates and candidate by name, `(length, units)` each; none for a vanilla RNN.
        states: The parts of the state by name, `(length + 1, units)`: that before the first piece,
            then that after each.
    """

    name: str
    pieces: list[str]
    gates: dict[str, np.ndarray]
    states: dict[str, np.ndarray]

    def openness(self) -> np.ndarray:
        """How much each unit lets in, `(length, units)`, from 0 to 1.

        Of a GRU it is 1 - update, the share of the state that is replaced; of an LSTM the input
        gate; of a vanilla RNN, which has no gate, the size of its state.
        """
        if "update" in self.gates:
            return 1 - self.gates["update"]
        return self.gates.get("input", np.abs(self.states["hidden"][1:]))

    def most_open(self, count: int) -> np.ndarray:
        """The units that open most on average, `(count,)`, that with the most first."""
        return np.argsort(-self.openness().mean(0), kind="stable")[:count]


@dataclass(frozen=True)
class Excited:
    """A sentence that excites a unit.

    Attributes:
        pieces: Its pieces, `(length,)`.
        values: The unit's hidden state after each, `(length,)`.
    """

    pieces: list[str]
    values: np.ndarray


@dataclass(frozen=True)
class Gates(Explanation):
    """The gates of all recurrent layers while a text is translated.

    Attributes:
        cell: "gru", "lstm" or "rnn".
        source: The text.
        target: The translation.
        layers: The layers, those of the encoder first.
        shown: The name of the layer that the picture shows.
        unit: A unit of that layer that was asked for, or None.
        excited: The sentences in which that unit is largest, that with the largest first.
    """

    topic: ClassVar[str] = "gates"

    cell: str
    source: str
    target: str
    layers: list[Layer]
    shown: str
    unit: int | None = None
    excited: list[Excited] = field(default_factory=list)

    @property
    def layer(self) -> Layer:
        """The layer that the picture shows."""
        return next(layer for layer in self.layers if layer.name == self.shown)

    def lines(self) -> list[str]:
        """The mean of each gate after each piece; the most open units; what excites the unit."""
        layer = self.layer
        names = [*layer.gates, *(f"|{part}|" for part in layer.states)]
        means = [values.mean(1) for values in layer.gates.values()]
        means += [np.abs(values[1:]).mean(1) for values in layer.states.values()]

        lines = [f"{layer.name} ({self.cell}), means over {layer.openness().shape[1]} units"]
        lines.append(" " * 16 + "".join(f"{name:>11}" for name in names))
        for time, piece in enumerate(layer.pieces):
            lines.append(
                f"  {padded(piece, 14)}" + "".join(f"{mean[time]:11.3f}" for mean in means)
            )
        lines.append(f"units that open most: {', '.join(map(str, layer.most_open(8)))}")

        for excited in self.excited:
            most = int(excited.values.argmax())
            lines.append(
                f"unit {self.unit} is {excited.values[most]:.2f} after {excited.pieces[most]} "
                f"in: {spelt(excited.pieces)}"
            )
        return lines


def gates(
    translator: Translator,
    text: str,
    *,
    layer: str | None = None,
    unit: int | None = None,
    sentences: Sequence[str] | None = None,
    target: str | None = None,
    beam_size: int = 5,
) -> Gates:
    """Tells what the gates of every recurrent layer do while a text is translated.

    Args:
        translator: The translator.
        text: The source text.
        layer: The layer to show, such as "encoder/forward_0" or "decoder/layer_0"; the encoder's
            last forward one by default.
        unit: A unit of an encoder layer, to be looked for in sentences.
        sentences: Where to look for it; the sources of the bundled dev set by default.
        target: The translation that the decoder writes; the best one by default.
        beam_size: Hypotheses that the search for it keeps.

    Raises:
        InputError: There is no such layer or unit, or something given cannot be used.
    """
    model = single_model(translator)
    source = read_source(translator, text)
    written = best_or_given(translator, source, target, beam_size=beam_size)
    layers = _layers(model, source, written)

    name = layer or f"encoder/{model.encoder.directions[-1][0].name}"
    _expect_layer(name, unit, layers)
    excited = []
    if unit is not None:
        if sentences is None:
            sentences = bundled_corpus("dev").source
        excited = _excited(translator, sentences, name.removeprefix("encoder/"), unit)
    return Gates(
        cell=translator.configuration.model.cell,
        source=source.text,
        target=written.text,
        layers=layers,
        shown=name,
        unit=unit,
        excited=excited,
    )


def _layers(model: Seq2Seq, source: Sentence, written: Sentence) -> list[Layer]:
    """All recurrent layers while a sentence is translated, those of the encoder first."""
    encoded = encode(model, tf.constant(source.tokens[np.newaxis]))
    steps = decode(model, encoded, tf.constant(written.tokens[np.newaxis], tf.int32))

    layers = []
    for directions in model.encoder.directions:
        for own in directions:
            pieces = source.pieces if own is directions[0] else source.pieces[::-1]
            of_layer = encoded.layers[own.name]
            layers.append(_layer(f"encoder/{own.name}", pieces, own.state_names, of_layer))

    read = ["<s>", *written.pieces[:-1]]
    for place, own in enumerate(model.decoder.recurrent_layers):
        of_layer = [step.layers[place] for step in steps]
        layers.append(_layer(f"decoder/{own.name}", read, own.state_names, of_layer))
    return layers


def _layer(name: str, pieces: list[str], parts: tuple[str, ...], steps: list[Step]) -> Layer:
    states = [steps[0].before, *(step.after for step in steps)]
    return Layer(
        name=name,
        pieces=list(pieces),
        gates={
            gate: np.stack([step.gates[gate][0].numpy() for step in steps])
            for gate in steps[0].gates
        },
        states={
            part: np.stack([state[place][0].numpy() for state in states])
            for place, part in enumerate(parts)
        },
    )


def _expect_layer(name: str, unit: int | None, layers: Sequence[Layer]) -> None:
    """Refuses a layer or a unit that is not there.

    Raises:
        InputError: It is not, or the unit is one of the decoder.
    """
    names = [layer.name for layer in layers]
    if name not in names:
        raise InputError(
            f"Expected a layer of the model: {', '.join(names)}. Received: {shown(name)}. "
            "Give one of them."
        )
    if unit is None:
        return

    expect_count("unit", unit, lowest=0)
    units = layers[names.index(name)].openness().shape[1]
    if unit >= units:
        raise InputError(
            f"Expected a unit of {name}, 0 to {units - 1}. Received: {unit}. Give a smaller one."
        )
    if not name.startswith("encoder/"):
        raise InputError(
            f"Expected a unit of an encoder layer, which reads sentences. Received: one of {name}. "
            "Give a layer of the encoder."
        )


def _excited(
    translator: Translator, sentences: Sequence[str], name: str, unit: int
) -> list[Excited]:
    """The sentences in which the hidden state of a unit is largest."""
    model = single_model(translator)
    found = []
    for tokens in by_length(translator, sentences):
        steps = encode(model, tf.constant(tokens)).layers[name]
        values = np.stack([step.after[0][:, unit].numpy() for step in steps], 1)  # (batch, length)
        if name.startswith("backward"):
            values = values[:, ::-1]
        found += zip(tokens, values, strict=True)

    found.sort(key=lambda pair: -pair[1].max())
    return [
        Excited(pieces_of(translator.source_tokenizer, tokens, {}), values)
        for tokens, values in found[:_EXCITED]
    ]


def by_length(translator: Translator, sentences: Sequence[str]) -> list[np.ndarray]:
    """The tokens of sentences, `(sentences, length)` for each length; very long ones are left out.

    Raises:
        InputError: No sentence is left.
    """
    with tf.device("CPU:0"):
        ragged = translator.source_tokenizer.tokenize(tf.constant(list(sentences), tf.string))
    rows = defaultdict(list)
    for tokens in ragged.to_list():
        if 1 < len(tokens) <= MOST_PIECES:
            rows[len(tokens)].append(tokens)

    if not rows:
        raise InputError(
            f"Expected sentences of up to {MOST_PIECES} pieces. Received: none. Give others."
        )
    return [np.array(tokens, np.int32) for _, tokens in sorted(rows.items())]
