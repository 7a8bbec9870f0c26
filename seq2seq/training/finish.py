"""What a model directory has beside its weights: confidence, the model card and a TFLite model."""

from collections.abc import Sequence

from seq2seq.data.corpus import Corpus
from seq2seq.exports import own_tflite
from seq2seq.storage.directory import ModelDirectory
from seq2seq.training.calibrate import calibrate
from seq2seq.training.model_card import write_card
from seq2seq.translation.result import Translation
from seq2seq.translation.translator import Translator


def finish(
    translator: Translator,
    dev: Corpus | None,
    place: ModelDirectory,
    translations: Sequence[Translation] | None = None,
) -> None:
    """Measures the confidence of a new model, describes it, and leaves it as TFLite, too.

    Args:
        translator: The translator, which knows its confidence from then on.
        dev: Pairs that it has not learnt; without them, its confidence is not measured.
        place: Its directory.
        translations: Those of `dev` by the default beam search, if they are there already.
    """
    if dev:
        calibrate(translator, dev, place, translations)
    write_card(place)
    own_tflite.write_own_tflite(translator, place)
