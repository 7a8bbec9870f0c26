"""A translator as a TFLite model for phones and small computers: ids in, ids out; LiteRT runs it.

The model holds the whole search in built-in operations of TensorFlow Lite, so that running it needs
no part of TensorFlow. SentencePiece, which turns text into ids and back, stays outside: the
tokenizers lie beside the model, with an example that uses all three, and the part of this library
that it needs.

Reference:
    https://ai.google.dev/edge/litert
"""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from seq2seq.exports.conversion import Outputs, constant_graph, convert_graphs
from seq2seq.exports.runtime import write_runtime
from seq2seq.exports.saved_model import (
    exported_searches,
    note_of,
    without_cudnn,
)
from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.exports.tflite_translator import MODEL
from seq2seq.model.ensemble import expect_single
from seq2seq.search.options import SearchOptions
from seq2seq.storage.directory import expect_room
from seq2seq.storage.lock import locked
from seq2seq.storage.recording import write_artefact
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
    shortlist: int = 0,
    quantize: bool = False,
) -> bytes:
    """Writes a TFLite model, the tokenizers, and an example that translates with them and LiteRT.

    Args:
        translator: The translator that is exported.
        directory: A directory that does not exist yet or is empty; an exported TFLite model in it
            is replaced.
        beam_size: Hypotheses that the signatures `beam` and `prefix` keep.
        n_best: Translations that they return; all of the beam by default.
        shortlist: As in `SearchOptions`, for `serving_default` and `beam`.
        quantize: Whether to store matrices as int8, see `convert`.

    Returns:
        The TFLite model.

    Raises:
        InputError: The translator is an ensemble, or has no shortlist although one is asked for; or
            `directory` holds something other than an exported TFLite model, or cannot be written.
    """
    directory = Path(directory)
    expect_room(directory, mark=MODEL)
    with locked(directory, "seq2seq export"):
        model = convert(
            translator, beam_size=beam_size, n_best=n_best, shortlist=shortlist, quantize=quantize
        )

        def add_example(place: Path) -> None:
            shutil.copyfile(_EXAMPLE, place / EXAMPLE)
            write_runtime(place)

        write_tflite(model, translator, directory, more=add_example)
    return model


def write_tflite(
    model: bytes,
    translator: Translator,
    directory: Path,
    *,
    made_of: str = "",
    more: Callable[[Path], object] = lambda place: None,
) -> None:
    """Writes what `TFLiteTranslator.load` reads, and the manifest of it.

    Args:
        model: The TFLite model.
        translator: The translator that it was made of.
        directory: Where it is written; what is there is replaced.
        made_of: What is noted as that which it was made of, see `Note`.
        more: Writes more into the folder that it is given.

    Raises:
        InputError: The disk is full, or the directory cannot be written to.
    """

    def write(place: Path) -> None:
        (place / MODEL).write_bytes(model)
        translator.save_tokenizers(place)
        dataclasses.replace(note_of(translator), made_of=made_of).write(place)
        more(place)

    write_artefact(directory, write)


def convert(
    translator: Translator,
    *,
    beam_size: int = 5,
    n_best: int | None = None,
    shortlist: int = 0,
    quantize: bool = False,
) -> bytes:
    """Converts a model and its searches to a TFLite model with three signatures.

    All of them translate one sentence at a time, because TFLite has to know how many translations
    there are.

    `serving_default` is greedy search (its `n_best` is 1) and `beam` is beam search.
        Input: `source_tokens`, `(1, source_length)` int32, at most `MAX_SOURCE_LENGTH`, EOS last.
        Outputs: `tokens`, `(1, n_best, length)` int32, with EOS, padded with PAD; `score`,
        `(1, n_best)`.

    `prefix` is beam search among the translations that begin with given tokens.
        Inputs: `source_tokens`, and `prefix`, `(1, prefix_length)` int32.
        Outputs: what `decoding.complete` returns, `attention` only if the model has attention. The
        `tokens` of an empty sentence are a single PAD.

    LiteRT can answer wrongly after it has enlarged its memory; `litert.TFLiteModel` describes this
    and works around it. Another program that runs the model must keep LiteRT from enlarging it:
    first ask `serving_default` and `beam` the longest sentence, then ask both a short one. This is
    not enough for `prefix`, where sizes depend on what the search finds.

    The converter's flag `_experimental_enable_dynamic_update_slice` makes a greedy search a tenth
    faster. It is off, because models of 16 units then gave 5 wrong answers in 72,000. Whether the
    cause is the same is not known.

    Args:
        translator: The translator that is converted.
        beam_size: Hypotheses that `beam` and `prefix` keep.
        n_best: Translations that they return; all of the beam by default.
        shortlist: As in `SearchOptions`, for `serving_default` and `beam`.
        quantize: Whether to store matrices as int8 with scales ("dynamic range"), in a quarter of
            the size. Products with them round their inputs to int8, too, which costs some quality.
            Of a shortlist, the tokens stay int32 and the weights are rounded, so its last tokens
            may differ.

    Returns:
        The content of a `.tflite` file.

    Raises:
        InputError: The translator is an ensemble, or has no shortlist although one is asked for; or
            there is no room for temporary files.
    """
    model = expect_single(translator.model)
    greedy, beam = exported_searches(translator, beam_size, n_best, shortlist)

    def search_greedily(source_tokens: tf.Tensor) -> Outputs:
        return _search(translator, source_tokens, greedy)

    def search_with_beam(source_tokens: tf.Tensor) -> Outputs:
        return _search(translator, source_tokens, beam)

    def search_after_prefix(source_tokens: tf.Tensor, prefix: tf.Tensor) -> Outputs:
        return _complete(translator, source_tokens, prefix, beam)

    source, prefix = (
        tf.TensorSpec([1, None], tf.int32, name=name) for name in ("source_tokens", "prefix")
    )
    graphs = {
        GREEDY: constant_graph(model, search_greedily, [source]),
        BEAM: constant_graph(model, search_with_beam, [source]),
        PREFIX: constant_graph(model, search_after_prefix, [source, prefix]),
    }
    with without_cudnn(model):
        return convert_graphs(graphs, quantize=quantize)


def _search(translator: Translator, source_tokens: tf.Tensor, options: SearchOptions) -> Outputs:
    """Graph function of `serving_default` and `beam`."""
    tokens, scores = translator.decode(source_tokens, options)
    n_best = options.n_best  # as a fixed size, which the model's description then shows
    return {
        "tokens": tf.reshape(tokens, [1, n_best, -1]),  # (1, n_best, length)
        "score": tf.reshape(scores, [1, n_best]),  # (1, n_best)
    }


def _complete(
    translator: Translator, source_tokens: tf.Tensor, prefix: tf.Tensor, options: SearchOptions
) -> Outputs:
    """Graph function of `prefix`."""
    outputs = complete(translator.model, source_tokens, prefix, options)._asdict()
    if not translator.model.attends:
        del outputs["attention"]

    # LiteRT fails to return some tensors without elements: an empty answer becomes one PAD, 0.
    is_empty = tf.cast(tf.shape(outputs["tokens"])[2] == 0, tf.int32)
    paddings = [[0, 0], [0, 0], [0, is_empty], [0, 0]]
    for name in {"tokens", "probability", "attention"} & outputs.keys():
        rank = outputs[name].shape.rank
        outputs[name] = tf.pad(outputs[name], paddings[:rank])

    return outputs
