"""Translates its arguments, or the lines of standard input.

It uses the TFLite model and the tokenizers in the folder of this file.

pip install ai-edge-litert numpy sentencepiece
python translate.py "I am Yusol"
python translate.py - < letters.txt
"""

import sys
from io import TextIOWrapper
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from sentencepiece import SentencePieceProcessor

FOLDER = Path(__file__).parent
MAX_SOURCE_LENGTH = 256  # tokens; longer sentences are cut

source = SentencePieceProcessor(model_file=str(FOLDER / "source.model"))
target = SentencePieceProcessor(model_file=str(FOLDER / "target.model"))
model = Interpreter(str(FOLDER / "model.tflite")).get_signature_runner("beam")

# LiteRT can answer wrongly after it has enlarged its memory. The longest sentence makes it take all
# that it will ever need; the shortest one then makes it set everything up in its final place.
for length in (MAX_SOURCE_LENGTH, 1):
    model(source_tokens=np.full((1, length), source.eos_id(), np.int32))


def translate(text: str) -> str:
    """The best translation of a text."""
    tokens = source.encode(text)[: MAX_SOURCE_LENGTH - 1] + [source.eos_id()]
    found = model(source_tokens=np.array([tokens], np.int32))  # all n best, each with a "score"
    return target.decode(found["tokens"][0, 0].tolist())


if __name__ == "__main__":
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")

    texts = sys.argv[1:]
    if texts in (["-h"], ["--help"]):
        sys.stdout.write(f"{__doc__}")
        sys.exit()

    for text in sys.stdin if texts in ([], ["-"]) else texts:
        sys.stdout.write(translate(text.strip()) + "\n")
