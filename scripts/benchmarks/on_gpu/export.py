"""Exports a model as a SavedModel, with whatever device this process sees."""

from pathlib import Path

from seq2seq.quiet import load_tensorflow


def run(request: dict) -> dict:
    """Exports the model in `model` to `directory`, and translates `texts` with it before.

    Returns:
        `translations`, by greedy search.
    """
    load_tensorflow()
    from seq2seq.exports.saved_model import export_saved_model
    from seq2seq.translation.translator import Translator

    translator = Translator.load(request["model"])
    translations = translator.translate(request["texts"], beam_size=1)
    export_saved_model(translator, Path(request["directory"]), beam_size=2)
    return {"translations": translations}
