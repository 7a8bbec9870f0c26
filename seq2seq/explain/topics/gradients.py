"""How far back a gradient reaches: vanishing and exploding gradients, measured on real models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from seq2seq.data.bundled import bundled_corpus
from seq2seq.data.corpus import Corpus
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError, expect_count
from seq2seq.explain.explanation import Explanation
from seq2seq.explain.gradient_flow import (
    Texts,
    cut_by_truncation,
    flow,
    norms,
    theory,
)
from seq2seq.explain.long_texts import join_sentences
from seq2seq.explain.sentence import best_or_given, read_source, single_model
from seq2seq.explain.small_models import BATCH, seeded, small_model, train
from seq2seq.model.options import CELL_NAMES
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.translation.loading import make_model
from seq2seq.translation.translator import Translator

LEFT = 0.01  # the share of the gradient below which it counts as gone

_PIECES = (500, 1000)  # of the source and of the target vocabulary
_CLIP = 1.0
_NO_CLIP = 1e9  # a norm that no gradient has
_MEASURED = 16  # texts
_SHORTEST = 4  # time steps


@dataclass(frozen=True)
class Curve:
    """The gradient of one model, from the last time step back to the first.

    Attributes:
        cell: "gru", "lstm" or "rnn".
        state: "untrained", "trained" or "trained without clipping".
        norms: The norm of d loss / d state, `(length,)`, that of the last step first; the geometric
            mean over texts. The state of an LSTM is h and c side by side.
        singular_values: The largest one of the recurrent matrix of each gate.
        direct: The mean of the direct term of a step, see `gradient_flow.Theory`.
        decay: What theory says is left after a step at most, see `gradient_flow.Theory`.
        measured_decay: What is left after a step, on average over all steps.
        gone_after: Steps back after which less than 1 % is left; None if that is never so.
        cut: What truncated BPTT of k steps leaves out of the gradient of the recurrent matrix, for
            k from 1, `(length,)`; a share of the whole's norm.
        training_norms: The norm of all gradients at each training step, before it is clipped.
        loss: In nats per target token.
    """

    cell: str
    state: str
    norms: np.ndarray
    singular_values: dict[str, float]
    direct: float
    decay: float
    measured_decay: float
    gone_after: int | None
    cut: np.ndarray
    training_norms: np.ndarray
    loss: float


@dataclass(frozen=True)
class Gradients(Explanation):
    """How far back the gradient reaches in several models.

    Attributes:
        curves: One for each cell and each state of training.
        length: Time steps.
        texts: Texts that were measured.
        steps: Training steps; None for a model of the user's.
        clip_norm: The norm that gradients are clipped to where they are.
    """

    topic: ClassVar[str] = "gradients"

    curves: list[Curve]
    length: int
    texts: int
    steps: int | None
    clip_norm: float

    def lines(self) -> list[str]:
        """A table with a row for each curve."""
        lines = [
            f"d loss / d state over {self.length} time steps, geometric mean of {self.texts} texts",
            "cell  state                     last      first  left/step  theory  singular  gone",
        ]
        for curve in self.curves:
            largest = max(curve.singular_values.values())
            gone = "never" if curve.gone_after is None else f"{curve.gone_after} back"
            lines.append(
                f"{curve.cell:5} {curve.state:24}{curve.norms[0]:9.1e}  {curve.norms[-1]:9.1e}"
                f"  {curve.measured_decay:9.3f}  {curve.decay:6.3f}  {largest:8.2f}  {gone}"
            )
        return lines + self._about_clipping()

    def _about_clipping(self) -> list[str]:
        """Whether a gradient in training was large enough to be clipped."""
        lines = []
        for curve in self.curves:
            if curve.state == "trained" and len(curve.training_norms):
                clipped = int((curve.training_norms > self.clip_norm).sum())
                lines.append(
                    f"{curve.cell}: {clipped} of {self.steps} steps had a gradient above "
                    f"{self.clip_norm:g}, the largest {curve.training_norms.max():.2f}"
                )
        return lines


def gradients(
    translator: Translator | None = None,
    text: str | None = None,
    *,
    pairs: Corpus | None = None,
    cells: Sequence[str] = ("rnn", "gru", "lstm"),
    steps: int = 60,
    length: int = 40,
    gain: float = 1.0,
    seed: int = 1,
) -> Gradients:
    """Measures how far back the gradient of a loss reaches, untrained and trained.

    Without a translator, small models of each cell are made and trained on texts of the bundled
    corpus. They read in one direction and have no attention: all that the loss knows of the first
    word comes through every step. With a translator, its own encoder is measured, and the same one
    with new weights.

    Args:
        translator: A translator to measure.
        text: A source text, to be measured in the place of texts of a corpus.
        pairs: The corpus; the bundled one by default.
        cells: Which small models to make.
        steps: Their training steps.
        length: Time steps.
        gain: What their recurrent matrices are multiplied by before training; above 1, a vanilla
            RNN's gradients explode.
        seed: The seed of all new weights.

    Raises:
        InputError: Something given cannot be used.
    """
    expect_count("steps", steps, lowest=0)
    expect_count("length", length, lowest=_SHORTEST)
    expect_count("seed", seed, lowest=0)
    if translator is not None:
        return _of_translator(translator, text, pairs, length, seed)
    if text is not None:
        raise InputError(
            "Expected a text with a model to read it. Received: a text alone. Give --model DIR."
        )
    for cell in cells:
        if cell not in CELL_NAMES:
            raise InputError(
                f"Expected cells among {', '.join(CELL_NAMES)}. Received: {cell!r}. Give others."
            )

    if pairs is None:
        pairs = bundled_corpus("train")
    curves = _of_small_models(pairs, cells, steps=steps, length=length, gain=gain, seed=seed)
    return Gradients(curves, length, _MEASURED, steps, _CLIP)


def _of_small_models(
    corpus: Corpus, cells: Sequence[str], *, steps: int, length: int, gain: float, seed: int
) -> list[Curve]:
    """The curves of new models of each cell, and of the same ones trained on the corpus."""
    tokenizers = (
        Tokenizer.train(corpus.source, _PIECES[0]),
        Tokenizer.train(corpus.target, _PIECES[1], keep_letters=True),
    )
    wanted = _MEASURED + max(steps, 1) * BATCH
    texts = join_sentences(corpus, tokenizers, length=length, most=wanted)
    measured = Texts(*(side[:_MEASURED] for side in texts))
    rest = Texts(*(side[_MEASURED:] for side in texts)) if len(texts.labels) > _MEASURED else texts

    curves = []
    for cell in cells:
        make = partial(small_model, cell, tokenizers, gain=gain, seed=seed)
        curves += _before_and_after(make, cell, measured, rest, steps)
    return curves


def _of_translator(
    translator: Translator, text: str | None, pairs: Corpus | None, length: int, seed: int
) -> Gradients:
    """The gradients of a translator's encoder, and of the same one with new weights."""
    model = single_model(translator)
    tokenizers = (translator.source_tokenizer, translator.target_tokenizer)
    if text is None:
        corpus = bundled_corpus("dev") if pairs is None else pairs
        texts = join_sentences(corpus, tokenizers, length=length, most=_MEASURED)
    else:
        source = read_source(translator, text)
        target = best_or_given(translator, source, None)
        texts = Texts(source.tokens[np.newaxis], target.tokens[np.newaxis].astype(np.int32))

    configuration = translator.configuration
    cell = configuration.model.cell
    with seeded(seed):
        untrained = make_model(configuration, *tokenizers)
    curves = [
        _curve(untrained, cell, "untrained", texts),
        _curve(model, cell, "trained", texts),
    ]
    count, steps = texts.source_tokens.shape
    return Gradients(curves, steps, count, None, configuration.training.clip_norm)


