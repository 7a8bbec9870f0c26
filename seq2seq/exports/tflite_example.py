"""Translates its arguments, or the lines of standard input, with the TFLite model in the folder of this file.

pip install ai-edge-litert numpy sentencepiece
python translate.py "I am Yusol"
python translate.py - < letters.txt
"""

import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from sentencepiece import SentencePieceProcessor

FOLDER = Path(__file__).parent
MAX_SOURCE_LENGTH = 256  # tokens; longer sentences are cut

source = SentencePieceProcessor(model_file=str(FOLDER / "source.model"))
target = SentencePieceProcessor(model_file=str(FOLDER / "target.model"))
model = Interpreter(str(FOLDER / "model.tflite")).get_signature_runner("beam")
for length in (
    MAX_SOURCE_LENGTH,
    1,
):  # LiteRT asks for all its memory, and then prepares for it; or else it may err
    model(source_tokens=np.full((1, length), source.eos_id(), np.int32))


def translate(text: str) -> str:
    tokens = source.encode(text)[: MAX_SOURCE_LENGTH - 1] + [source.eos_id()]
    found = model(
        source_tokens=np.array([tokens], np.int32)
    )  # the n best, and for each its "score"
    return target.decode(found["tokens"][0, 0].tolist())


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    texts = sys.argv[1:]
    if texts in (["-h"], ["--help"]):
        sys.stdout.write(__doc__)
        sys.exit()
    for text in sys.stdin if texts in ([], ["-"]) else texts:
        sys.stdout.write(translate(text.strip()) + "\n")
