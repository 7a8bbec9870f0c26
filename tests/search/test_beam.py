"""Laws of greedy and beam search, on models that spell and languages one can enumerate."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from fixtures.language import (
    NEVER_GENERATED,
    SPELLING,
    Language,
    hypotheses,
    markov,
    spell,
    speller,
    to_text,
    to_texts,
)
from seq2seq.ids import EOS_ID, PAD_ID
from seq2seq.search.beam import beam_search, greedy_search


def test_greedy_spells_the_word_of_each_sentence():
    result = greedy_search(*speller("sequentially.", "recurrent.", "a."), max_lengths=[20, 20, 20])
    assert to_texts(result) == [["sequentially."], ["recurrent."], ["a."]]
    assert result.tokens.shape == (3, 1, 20) and result.scores.shape == (3, 1)
    assert result.tokens.dtype == tf.int32 and result.scores.dtype == tf.float32


@pytest.mark.parametrize("seed", range(3))
def test_greedy_search_follows_the_most_probable_token(seed):
    language = Language(seed)
    options = {"max_lengths": [9, 4, 7], "length_penalty": 0.6}
    greedy = greedy_search(*language.arguments(0, 1, 2), **options)
    for sentence, limit in enumerate(options["max_lengths"]):
        expected = language.greedy(sentence, limit)
        assert hypotheses(greedy, sentence) == [expected]
        score = language.score(sentence, expected, 0.6)
        np.testing.assert_allclose(greedy.scores[sentence, 0], score, rtol=1e-5)


@pytest.mark.parametrize("limits", [[9, 4, 7], [0, 12, 1], [0, 0, 0]])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"min_length": 4, "no_repeat_ngram": 1},
        {"prefix": tf.constant([[5, 4], [PAD_ID, PAD_ID], [4, EOS_ID]])},
    ],
    ids=["plain", "constrained", "prefixed"],
)
def test_beam_that_turns_out_to_be_of_one_is_greedy_search(limits, options):
    arguments = Language(seed=0).arguments(0, 1, 2)
    greedy = beam_search(*arguments, max_lengths=limits, beam_size=1, **options)
    beam = beam_search(*arguments, max_lengths=limits, beam_size=tf.constant(1), **options)
    np.testing.assert_array_equal(beam.tokens, greedy.tokens)
    np.testing.assert_array_equal(beam.scores, greedy.scores)


@pytest.mark.parametrize("beam_size", [1, 3])
def test_search_of_one_sentence_is_the_same_in_a_graph(beam_size):
    language = Language(seed=0)

    def forgets_its_rows(*arguments):
        logits, state = language.step(*arguments)
        return logits, tf.nest.map_structure(
            lambda part: tf.boolean_mask(part, tf.fill([beam_size], True)), state
        )

    one = tf.TensorSpec([1], tf.int32)
    taste = tf.TensorSpec([1, language.vocabulary_size], tf.float32)

    @tf.function(input_signature=[{"code": one}, [taste], one])
    def search(state, constants, limits):
        return beam_search(
            forgets_its_rows, state, constants, max_lengths=limits, beam_size=beam_size
        )

    for sentence, limit in itertools.product(range(3), (0, 1, 9)):
        step, state, constants = language.arguments(sentence)
        found = search(state, constants, [limit])
        expected = beam_search(step, state, constants, max_lengths=[limit], beam_size=beam_size)
        np.testing.assert_array_equal(found.tokens, expected.tokens)
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-6)


@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 1.0, 3.0])
@pytest.mark.parametrize("seed", range(3))
def test_wide_beam_equals_brute_force(seed, length_penalty):
    language = Language(seed)
    options = {"beam_size": 1400, "n_best": 12, "length_penalty": length_penalty}
    result = beam_search(*language.arguments(0, 1, 2), max_lengths=[5, 3, 4], **options)
    for sentence, limit in enumerate([5, 3, 4]):
        scores, tokens = zip(*language.ranking(sentence, limit, length_penalty)[:12], strict=True)
        assert hypotheses(result, sentence) == list(tokens)
        np.testing.assert_allclose(result.scores[sentence], scores, rtol=1e-5)


@pytest.mark.parametrize("beam_size", [2, 5])
@pytest.mark.parametrize("seed", range(5))
def test_n_best_are_distinct_sorted_and_score_what_the_model_says(seed, beam_size):
    language = Language(seed)
    options = {"beam_size": beam_size, "n_best": beam_size, "length_penalty": 0.8}
    result = beam_search(*language.arguments(0, 1, 2), max_lengths=[12, 5, 8], **options)
    for sentence in range(3):
        found = hypotheses(result, sentence)
        assert len(set(found)) == beam_size
        assert np.all(np.diff(result.scores[sentence]) <= 0)
        expected = [language.score(sentence, tokens, 0.8) for tokens in found]
        np.testing.assert_allclose(result.scores[sentence], expected, rtol=1e-5)


def test_beam_finds_the_word_that_greedy_misses():
    """`a` is likelier than `b`, but any letter may follow `a` while `b` is sure to end."""
    step = markov({"^": {"a": 0.6, "b": 0.4}, "a": dict.fromkeys(SPELLING[6:], 1 / 24)})
    options = {"max_lengths": [5], "length_penalty": 0.0}
    assert to_texts(greedy_search(step, (), **options)) == [["ac."]]
    result = beam_search(step, (), beam_size=2, n_best=2, **options)
    assert to_texts(result) == [["b.", "ac."]]
    np.testing.assert_allclose(result.scores[0], np.log([0.4, 0.6 / 24]), rtol=1e-5)


def test_search_waits_for_a_longer_word_that_can_still_win():
    """The empty word is likelier and leads until the length penalty of `abc` outweighs it."""
    step = markov({"^": {".": 0.55, "a": 0.45}, "a": {"b": 1.0}, "b": {"c": 1.0}})
    result = beam_search(step, (), max_lengths=[9], beam_size=2)
    assert to_texts(result) == [["abc."]]
    np.testing.assert_allclose(result.scores[0, 0], np.log(0.45) / (9 / 6), rtol=1e-4)


@pytest.mark.parametrize("n_best", [1, 3])
@pytest.mark.parametrize("seed", range(5))
def test_sentence_alone_equals_sentence_in_a_batch(seed, n_best):
    language = Language(seed)
    limits = [3, 25, 9]
    options = {"beam_size": 4, "n_best": n_best, "length_penalty": 0.4}
    batch = beam_search(*language.arguments(0, 1, 2), max_lengths=limits, **options)
    for sentence, limit in enumerate(limits):
        alone = beam_search(*language.arguments(sentence), max_lengths=[limit], **options)
        np.testing.assert_array_equal(alone.tokens[0], batch.tokens[sentence, :, :limit])
        np.testing.assert_allclose(alone.scores[0], batch.scores[sentence], rtol=1e-6)
        assert np.all(batch.tokens[sentence, :, limit:] == PAD_ID)


def test_search_stops_when_nothing_better_can_come():
    model, state, words = speller("hi.", "hey.")
    calls = []

    def counted(*arguments):
        calls.append(1)
        return model(*arguments)

    beam_search(counted, state, words, max_lengths=[50, 50], beam_size=3)
    assert len(calls) == len("hey.")


def test_finished_hypotheses_ignore_what_the_model_says_after_eos():
    """`spell` answers NaN after EOS, and the first word ends long before the second."""
    together = beam_search(*speller("hi.", "hippopotamus."), max_lengths=[13, 13], beam_size=3)
    assert to_texts(together) == [["hi."], ["hippopotamus."]]
    step_log_prob = 9 - np.log(np.exp(9) + len(SPELLING) - 1)
    expected = [n * step_log_prob / ((5 + n) / 6) for n in (3, 13)]
    np.testing.assert_allclose(together.scores[:, 0], expected, rtol=1e-4)


@pytest.mark.parametrize("beam_size", [1, 4])
def test_pad_unk_and_bos_are_never_generated(beam_size):
    language = Language(seed=0)
    language.tastes[:, NEVER_GENERATED] += 50
    options = {"beam_size": beam_size, "n_best": beam_size}
    result = beam_search(*language.arguments(0, 1, 2), max_lengths=[6, 6, 6], **options)
    for sentence in range(3):
        for tokens, score in zip(
            hypotheses(result, sentence), result.scores[sentence], strict=True
        ):
            assert len(tokens) == 6 or tokens[-1] == EOS_ID
            assert not set(tokens) & set(NEVER_GENERATED)
            np.testing.assert_allclose(score, language.score(sentence, tokens, 1.0), rtol=1e-5)


@pytest.mark.parametrize("beam_size", [1, 3])
def test_limit_of_each_sentence_is_respected(beam_size):
    words = speller("banana.", "banana.", "banana.", "banana.")
    result = beam_search(*words, max_lengths=[7, 6, 3, 0], beam_size=beam_size)
    assert to_texts(result) == [["banana."], ["banana"], ["ban"], [""]]
    assert result.tokens.shape == (4, 1, 7)
    assert result.scores[3, 0] == 0


@pytest.mark.parametrize("beam_size", [1, 3])
def test_room_for_more_tokens_adds_nothing_but_padding(beam_size):
    arguments = Language(3).arguments(0, 1)
    options = {"max_lengths": [4, 3], "beam_size": beam_size, "n_best": beam_size}
    plain = beam_search(*arguments, **options)
    roomy = beam_search(*arguments, **options, room=6)
    np.testing.assert_array_equal(roomy.tokens[:, :, :4], plain.tokens)
    assert roomy.tokens.shape[2] == 6 and not np.any(roomy.tokens[:, :, 4:])
    np.testing.assert_array_equal(roomy.scores, plain.scores)


def test_empty_batch_is_searched():
    positions = tf.zeros(0, tf.int32)
    words = tf.zeros((0, 4), tf.int32)
    result = beam_search(spell, positions, words, max_lengths=[], beam_size=2)
    assert result.tokens.shape == (0, 1, 0) and result.scores.shape == (0, 1)


@pytest.mark.parametrize("beam_size", [1, 3])
def test_sentences_that_may_get_no_token_get_none(beam_size):
    assert beam_search(
        *speller("hi.", "ho."), max_lengths=[0, 0], beam_size=beam_size
    ).tokens.shape == (2, 1, 0)
    result = beam_search(*speller("hi.", "ho."), max_lengths=[0, 5], beam_size=beam_size)
    assert to_texts(result) == [[""], ["ho."]]


def test_vocabulary_may_be_smaller_than_the_beam():
    language = Language(seed=0, vocabulary_size=6)
    result = beam_search(*language.arguments(0), max_lengths=[2], beam_size=20, n_best=10)
    scores, tokens = zip(*language.ranking(0, 2, 1.0), strict=True)
    assert hypotheses(result, 0) == [*tokens, (), (), ()]  # two words make only seven hypotheses
    np.testing.assert_allclose(result.scores[0], [*scores, *[-np.inf] * 3], rtol=1e-5)


@pytest.mark.parametrize("vocabulary_size", [1024, 1000, 1021])
def test_best_tokens_of_a_wide_vocabulary_are_found(vocabulary_size):
    language = Language(seed=0, vocabulary_size=vocabulary_size)
    result = beam_search(
        *language.arguments(0, 1, 2), max_lengths=[1, 1, 1], beam_size=10, n_best=10
    )
    for sentence in range(3):
        scores = language.log_probs(sentence, ())[EOS_ID:]
        best = np.argsort(-scores)[:10]
        np.testing.assert_array_equal(result.tokens[sentence, :, 0], best + EOS_ID)
        np.testing.assert_allclose(result.scores[sentence], scores[best], rtol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_wide_beam_with_a_prefix_equals_brute_force_of_what_begins_so(seed):
    language = Language(seed, vocabulary_size=7, num_sentences=3)
    limit = 4
    prefixes = [(5, 4), (), (6, EOS_ID)]
    prefix = tf.constant([[5, 4], [PAD_ID, PAD_ID], [6, EOS_ID]])
    result = beam_search(
        *language.arguments(0, 1, 2),
        max_lengths=[limit] * 3,
        beam_size=200,
        n_best=9,
        length_penalty=1.0,
        prefix=prefix,
    )
    for sentence, begin in enumerate(prefixes):
        scores, tokens = zip(*language.ranking(sentence, limit, 1.0), strict=True)
        kept = [place for place, found in enumerate(tokens) if tuple(found)[: len(begin)] == begin][
            :9
        ]
        expected = [tokens[place] for place in kept] + [()] * (9 - len(kept))
        assert hypotheses(result, sentence) == expected
        np.testing.assert_allclose(
            result.scores[sentence][: len(kept)], [scores[place] for place in kept], rtol=1e-4
        )


def repeats(tokens, n):
    ngrams = [tokens[place : place + n] for place in range(len(tokens) - n + 1)]
    return len(set(ngrams)) < len(ngrams)


@pytest.mark.parametrize(
    "options", [{"no_repeat_ngram": n} for n in (1, 2, 3, 7)] + [{"min_length": 3}]
)
@pytest.mark.parametrize("seed", range(3))
def test_wide_beam_equals_brute_force_of_what_is_allowed(seed, options):
    language = Language(seed)
    result = beam_search(
        *language.arguments(0, 1, 2), max_lengths=[5, 3, 4], beam_size=1400, n_best=12, **options
    )
    ngram = options.get("no_repeat_ngram")
    shortest = options.get("min_length", 0)
    for sentence, limit in enumerate([5, 3, 4]):
        allowed = [
            (score, tokens)
            for score, tokens in language.ranking(sentence, limit, 1.0)
            if not (ngram and repeats(tokens, ngram)) and EOS_ID not in tokens[:shortest]
        ][:12]
        found = hypotheses(result, sentence)[: len(allowed)]
        assert found == [tokens for _, tokens in allowed]
        np.testing.assert_allclose(
            result.scores[sentence][: len(allowed)], [s for s, _ in allowed], rtol=1e-5
        )


def test_beam_of_one_follows_an_improbable_prefix():
    result = greedy_search_of_abc(
        prefix=tf.constant([[SPELLING.index("z"), SPELLING.index("q"), PAD_ID]])
    )
    assert result == "zqc."


def greedy_search_of_abc(**options):
    return to_text(
        beam_search(*speller("abc."), max_lengths=[6], beam_size=1, **options).tokens.numpy()[0, 0]
    )


def traced_search(language):
    """A search of unknown sizes, as a SavedModel holds it."""
    integer = tf.TensorSpec([], tf.int32)
    vector = tf.TensorSpec([None], tf.int32)
    taste = tf.TensorSpec([None, language.vocabulary_size], tf.float32)

    @tf.function(
        input_signature=[vector, taste, vector, integer, integer, tf.TensorSpec([], tf.float32)]
    )
    def search(codes, tastes, max_lengths, beam_size, n_best, length_penalty):
        options = {"beam_size": beam_size, "n_best": n_best, "length_penalty": length_penalty}
        result = beam_search(
            language.step, {"code": codes}, [tastes], max_lengths=max_lengths, **options
        )
        return result._asdict()

    return search


def test_one_trace_serves_all_sizes_and_equals_eager():
    language = Language(seed=0)
    search = traced_search(language)
    sizes = [([0, 1, 2], [4, 9, 6], 5, 3), ([2], [7], 1, 1), ([1, 0], [3, 2], 9, 9)]
    for sentences, limits, beam_size, n_best in sizes:
        model, state, (tastes,) = language.arguments(*sentences)
        traced = search(state["code"], tastes, limits, beam_size, n_best, 0.6)
        options = {"beam_size": beam_size, "n_best": n_best, "length_penalty": 0.6}
        eager = beam_search(model, state, [tastes], max_lengths=limits, **options)
        np.testing.assert_array_equal(traced["tokens"], eager.tokens)
        np.testing.assert_allclose(traced["scores"], eager.scores, rtol=1e-6)
    assert search.experimental_get_tracing_count() == 1


def test_saved_model_equals_eager(tmp_path):
    language = Language(seed=0)
    module = tf.Module()
    module.search = traced_search(language)
    tf.saved_model.save(module, str(tmp_path))
    model, state, (tastes,) = language.arguments(0, 1)
    sizes = tf.constant([8, 5]), tf.constant(4), tf.constant(2)
    served = tf.saved_model.load(str(tmp_path)).search(
        state["code"], tastes, *sizes, tf.constant(1.0)
    )
    eager = beam_search(model, state, [tastes], max_lengths=[8, 5], beam_size=4, n_best=2)
    np.testing.assert_array_equal(served["tokens"], eager.tokens)
    np.testing.assert_allclose(served["scores"], eager.scores, rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beam_size": 0}, "Expected `beam_size` to be at least 1. Received: 0"),
        ({"beam_size": 2, "n_best": 0}, "Expected `n_best` to be at least 1. Received: 0"),
        ({"beam_size": 2, "n_best": 3}, "at most `beam_size`. Received: n_best=3, beam_size=2"),
        (
            {"beam_size": 2, "length_penalty": -0.5},
            "`length_penalty` not to be negative. Received: -0.5",
        ),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        beam_search(*speller("hi."), max_lengths=[5], **options)