def _before_and_after(
    make: Callable[..., Seq2Seq], cell: str, measured: Texts, rest: Texts, steps: int
) -> list[Curve]:
    """The curves of new models of a cell, and of the same ones trained with and without clipping.

    Where no gradient was as large as the norm to clip to, clipping has changed nothing, and there
    is no curve without it.
    """
    model = make(clip=_CLIP)
    curves = [_curve(model, cell, "untrained", measured)]
    if not steps:
        return curves

    training_norms = train(model, rest, steps)
    curves.append(_curve(model, cell, "trained", measured, training_norms))
    if max(training_norms) > _CLIP:
        model = make(clip=_NO_CLIP)
        training_norms = train(model, rest, steps)
        curves.append(_curve(model, cell, "trained without clipping", measured, training_norms))
    return curves


def _curve(
    model: Seq2Seq,
    cell: str,
    state: str,
    texts: Texts,
    training_norms: Sequence[float] = (),
) -> Curve:
    flowed = flow(model, texts)
    of_steps = norms(flowed)
    expected = theory(model, cell, flowed.steps)
    below = np.flatnonzero(of_steps < LEFT * of_steps[0])
    per_step = (of_steps[-1] / of_steps[0]) ** (1 / (len(of_steps) - 1))
    return Curve(
        cell=cell,
        state=state,
        norms=of_steps,
        singular_values=expected.singular_values,
        direct=expected.direct,
        decay=expected.decay,
        measured_decay=float(per_step),
        gone_after=int(below[0]) if len(below) else None,
        cut=cut_by_truncation(flowed),
        training_norms=np.array(training_norms),
        loss=flowed.loss,
    )
