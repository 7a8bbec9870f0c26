"""Compares what a model answers in its four forms: python scripts/check_exports.py --model DIR --source FILE

    python scripts/check_exports.py --model saved_models/en-de --source test.en

The library, the SavedModel, `seq2seq serve` over HTTP and the TFLite model (float32) translate the same sentences,
greedily and with a beam of 5. It prints how many translations differ from the library's, and ends with status 1 if any
does. Needs the extras serve and tflite.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tensorflow as tf
from bench_serving import Client, server

from seq2seq.export import export
from seq2seq.tflite import export_tflite
from seq2seq.tflite_translator import BEAM, GREEDY, TFLiteTranslator
from seq2seq.translator import Translator

_BEAM_SIZES = {"greedy": 1, "beam": 5}
_ROWS = 50  # sentences of a call of the SavedModel


def main(arguments: list[str] | None = None) -> None:
    """Prints the differences of each form and search."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, metavar="DIR", help="a model directory")
    parser.add_argument("--source", required=True, metavar="FILE", help="sentences, one a line")
    options = parser.parse_args(arguments)
    texts = Path(options.source).read_text(encoding="utf-8").splitlines()
    translator, others = Translator.load(options.model), 0
    with tempfile.TemporaryDirectory() as directory:
        saved_model, lite = Path(directory, "saved_model"), Path(directory, "lite")
        export(translator, saved_model, n_best=1)
        export_tflite(translator, lite, n_best=1)
        for search, beam_size in _BEAM_SIZES.items():
            expected = translator.translate(texts, beam_size=beam_size)
            for form, found in answers(texts, search, saved_model, lite):
                differing = sum(one != other for one, other in zip(found, expected, strict=True))
                print(f"{search}, {form}: {differing} of {len(texts):,} translations differ from the library's")
                others += differing
    sys.exit(others > 0)


def answers(texts: list[str], search: str, saved_model: Path, lite: Path) -> Iterator[tuple[str, list[str]]]:
    """The name of each exported form, and the best translations that it finds."""
    signature = {"greedy": GREEDY, "beam": BEAM}[search]
    function = tf.saved_model.load(saved_model).signatures[signature]
    batches = (texts[start : start + _ROWS] for start in range(0, len(texts), _ROWS))
    found = (tf.reshape(function(text=tf.constant(batch))["translation"], [-1]).numpy() for batch in batches)
    yield "SavedModel", [text.decode() for texts in found for text in texts]
    with server(str(saved_model)) as port, ThreadPoolExecutor() as threads:
        yield "HTTP", list(threads.map(lambda text: Client(port, search).ask(text), texts))
    yield "TFLite", TFLiteTranslator.load(lite).translate(texts, signature=signature)


if __name__ == "__main__":
    main()
