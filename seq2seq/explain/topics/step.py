"""One time step of the decoder with its real numbers: input, state, gates, logits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import tensorflow as tf

from seq2seq.errors import InputError, expect_count
from seq2seq.explain.columns import padded
from seq2seq.explain.equations import latex
from seq2seq.explain.explanation import Explanation
from seq2seq.explain.sentence import best_or_given, pieces_of, read_source, single_model
from seq2seq.explain.unrolled import DecoderStep, decode, encode
from seq2seq.ids import BOS_ID
from seq2seq.translation.translator import Translator

_LIKELIEST = 5
_SHOWN = 6  # units in a table


@dataclass(frozen=True)
class Layer:
    """What one recurrent layer of the decoder does at the step.

    Attributes:
        name: The layer.
        x: What it reads, `(features,)`.
        state: The state before it, by the names of its parts, `(units,)` each.
        gates: Gates and candidate by name, `(units,)` each; none for a vanilla RNN.
        new_state: The state after it.
    """

    name: str
    x: np.ndarray
    state: dict[str, np.ndarray]
    gates: dict[str, np.ndarray]
    new_state: dict[str, np.ndarray]


@dataclass(frozen=True)
class Likely:
    """A piece that may come next.

    Attributes:
        piece: The piece.
        logit: Its logit.
        probability: The softmax of it.
    """

    piece: str
    logit: float
    probability: float


@dataclass(frozen=True)
class TimeStep(Explanation):
    """One step of the decoder.

    Attributes:
        cell: "gru", "lstm" or "rnn".
        source: The text.
        target_pieces: The pieces of the translation.
        position: The step, 1 for the first.
        reads: The piece that the decoder reads: that before, `<s>` at the first step.
        writes: The piece of the translation that it is to predict.
        layers: The recurrent layers, from the first up.
        attention: `(source_length,)`, None without attention.
        source_pieces: The pieces of the source, `(source_length,)`.
        logits: `(vocabulary_size,)`.
        likeliest: The five likeliest pieces.
    """

    topic: ClassVar[str] = "step"

    cell: str
    source: str
    target_pieces: list[str]
    position: int
    reads: str
    writes: str
    layers: list[Layer]
    attention: np.ndarray | None
    source_pieces: list[str]
    logits: np.ndarray
    likeliest: list[Likely]

    def rows(self, layer: Layer) -> list[tuple[str, np.ndarray]]:
        """The vectors of a layer in the order in which they are computed, each with its name."""
        before = [(f"{part} before", values) for part, values in layer.state.items()]
        gates = [(f"{name}", values) for name, values in layer.gates.items()]
        after = [(f"{part} after", values) for part, values in layer.new_state.items()]
        return [("input x", layer.x), *before, *gates, *after]

    def lines(self) -> list[str]:
        """Tables: a row for each vector, its first few numbers; then the likeliest pieces."""
        lines = [f"Step {self.position}: reads {self.reads}, is to write {self.writes}"]
        for layer in self.layers:
            lines.append(f"{layer.name} ({self.cell}), the first {_SHOWN} units")
            lines += [f"  {name:14}{_numbers(values)}" for name, values in self.rows(layer)]
        if self.attention is not None:
            most = int(self.attention.argmax())
            lines.append(f"attends most to {self.source_pieces[most]} ({self.attention.max():.2f})")

        lines.append("the likeliest pieces      logit  probability")
        lines += [
            f"  {padded(likely.piece, 20)}{likely.logit:9.3f}  {likely.probability:11.4f}"
            for likely in self.likeliest
        ]
        return lines

    def latex(self) -> str:
        """The equations of the first layer with its numbers, for LaTeX with amsmath."""
        return latex(self.cell, self.rows(self.layers[0]), self.likeliest, shown=_SHOWN)

    def _text(self, suffix: str) -> str:
        return self.latex() if suffix == ".tex" else super()._text(suffix)


def step(
    translator: Translator,
    text: str,
    *,
    position: int = 1,
    target: str | None = None,
    beam_size: int = 5,
) -> TimeStep:
    """Takes one step of the decoder apart.

    Args:
        translator: The translator.
        text: The source text.
        position: The step: 1 predicts the first piece of the translation.
        target: The translation; the best one by default.
        beam_size: Hypotheses that the search for it keeps.

    Raises:
        InputError: The translation has fewer pieces, or something given cannot be used.
    """
    model = single_model(translator)
    expect_count("position", position)
    source = read_source(translator, text)
    written = best_or_given(translator, source, target, beam_size=beam_size)
    if position > len(written):
        raise InputError(
            f"Expected position to be at most {len(written)}, the pieces of the translation. "
            f"Received: {position}. Give a smaller one."
        )

    encoded = encode(model, tf.constant(source.tokens[np.newaxis]))
    labels = tf.constant(written.tokens[np.newaxis, :position], tf.int32)
    taken = decode(model, encoded, labels)[-1]

    before = [BOS_ID, *written.tokens][position - 1]
    (reads,) = pieces_of(translator.target_tokenizer, [before], written.masks)
    recurrent = model.decoder.recurrent_layers
    return TimeStep(
        cell=translator.configuration.model.cell,
        source=source.text,
        target_pieces=written.pieces,
        position=position,
        reads=reads,
        writes=written.pieces[position - 1],
        layers=[
            _layer(layer.name, layer.state_names, taken, place)
            for place, layer in enumerate(recurrent)
        ],
        attention=None if taken.attention is None else taken.attention[0].numpy(),
        source_pieces=source.pieces,
        logits=taken.logits[0].numpy(),
        likeliest=_likeliest(translator, taken, written.masks),
    )


def _layer(name: str, parts: tuple[str, ...], taken: DecoderStep, place: int) -> Layer:
    own = taken.layers[place]
    return Layer(
        name=name,
        x=own.x[0].numpy(),
        state={part: value[0].numpy() for part, value in zip(parts, own.before, strict=True)},
        gates={gate: value[0].numpy() for gate, value in own.gates.items()},
        new_state={part: value[0].numpy() for part, value in zip(parts, own.after, strict=True)},
    )


def _likeliest(
    translator: Translator, taken: DecoderStep, masks: Mapping[str, str]
) -> list[Likely]:
    logits = taken.logits[0]
    probabilities = tf.nn.softmax(logits).numpy()
    tokens = np.argsort(-probabilities, kind="stable")[:_LIKELIEST]
    pieces = pieces_of(translator.target_tokenizer, tokens, masks)
    return [
        Likely(piece, float(logits[token]), float(probabilities[token]))
        for piece, token in zip(pieces, tokens, strict=True)
    ]


def _numbers(values: np.ndarray) -> str:
    more = "  …" if len(values) > _SHOWN else ""
    return "".join(f"{value:9.4f}" for value in values[:_SHOWN]) + more
