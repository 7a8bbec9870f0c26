"""Why this translation and not that one: which source pieces speak for it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import tensorflow as tf

from seq2seq.errors import InputError
from seq2seq.explain.columns import padded
from seq2seq.explain.explanation import Explanation
from seq2seq.explain.saliency import contrast
from seq2seq.explain.sentence import best_or_given, read_source, read_target, single_model
from seq2seq.translation.decoding import score_targets
from seq2seq.translation.translator import Translator

TOLERANCE = 0.01  # nats by which the parts may miss the difference


@dataclass(frozen=True)
class Why(Explanation):
    """What of the source speaks for a translation, against another.

    `contributions.sum() + without_source` is `difference`, within `error`.

    Attributes:
        source: The text.
        source_pieces: Its pieces, `(source_length,)`.
        target: The translation.
        other: The other one.
        log_probs: The log-probability of each, in nats.
        difference: The first less the second.
        contributions: How much each source piece speaks for the first, `(source_length,)`, in nats;
            negative where it speaks for the other.
        without_source: The difference where every source piece is a zero vector: what the decoder
            prefers by itself.
        error: By how much the parts miss the difference, in nats; 0.01 is aimed at.
        points: Points at which the gradient was integrated.
    """

    topic: ClassVar[str] = "why"

    source: str
    source_pieces: list[str]
    target: str
    other: str
    log_probs: tuple[float, float]
    difference: float
    contributions: np.ndarray
    without_source: float
    error: float
    points: int

    def lines(self) -> list[str]:
        """The parts of the difference, and how well they add up."""
        lines = [
            f"{self.target}   log P {self.log_probs[0]:.3f}",
            f"not {self.other}   log P {self.log_probs[1]:.3f}",
            f"difference {self.difference:+.3f} nats, of which",
        ]
        lines += [
            f"  {padded(piece, 16)}{value:+8.3f}"
            for piece, value in zip(self.source_pieces, self.contributions, strict=True)
        ]
        lines.append(f"  {'without a source':16}{self.without_source:+8.3f}")
        lines.append(f"The parts add up within {self.error:.1g} nats ({self.points} points).")
        return lines


def why(
    translator: Translator,
    text: str,
    other: str,
    *,
    target: str | None = None,
    beam_size: int = 5,
) -> Why:
    """Tells which source pieces speak for a translation against another.

    Args:
        translator: The translator.
        text: The source text.
        other: Another translation of it.
        target: The translation; the best one by default.
        beam_size: Hypotheses that the search for it keeps.

    Raises:
        InputError: The two are the same, or something given cannot be used.
    """
    model = single_model(translator)
    source = read_source(translator, text)
    written = best_or_given(translator, source, target, beam_size=beam_size)
    against = read_target(translator, source.text, other)
    if np.array_equal(written.tokens, against.tokens):
        raise InputError(
            "Expected another translation than the one to explain. "
            f"Received: {against.text!r} for both. Give other words."
        )

    labels, other_labels = (one.tokens.astype(np.int32) for one in (written, against))
    found = contrast(model, source.tokens, labels, other_labels, tolerance=TOLERANCE)
    log_probs = _log_probs(translator, source.tokens, labels, other_labels)
    return Why(
        source=source.text,
        source_pieces=source.pieces,
        target=written.text,
        other=against.text,
        log_probs=log_probs,
        difference=found.difference,
        contributions=found.contributions,
        without_source=found.without_source,
        error=found.error,
        points=found.points,
    )


def _log_probs(
    translator: Translator, source_tokens: np.ndarray, *translations: np.ndarray
) -> tuple[float, float]:
    """The log-probability of each translation, by the model's own scoring."""
    first, second = (
        float(
            score_targets(
                single_model(translator),
                tf.constant(source_tokens[np.newaxis]),
                tf.constant(labels[np.newaxis, np.newaxis]),
            )
            .log_probs.numpy()
            .sum()
        )
        for labels in translations
    )
    return first, second
