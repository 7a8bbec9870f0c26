"""What is measured on a trained model: scores, translations, gradients, and how it was trained."""

from pathlib import Path
from typing import Any

import numpy as np

from seq2seq.comparison.combinations import Combination
from seq2seq.comparison.result import GradientFlow, Result, Training
from seq2seq.cpu import split_cores
from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.evaluation.evaluation import evaluate_translator
from seq2seq.explain.topics.curves import curves
from seq2seq.explain.topics.gradients import gradients
from seq2seq.translation.translator import Translator


def measure(
    directory: Path,
    combination: Combination,
    test: Corpus,
    *,
    tokenize: str,
    tokens_per_second: float | None,
) -> Result:
    """Measures a trained model.

    Args:
        directory: Its directory.
        combination: Its cell and its attention.
        test: The pairs to score.
        tokenize: The sacreBLEU tokenizer of BLEU, "auto" among them.
        tokens_per_second: The speed of its training, if it is known.

    Raises:
        InputError: The model is damaged, or an option cannot be used.
    """
    translator = Translator.load(directory, threads=split_cores())
    evaluation = evaluate_translator(translator, test, tokenize=tokenize)
    return Result(
        combination,
        _training(directory, translator.model, tokens_per_second),
        evaluation.scores,
        evaluation.hypotheses,
        _gradients(translator, test),
    )


def _training(directory: Path, model: Any, tokens_per_second: float | None) -> Training:
    (run,) = curves(directory).runs
    return Training(
        weights=model.count_params(),
        steps=_numbers(run.steps),
        minutes=_numbers(run.minutes),
        bleu=_numbers(run.values["bleu"]),
        chrf2=_numbers(run.values["chrf2"]),
        tokens_per_second=tokens_per_second,
    )


def _gradients(translator: Translator, test: Corpus) -> GradientFlow | None:
    """How far back the gradient reaches; None where the test pairs make no text that is long."""
    try:
        measured = gradients(translator, pairs=test)
    except InputError:
        return None
    trained = measured.curves[-1]
    return GradientFlow(_numbers(trained.norms), trained.measured_decay, trained.gone_after)


def _numbers(values: np.ndarray) -> list[float]:
    return [float(value) for value in values]
