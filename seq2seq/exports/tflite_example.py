"""Translates its arguments, or the lines of standard input.

It uses the TFLite model and the tokenizers in the folder of this file. The folder seq2seq beside it
is the part of the library that prepares texts and runs the model; it needs no TensorFlow.

pip install ai-edge-litert numpy sentencepiece sentencex
python translate.py "I am Yusol"
python translate.py - < letters.txt
"""

import sys
from io import TextIOWrapper
from pathlib import Path

from seq2seq.exports.tflite_translator import TFLiteTranslator

if __name__ == "__main__":
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")

    texts = sys.argv[1:]
    if texts in (["-h"], ["--help"]):
        sys.stdout.write(f"{__doc__}")
        sys.exit()

    translator = TFLiteTranslator.load(Path(__file__).parent)
    for text in sys.stdin if texts in ([], ["-"]) else texts:
        sys.stdout.write(translator.translate(text.strip()) + "\n")
