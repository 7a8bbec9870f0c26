"""A translator as a TFLite model all of whose shapes are fixed: for LiteRT in a browser.

LiteRT's WebAssembly takes no input of unknown length. So there is a signature for each of a few
source lengths. A source takes the smallest that it fits in, with PAD behind it, which changes
nothing: the model masks it. A translation has room for the most tokens that a source of that length
may get, and PAD behind its own.

A beam search is always one after a prefix, which may be PAD alone: another signature without it
would make the file larger, and would take hardly less time.

All signatures share the weights, and with `compact` their scales: each adds 0.03 MB to a model of
256 units. LiteRT does not have to enlarge its memory, which makes it answer wrongly where shapes
are not fixed (see `litert`): of 102,000 answers of three models of 8 units, none was wrong.
"""

from collections.abc import Callable, Iterable

import tensorflow as tf

from seq2seq.exports.compaction import compact
from seq2seq.exports.conversion import Outputs, constant_graph, convert_graphs
from seq2seq.exports.saved_model import exported_searches, without_cudnn
from seq2seq.ids import MAX_SOURCE_LENGTH
from seq2seq.model.ensemble import expect_single
from seq2seq.search.beam import beam_search
from seq2seq.search.options import SearchOptions
from seq2seq.translation.decoding import (
    DecodingModel,
    alternatives_after,
    length_limits,
    score_targets,
)
from seq2seq.translation.translator import Translator

# A search takes as long for a source of 9 tokens as for one of 16, but for what reads the source.
LENGTHS = (16, 32, 64, 128, MAX_SOURCE_LENGTH)

ATTENTION_LENGTHS = (16, 32, 64)
"""Nobody reads the attention of longer sentences, and LiteRT stores each sum over all steps."""

GREEDY = "greedy"
BEAM = "beam"
NEXT = "next"
ATTENTION = "attention"


def room_for(length: int) -> int:
    """The most tokens of a translation of a source of so many, both with EOS."""
    return 2 * length + 10


def signature_name(kind: str, length: int) -> str:
    """The name of the signature for sources of at most so many tokens."""
    return f"{kind}_{length}"


def convert_fixed(
    translator: Translator,
    *,
    beam_size: int = 5,
    n_best: int | None = None,
    quantize: bool = False,
    lengths: Iterable[int] = LENGTHS,
    attention_lengths: Iterable[int] = ATTENTION_LENGTHS,
) -> bytes:
    """Converts a model and its searches to a TFLite model of fixed shapes.

    For each length L, with R = `room_for(L)`:

    `greedy_L`
        Input: `source_tokens`, `(1, L)` int32, EOS and then PAD behind the words.
        Outputs: `tokens`, `(1, 1, R)` int32, with EOS, PAD behind it; `score`, `(1, 1)`.

    `beam_L`
        Inputs: `source_tokens`, and `prefix`, `(1, R)` int32, which translations begin with.
        Outputs: `tokens`, `(1, n_best, 2 * R)`; `score`, `(1, n_best)`.

    `next_L`
        Inputs: `source_tokens` and `prefix`.
        Outputs: `next_tokens`, `(1, alternatives)` int32, the tokens that may come after the
        prefix, the likeliest first; `next_probability`, `(1, alternatives)`.

    `attention_L`, of models with attention
        Inputs: `source_tokens`, and `tokens` of a translation, `(1, R)` int32.
        Output: `attention`, `(1, R, L)`; its rows behind EOS mean nothing.

    Args:
        translator: The translator that is converted.
        beam_size: Hypotheses that a beam search keeps.
        n_best: Translations that it returns; all of the beam by default.
        quantize: Whether to store matrices as int8, as in `tflite.convert`.
        lengths: Those of the searches.
        attention_lengths: Those of the attention.

    Returns:
        The content of a `.tflite` file.

    Raises:
        InputError: The translator is an ensemble, an option is out of its range, or there is no
            room for temporary files.
    """
    model = expect_single(translator.model)
    greedy, beam = exported_searches(translator, beam_size, n_best, shortlist=0)

    graphs = {}
    for length in lengths:
        source = _tokens(length, "source_tokens")
        prefix = _tokens(room_for(length), "prefix")
        for kind, function, inputs in (
            (GREEDY, _search_of(model, greedy, room_for(length)), [source]),
            (BEAM, _search_of(model, beam, 2 * room_for(length)), [source, prefix]),
            (NEXT, _alternatives_of(model), [source, prefix]),
        ):
            graphs[signature_name(kind, length)] = constant_graph(model, function, inputs)

    for length in attention_lengths if model.attends else ():
        inputs = [_tokens(length, "source_tokens"), _tokens(room_for(length), "tokens")]
        attend = _attention_of(model)
        graphs[signature_name(ATTENTION, length)] = constant_graph(model, attend, inputs)

    with without_cudnn(model):
        return compact(convert_graphs(graphs, quantize=quantize))


def _tokens(length: int, name: str) -> tf.TensorSpec:
    return tf.TensorSpec([1, length], tf.int32, name=name)


def _search_of(model: DecodingModel, options: SearchOptions, room: int) -> Callable[..., Outputs]:
    """The graph function of a search whose translations have room for so many tokens."""

    def search(source_tokens: tf.Tensor, prefix: tf.Tensor | None = None) -> Outputs:
        found = beam_search(
            model.step,
            *model.encode(source_tokens),
            max_lengths=length_limits(source_tokens, options, prefix),
            beam_size=options.beam_size,
            n_best=options.n_best,
            length_penalty=options.length_penalty,
            prefix=prefix,
            room=room,
        )
        return {"tokens": found.tokens, "score": found.scores}

    return search


def _alternatives_of(model: DecodingModel) -> Callable[..., Outputs]:
    """The graph function of what may come after a prefix."""

    def follow(source_tokens: tf.Tensor, prefix: tf.Tensor) -> Outputs:
        found = alternatives_after(model, prefix, model.encode(source_tokens))
        return {"next_tokens": found.tokens, "next_probability": tf.exp(found.log_probs)}

    return follow


def _attention_of(model: DecodingModel) -> Callable[..., Outputs]:
    """The graph function of the attention."""

    def attend(source_tokens: tf.Tensor, tokens: tf.Tensor) -> Outputs:
        found = score_targets(model, source_tokens, tf.expand_dims(tokens, 1))
        return {"attention": tf.squeeze(found.attention, 1)}

    return attend
