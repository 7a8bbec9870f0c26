"""Recurrent sequence-to-sequence translation with TensorFlow and Keras.

>>> import seq2seq
>>> translator = seq2seq.train("pairs.tsv", output="saved_models/mine")
>>> translator.translate("I am Yusol")
'나는 유솔이야'
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seq2seq import explain as explain
    from seq2seq.api import compare, evaluate, export, train
    from seq2seq.data.bundled import bundled_corpus
    from seq2seq.data.corpus import Corpus, read_tsv
    from seq2seq.data.tokenizer import Tokenizer
    from seq2seq.errors import InputError
    from seq2seq.evaluation.evaluation import Evaluation
    from seq2seq.exports.tflite_translator import TFLiteTranslator
    from seq2seq.model.decoder import Decoder
    from seq2seq.model.encoder import Encoder
    from seq2seq.model.ensemble import Ensemble
    from seq2seq.model.options import ModelOptions
    from seq2seq.model.seq2seq import Seq2Seq
    from seq2seq.search.beam import beam_search, greedy_search
    from seq2seq.search.options import SearchOptions
    from seq2seq.search.sampling import sample
    from seq2seq.storage.configuration import Configuration
    from seq2seq.translation.result import Hypothesis, Translation
    from seq2seq.translation.translator import Translator

    __version__: str

__all__ = [
    "Configuration",
    "Corpus",
    "Decoder",
    "Encoder",
    "Ensemble",
    "Evaluation",
    "Hypothesis",
    "InputError",
    "ModelOptions",
    "SearchOptions",
    "Seq2Seq",
    "TFLiteTranslator",
    "Tokenizer",
    "Translation",
    "Translator",
    "__version__",
    "beam_search",
    "bundled_corpus",
    "compare",
    "evaluate",
    "export",
    "greedy_search",
    "read_tsv",
    "sample",
    "train",
]

# The module of each public name.
_PUBLIC = {
    "Configuration": "storage.configuration",
    "Corpus": "data.corpus",
    "Decoder": "model.decoder",
    "Encoder": "model.encoder",
    "Ensemble": "model.ensemble",
    "Evaluation": "evaluation.evaluation",
    "Hypothesis": "translation.result",
    "InputError": "errors",
    "ModelOptions": "model.options",
    "SearchOptions": "search.options",
    "Seq2Seq": "model.seq2seq",
    "TFLiteTranslator": "exports.tflite_translator",
    "Tokenizer": "data.tokenizer",
    "Translation": "translation.result",
    "Translator": "translation.translator",
    "beam_search": "search.beam",
    "bundled_corpus": "data.bundled",
    "compare": "api",
    "evaluate": "api",
    "export": "api",
    "greedy_search": "search.beam",
    "read_tsv": "data.corpus",
    "sample": "search.sampling",
    "train": "api",
}

# The names whose modules import TensorFlow, which is then loaded without its notices.
_OF_TENSORFLOW = {
    "Decoder",
    "Encoder",
    "Ensemble",
    "Seq2Seq",
    "Tokenizer",
    "Translator",
    "beam_search",
    "greedy_search",
    "sample",
}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used, so that `seq2seq --help` loads no TensorFlow."""
    if name == "__version__":
        from seq2seq.storage.version import package_version

        return package_version()
    if name == "explain":  # a room, whose functions have the names of its topics
        return importlib.import_module("seq2seq.explain")
    if name not in _PUBLIC:
        raise AttributeError(f"module 'seq2seq' has no attribute {name!r}")

    if name in _OF_TENSORFLOW:
        from seq2seq.quiet import load_tensorflow

        load_tensorflow()
    return getattr(importlib.import_module(f"seq2seq.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return __all__
