"""Recurrent sequence-to-sequence translation with TensorFlow and Keras.

>>> import seq2seq
>>> seq2seq.Translator.load("saved_models/en-ko").translate(["I am Yusol"])
['나는 유솔이야']
"""

import importlib
import importlib.metadata

_PUBLIC = {
    "Configuration": "storage.configuration",
    "Corpus": "data.corpus",
    "Decoder": "model.decoder",
    "Encoder": "model.encoder",
    "Ensemble": "model.ensemble",
    "InputError": "errors",
    "SearchOptions": "search.options",
    "Seq2Seq": "model.seq2seq",
    "Tokenizer": "data.tokenizer",
    "Translator": "translation.translator",
    "beam_search": "search.beam",
    "greedy_search": "search.beam",
    "sample": "search.sampling",
}

__all__ = [*sorted(_PUBLIC), "__version__"]


def __getattr__(name: str):
    """Imports a public name when it is first used, so that `seq2seq --help` loads no TensorFlow."""
    if name == "__version__":
        return importlib.metadata.version("seq2seq")
    if name not in _PUBLIC:
        raise AttributeError(f"module 'seq2seq' has no attribute {name!r}")
    return getattr(importlib.import_module(f"seq2seq.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return __all__
