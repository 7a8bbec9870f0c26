"""A translator as a TFLite model, ids in and ids out, for phones and small computers; LiteRT runs it.

It holds the whole search, in TensorFlow Lite's built-in operations alone: to run it, no part of TensorFlow is needed.
SentencePiece, which reads and writes text, is outside: the tokenizers lie beside the model, and an example with them.

Reference:
    https://ai.google.dev/edge/litert
"""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from seq2seq.decoding import truncate
from seq2seq.directory import expect_room
from seq2seq.ensemble import expect_single
from seq2seq.export import leave_cudnn, naming_failure
from seq2seq.files import write_directory
from seq2seq.search_options import SearchOptions
from seq2seq.translator import Translator

MODEL, EXAMPLE = "model.tflite", "translate.py"  # in the exported directory
SIGNATURE = "translate"
_EXAMPLE = Path(__file__).with_name("tflite_example.py")


def export_tflite(
    translator: Translator, directory: str | Path, *, beam_size: int = 5, quantize: bool = False, shortlist: int = 0
) -> bytes:
    """Writes a TFLite model, the tokenizers, and an example that translates with them and LiteRT.

    Args:
        translator: What is exported.
        directory: A directory that does not exist yet, or is such an exported model, which is replaced.
        beam_size: Hypotheses that the search keeps; 1 is greedy.
        quantize: See `convert`.
        shortlist: As in `SearchOptions`.

    Returns:
        The TFLite model.

    Raises:
        InputError: The translator is an ensemble; or `directory` holds something that is no exported TFLite model, or
            cannot be written.
    """
    directory = Path(directory)
    expect_room(directory, mark=MODEL)
    model = convert(translator, beam_size=beam_size, quantize=quantize, shortlist=shortlist)

    def write(place):
        (place / MODEL).write_bytes(model)
        translator.save_tokenizers(place)
        shutil.copyfile(_EXAMPLE, place / EXAMPLE)

    write_directory(directory, write)
    return model


def convert(translator: Translator, *, beam_size: int = 5, quantize: bool = False, shortlist: int = 0) -> bytes:
    """The model and its search as a TFLite model with the signature `translate`.

    It takes `source_tokens` `(1, source_length)` int32, at most `MAX_SOURCE_LENGTH` and EOS last, and gives `tokens`
    `(1, length)` int32, EOS included, and `score` `(1,)`. It takes one sentence at a time, because TFLite has to know
    the shape of what a loop collects, but for its length.

    Args:
        translator: What is converted.
        beam_size: Hypotheses that the search keeps; 1 is greedy.
        quantize: Whether to store matrices as int8 with scales ("dynamic range"), a quarter of the size. Products of
            them then round their inputs to int8 too, which costs some quality. A shortlist's tokens stay int32, and its
            weights are rounded, so that it may differ at its end.
        shortlist: As in `SearchOptions`.

    Raises:
        InputError: The translator is an ensemble, or has no shortlist where one is asked for; or there is no room for
            temporary files.
    """
    options = SearchOptions(beam_size=beam_size, shortlist=shortlist)
    expect_single(translator.model)
    translator.expect_able(options)
    leave_cudnn(translator.model)
    module = tf.Module()
    module.translate = _search(translator, options)
    with tempfile.TemporaryDirectory() as temporary, naming_failure(Path(temporary)):
        tf.saved_model.save(module, temporary, signatures={SIGNATURE: module.translate})
        converter = tf.lite.TFLiteConverter.from_saved_model(temporary, signature_keys=[SIGNATURE])
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        converter.canonicalizing_inf_as_min_max_float = False  # -inf is the log-probability of what cannot happen
        if quantize:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        return converter.convert()


def _search(translator, options):
    """The search as a graph in which the weights are constants: TFLite cannot read a variable inside a loop."""
    weights = [(weight, weight.numpy()) for weight in translator.model.weights]

    @tf.function(input_signature=[tf.TensorSpec([1, None], tf.int32, name="source_tokens")], autograph=False)
    def search(source_tokens):
        with keras.StatelessScope([(weight, tf.constant(values)) for weight, values in weights]):
            tokens, scores = translator.decode(source_tokens, options)
        return {"tokens": tokens[:, 0], "score": scores[:, 0]}

    return search


def translate(model: bytes, translator: Translator, texts: Sequence[str]) -> list[str]:
    """Translates with a TFLite model and the tokenizers of the translator that it was converted from.

    Needs the package `ai-edge-litert`, which is the extra `tflite`.
    """
    from ai_edge_litert.interpreter import Interpreter

    run = Interpreter(model_content=model).get_signature_runner(SIGNATURE)
    sources = truncate(translator.source_tokenizer.tokenize(tf.constant(texts, tf.string)))
    found = [run(source_tokens=tokens.numpy()[np.newaxis])["tokens"] for tokens in sources]
    return [translator.target_tokenizer.detokenize(tokens).numpy()[0].decode() for tokens in found]
