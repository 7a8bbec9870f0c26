"""A TFLite model of fixed shapes finds what the library finds, however much PAD is behind."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.exports.fixed_shapes import (
    ATTENTION,
    BEAM,
    GREEDY,
    NEXT,
    convert_fixed,
    room_for,
    signature_name,
)
from seq2seq.exports.litert import TFLiteModel
from seq2seq.exports.tflite import convert
from seq2seq.ids import EOS_ID, PAD_ID
from seq2seq.search.options import SearchOptions
from seq2seq.translation.decoding import complete, score_targets
from seq2seq.translation.translator import Translator

interpreter = pytest.importorskip("ai_edge_litert.interpreter", reason="needs LiteRT")
schema = pytest.importorskip("ai_edge_litert.schema_py_generated", reason="needs LiteRT")
pytest_plugins = ["fixtures.commands"]

LENGTH = 9
SEARCHES = {GREEDY: SearchOptions(beam_size=1), BEAM: SearchOptions(beam_size=3, n_best=2)}

# Every attention, every cell, every depth and direction. The one that seldom runs is that of the
# int8 model below.
KINDS = [
    pytest.param(("gru", "luong", 1, True), marks=pytest.mark.slow),
    ("lstm", "none", 2, False),
    ("rnn", "bahdanau", 2, True),
]


class Search:
    """What `convert_fixed` needs of a translator."""

    def __init__(self, model):
        self.model = model
        self.shortlist = None

    decode = Translator.decode
    expect_able = Translator.expect_able

    def to(self, language):
        return self


def sources(vocabulary_size):
    """A sentence of every length up to the longest; one of them is EOS alone."""
    generator = np.random.default_rng(5)
    for length in range(1, LENGTH + 1):
        yield [*generator.integers(4, vocabulary_size, length - 1).tolist(), EOS_ID]


def padded(tokens, length=LENGTH):
    return np.array([[*tokens, *[PAD_ID] * (length - len(tokens))]], np.int32)


def prefix_of(tokens):
    return padded(tokens, room_for(LENGTH))


def opened(model):
    """A function that runs a signature of a model; LiteRT itself expects the fixed shapes."""
    whole = interpreter.Interpreter(model_content=model, num_threads=1)
    runners = {name: whole.get_signature_runner(name) for name in whole.get_signature_list()}

    def run(kind, **inputs):
        return runners[signature_name(kind, LENGTH)](**inputs)

    return run


@pytest.fixture(scope="module", params=KINDS)
def converted(request, tiny_model):
    """A model, and a function that runs the signatures of what became of it."""
    model = tiny_model(*request.param)
    options = {"lengths": [LENGTH], "attention_lengths": [LENGTH]}
    return model, opened(convert_fixed(Search(model), beam_size=3, n_best=2, **options))


def test_padded_source_has_the_translations_of_the_library(converted):
    model, run = converted
    search = Search(model)
    given = [*sources(11)]
    batch = tf.ragged.constant(given).to_tensor(PAD_ID)
    seen = set()
    for kind, options in SEARCHES.items():
        expected = search.decode(batch, options)
        used = expected.tokens.shape[2]
        for place, source in enumerate(given):
            given_prefix = {"prefix": prefix_of([])} if kind == BEAM else {}
            found = run(kind, source_tokens=padded(source), **given_prefix)
            tokens = found["tokens"][0]
            assert tokens.shape == (options.n_best, room_for(LENGTH) * (1 + len(given_prefix)))
            assert tokens[:, :used].tolist() == expected.tokens[place].numpy().tolist()
            assert not tokens[:, used:].any()
            np.testing.assert_allclose(found["score"][0], expected.scores[place], atol=1e-4)
            seen.add(str(tokens))
    assert len(seen) > 5  # the model says something else to each

    if not model.attends:
        return
    best = expected.tokens[:, :1]
    _, weights = score_targets(model, batch, best)
    for place, source in enumerate(given):
        tokens = np.pad(best[place].numpy(), [(0, 0), (0, room_for(LENGTH) - used)])
        attended = run(ATTENTION, source_tokens=padded(source), tokens=tokens)["attention"][0]
        written = np.count_nonzero(tokens)
        wanted = weights[place, 0, :written, : len(source)]
        np.testing.assert_allclose(attended[:written, : len(source)], wanted, atol=1e-4)
        assert not attended[:, len(source) :].any()


def test_padded_prefix_is_continued_as_the_library_continues_it(converted):
    model, run = converted
    whole = np.resize([4, 9, 6], room_for(LENGTH)).tolist()  # the longest that there is room for
    for source in sources(11):
        for prefix in ([], [5], [7, 4, 4], whole, [8, EOS_ID]):
            given = [np.array([tokens], np.int32) for tokens in (source, prefix)]
            expected = complete(model, *given, SEARCHES[BEAM])
            inputs = {"source_tokens": padded(source), "prefix": prefix_of(prefix)}
            found = run(BEAM, **inputs)
            used = expected.tokens.shape[2]
            assert found["tokens"][0, :, :used].tolist() == expected.tokens[0].numpy().tolist()
            np.testing.assert_allclose(found["score"], expected.score, atol=1e-4)

            following = run(NEXT, **inputs)
            assert following["next_tokens"].tolist() == expected.next_tokens.numpy().tolist()
            probability = expected.next_probability
            np.testing.assert_allclose(following["next_probability"], probability, atol=1e-4)


def test_int8_model_finds_what_the_int8_model_of_any_length_finds(reverse_translator):
    run = opened(
        convert_fixed(reverse_translator, quantize=True, lengths=[LENGTH], attention_lengths=())
    )
    of_any_length = TFLiteModel(convert(reverse_translator, quantize=True))
    for source in sources(reverse_translator.source_tokenizer.vocabulary_size):
        expected = of_any_length.run("beam", np.array([source], np.int32))
        found = run(BEAM, source_tokens=padded(source), prefix=prefix_of([]))
        used = expected["tokens"].shape[2]
        assert found["tokens"][:, :, :used].tolist() == expected["tokens"].tolist()
        np.testing.assert_allclose(found["score"], expected["score"], atol=1e-4)


def test_signatures_of_all_lengths_share_the_weights_and_fix_their_shapes(make_model):
    search = Search(
        make_model(cell="rnn", attention="none", bidirectional=False, source_vocabulary_size=10_000)
    )
    one, two = (
        convert_fixed(search, lengths=lengths, attention_lengths=()) for lengths in ([5], [5, 6])
    )
    assert len(one) > 4 * 60_000  # the source embedding alone
    assert len(two) - len(one) < 4 * 60_000
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(two))
    names = [signature.signatureKey.decode() for signature in model.signatureDefs]
    assert sorted(names) == sorted(
        signature_name(kind, length) for kind in (GREEDY, BEAM, NEXT) for length in (5, 6)
    )
    for signature in model.signatureDefs:
        graph = model.subgraphs[signature.subgraphIndex]
        for place in [*graph.inputs, *graph.outputs]:
            shape = graph.tensors[place].shapeSignature
            assert shape is None or -1 not in shape
