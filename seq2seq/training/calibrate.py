"""How good the translations of the dev set are that a new model is sure of."""

import math
from collections.abc import Sequence

from seq2seq.data.corpus import Corpus
from seq2seq.evaluation.sentence_scores import sentence_chrf2
from seq2seq.storage.directory import ModelDirectory
from seq2seq.training.directions import translate_parts
from seq2seq.translation.calibration import FEWEST, Calibration
from seq2seq.translation.result import Translation
from seq2seq.translation.translator import Translator

_MOST = 1000  # sentences that are translated for it


def calibrate(
    translator: Translator,
    dev: Corpus,
    place: ModelDirectory,
    translations: Sequence[Translation] | None = None,
) -> None:
    """Measures what to expect of a translator, and keeps it in its directory.

    Of few sentences nothing is measured.

    Args:
        translator: The translator, which knows it from then on.
        dev: Pairs that it has not learnt.
        place: Its directory.
        translations: Those of `dev` by the default beam search, if they are there already.
    """
    if len(dev) < FEWEST:
        return
    if translations is None:
        dev = Corpus(dev.source[:_MOST], dev.target[:_MOST])
        parts = list(translate_parts(translator, dev))
        translations = [one for _, found in parts for one in found]
        references = [text for part, _ in parts for text in part.corpus.target]
    else:
        references = dev.target

    qualities = sentence_chrf2([one.text for one in translations], references)
    calibration = Calibration.fit([_mean(one) for one in translations], qualities)
    translator.set_calibration(calibration)
    if calibration:
        calibration.save(place)


def _mean(translation: Translation) -> float:
    """The log-probability of the best translation per token; NaN where it is not known."""
    best = translation.best
    if best.log_probability is None or not best.pieces:
        return math.nan
    return best.log_probability / len(best.pieces)
