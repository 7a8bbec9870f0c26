"""A translator as a TFLite model, ids in and ids out, for phones and small computers; LiteRT runs it.

It holds the whole search, in TensorFlow Lite's built-in operations alone: to run it, no part of TensorFlow is needed.
SentencePiece, which reads and writes text, is outside: the tokenizers lie beside the model, and an example with them.

Reference:
    https://ai.google.dev/edge/litert
"""

import shutil
import tempfile
from pathlib import Path

import keras
import tensorflow as tf

from seq2seq.exports.litert import BEAM, GREEDY, PREFIX
from seq2seq.exports.saved_model import disable_cudnn, naming_failure
from seq2seq.exports.tflite_translator import MODEL
from seq2seq.model.ensemble import expect_single
from seq2seq.search.options import SearchOptions
from seq2seq.storage.directory import expect_room
from seq2seq.storage.files import write_directory
from seq2seq.translation.decoding import complete
from seq2seq.translation.translator import Translator

EXAMPLE = "translate.py"  # in the exported directory, beside the model and the tokenizers
_EXAMPLE = Path(__file__).with_name("tflite_example.py")


def export_tflite(
    translator: Translator,
    directory: str | Path,
    *,
    beam_size: int = 5,
    n_best: int | None = None,
    quantize: bool = False,
    shortlist: int = 0,
) -> bytes:
    """Writes a TFLite model, the tokenizers, and an example that translates with them and LiteRT.

    Args:
        translator: What is exported.
        directory: A directory that does not exist yet, or is such an exported model, which is replaced.
        beam_size: Hypotheses that the signatures `beam` and `prefix` keep.
        n_best: Translations that they return; all of their beam by default.
        quantize: See `convert`.
        shortlist: As in `SearchOptions`; the signature `prefix` does without.

    Returns:
        The TFLite model.

    Raises:
        InputError: The translator is an ensemble; or `directory` holds something that is no exported TFLite model, or
            cannot be written.
    """
    directory = Path(directory)
    expect_room(directory, mark=MODEL)
    model = convert(
        translator, beam_size=beam_size, n_best=n_best, quantize=quantize, shortlist=shortlist
    )

    def write(place):
        (place / MODEL).write_bytes(model)
        translator.save_tokenizers(place)
        shutil.copyfile(_EXAMPLE, place / EXAMPLE)

    write_directory(directory, write)
    return model


def convert(
    translator: Translator,
    *,
    beam_size: int = 5,
    n_best: int | None = None,
    quantize: bool = False,
    shortlist: int = 0,
) -> bytes:
    """The model and its searches as a TFLite model, with the signatures `serving_default`, `beam` and `prefix`.

    They take `source_tokens` `(1, source_length)` int32, at most `MAX_SOURCE_LENGTH` and EOS last, and give `tokens`
    `(1, n_best, length)` int32, EOS included and PAD after it, and `score` `(1, n_best)`. `serving_default` is greedy,
    its `n_best` 1. `prefix` takes the tokens that translations begin with, too, `prefix` `(1, prefix_length)` int32,
    and gives what `decoding.complete` tells, `attention` if the model has any, and for an empty sentence one PAD. They
    take one sentence at a time, because TFLite has to know the number of translations.

    Who runs it by another way than `litert.TFLiteModel` has to keep LiteRT from the wrong answers that the class tells
    of: by asking `serving_default` and `beam` the longest sentence before any other, and then both a short one. With
    `prefix` this is not enough, for its sizes depend on what it finds. The converter's
    `_experimental_enable_dynamic_update_slice`, with which a greedy search took a tenth less time, is left off: with it
    models of 16 units erred 5 times in 72,000. Whether that was the same has not been looked at.

    Args:
        translator: What is converted.
        beam_size: Hypotheses that `beam` and `prefix` keep.
        n_best: Translations that they return; all of their beam by default.
        quantize: Whether to store matrices as int8 with scales ("dynamic range"), a quarter of the size. Products of
            them then round their inputs to int8 too, which costs some quality. A shortlist's tokens stay int32, and its
            weights are rounded, so that it may differ at its end.
        shortlist: As in `SearchOptions`; `prefix` does without.

    Raises:
        InputError: The translator is an ensemble, or has no shortlist where one is asked for; or there is no room for
            temporary files.
    """
    beam = SearchOptions(
        beam_size=beam_size, n_best=beam_size if n_best is None else n_best, shortlist=shortlist
    )
    expect_single(translator.model)
    translator.expect_able(beam)
    disable_cudnn(translator.model)
    greedy = SearchOptions(beam_size=1, shortlist=shortlist)
    graphs = {
        GREEDY: _graph(
            translator, lambda tokens: _found(translator, tokens, greedy), "source_tokens"
        ),
        BEAM: _graph(translator, lambda tokens: _found(translator, tokens, beam), "source_tokens"),
        PREFIX: _graph(
            translator,
            lambda *tokens: _completed(translator, *tokens, beam),
            "source_tokens",
            "prefix",
        ),
    }
    with tempfile.TemporaryDirectory() as temporary, naming_failure(Path(temporary)):
        tf.saved_model.save(tf.Module(), temporary, signatures=graphs)
        converter = tf.lite.TFLiteConverter.from_saved_model(temporary, signature_keys=list(graphs))
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        converter.canonicalizing_inf_as_min_max_float = (
            False  # -inf is the log-probability of what cannot happen
        )
        if quantize:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        return converter.convert()


def _found(translator, source_tokens, options):
    tokens, scores = translator.decode(source_tokens, options)
    n_best = options.n_best  # which the model then tells
    return {"tokens": tf.reshape(tokens, [1, n_best, -1]), "score": tf.reshape(scores, [1, n_best])}


def _completed(translator, source_tokens, prefix, options):
    found = complete(translator.model, source_tokens, prefix, options)._asdict()
    if not translator.model.attends:
        del found["attention"]
    empty = tf.cast(
        tf.shape(found["tokens"])[2] == 0, tf.int32
    )  # LiteRT fails to return some tensors of no elements
    for name in {"tokens", "probability", "attention"} & found.keys():
        found[name] = tf.pad(
            found[name], [[0, 0], [0, 0], [0, empty], [0, 0]][: found[name].shape.rank]
        )  # PAD is 0
    return found


def _graph(translator, function, *inputs):
    """A function of tokens as a graph in which the weights are constants: TFLite cannot read a variable in a loop."""
    weights = [(weight, weight.numpy()) for weight in translator.model.weights]

    @tf.function(
        input_signature=[tf.TensorSpec([1, None], tf.int32, name=name) for name in inputs],
        autograph=False,
    )
    def graph(*tokens):
        with keras.StatelessScope([(weight, tf.constant(values)) for weight, values in weights]):
            return function(*tokens)

    return graph
