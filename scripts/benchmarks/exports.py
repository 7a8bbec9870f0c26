"""Compares what a model answers in its four forms.

    python scripts/benchmarks/exports.py --model saved_models/en-de --source test.en

The library, the SavedModel, `seq2seq serve` over HTTP and the TFLite model (float32) translate the
same sentences, greedily and with a beam of 5. The graphs of the SavedModel, which the server runs
as they are under `:predict`, neither keep nor restore anything, so the library's function for that
stands around them. It prints how many translations differ from the library's, and ends with status
1 if any does. Needs the extras serve and tflite.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tensorflow as tf

from seq2seq.data.lines import read_lines
from seq2seq.errors import InputError
from seq2seq.exports.saved_model import export_saved_model
from seq2seq.exports.tflite import export_tflite
from seq2seq.exports.tflite_translator import TFLiteTranslator
from seq2seq.translation.keeping import kept, own_pieces
from seq2seq.translation.protected import Protected
from seq2seq.translation.result import Hypothesis, Translation
from seq2seq.translation.translator import Translator
from serving import SIGNATURES, Client, server

_BEAM_SIZES = {"greedy": 1, "beam": 5}
_ROWS = 50  # sentences of a call of the SavedModel

Form = Callable[[list[str], str], list[str]]  # sentences and "greedy" or "beam" to translations


def main(arguments: list[str] | None = None) -> None:
    """Prints the differences of each search and form."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", required=True, metavar="DIR", help="a model directory")
    parser.add_argument("--source", required=True, metavar="FILE", help="sentences, one a line")

    options = parser.parse_args(arguments)

    try:
        texts = list(read_lines(options.source))
        translator = Translator.load(options.model)
    except InputError as error:
        parser.error(str(error))

    others = 0
    with exported(translator) as forms:
        for search, beam_size in _BEAM_SIZES.items():
            expected = translator.translate(texts, beam_size=beam_size)
            for name, form in forms.items():
                pairs = zip(form(texts, search), expected, strict=True)
                differing = sum(one != other for one, other in pairs)
                print(
                    f"{search}, {name}: {differing} of {len(texts):,} translations "
                    "differ from the library's"
                )
                others += differing

    sys.exit(others > 0)


@contextlib.contextmanager
def exported(translator: Translator) -> Iterator[dict[str, Form]]:
    """The translator's exported forms by name; they end with the block."""
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor() as threads:
        saved_model = Path(directory, "saved_model")
        lite = Path(directory, "lite")
        export_saved_model(translator, saved_model, n_best=1)
        export_tflite(translator, lite, n_best=1)

        functions = tf.saved_model.load(saved_model).signatures
        in_lite = TFLiteTranslator.load(lite)

        def by_saved_model(texts: list[str], search: str) -> list[str]:
            batches = (
                tf.constant(texts[start : start + _ROWS]) for start in range(0, len(texts), _ROWS)
            )
            found = (functions[SIGNATURES[search]](text=batch)["translation"] for batch in batches)
            return [text.decode() for best in found for text in tf.reshape(best, [-1]).numpy()]

        def by_http(texts: list[str], search: str) -> list[str]:
            return list(threads.map(lambda text: Client(port, search).ask(text), texts))

        with server(str(saved_model)) as port:
            yield {
                "SavedModel": _keeping(translator, by_saved_model),
                "HTTP": _keeping(translator, by_http),
                "TFLite": lambda texts, search: in_lite.translate(
                    texts, signature=SIGNATURES[search]
                ),
            }


def _keeping(translator: Translator, form: Form) -> Form:
    """A form of graphs alone that keeps what the library keeps."""
    protector = translator.protector

    def translate(texts: list[str], search: str) -> list[str]:
        protected = [
            protector.protect(text) if protector else Protected(text, text) for text in texts
        ]
        found = form([sentence.text for sentence in protected], search)
        return list(map(_kept, protected, found))

    return translate


def _kept(protected: Protected, text: str) -> str:
    """What a search found, with what the sentence keeps; graphs tell no pieces and no attention."""
    hypothesis = Hypothesis(text=text, score=0.0, pieces=own_pieces(text))
    found = Translation(protected.text, [hypothesis], own_pieces(protected.text))
    return kept(protected, found, lambda rank: None).text


if __name__ == "__main__":
    main()
