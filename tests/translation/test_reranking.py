"""Hypotheses ranked anew: as brute force ranks them, and everything around them stays."""

import dataclasses

import numpy as np
import pytest

from fixtures.commands import letter_strings
from fixtures.protected import SENTENCES as WITH_LITERALS
from seq2seq.errors import InputError
from seq2seq.evaluation.sentence_scores import sentence_chrf2
from seq2seq.ids import MAX_SOURCE_LENGTH
from seq2seq.search.options import SearchOptions
from seq2seq.translation.backward import expect_other_direction
from seq2seq.translation.reranking import (
    Reranking,
    channel_scores,
    expected_chrf2,
    ranked,
)
from seq2seq.translation.result import Hypothesis, PairScore, Translation
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands", "fixtures.protected"]

SENTENCES = letter_strings(20, seed=31)
TEXTS = ["ab cd", "ab cd e", "ab ce e", "x", "ab cd e"]
LOG_PROBS = np.array([-1.0, -1.5, -2.0, -0.5, -3.0])


def hypothesis(text, log_probability, **more):
    pieces = [*text.split(), "</s>"]
    score = log_probability / ((5 + len(pieces)) / 6)
    return Hypothesis(text, score, pieces, log_probability=log_probability, **more)


def translation(texts=TEXTS, log_probs=LOG_PROBS):
    hypotheses = [hypothesis(*each) for each in zip(texts, log_probs, strict=True)]
    hypotheses.sort(key=lambda one: -one.score)
    return Translation("source", hypotheses, ["s", "</s>"])


def backward(hypotheses, sources):
    """A model that finds a sentence likelier the shorter its hypothesis is."""
    return [
        PairScore(source, text, ["s", "</s>"], [-1.0, -float(len(text))])
        for text, source in zip(hypotheses, sources, strict=True)
    ]


def reranking(**options):
    given = {"mbr": False, "backward": None, "weight": 1.0, "length_penalty": 1.0, "n_best": 9}
    return Reranking(**{**given, **options})


def texts_of(found):
    return [one.text for one in found.hypotheses]


def brute_force(texts, log_probs):
    """The expected chrF2 of each text, with sacreBLEU's for each pair."""
    shares = np.exp(log_probs) / np.exp(log_probs).sum()
    return [
        sum(
            share * sentence_chrf2([text], [other])[0]
            for share, other in zip(shares, texts, strict=True)
        )
        for text in texts
    ]


def test_chosen_hypothesis_maximises_the_expected_chrf2():
    (found,) = reranking(mbr=True).rank([translation()])
    expected = brute_force(TEXTS, LOG_PROBS)
    assert found.text == TEXTS[int(np.argmax(expected))] != translation().text
    assert found.best.reranking_score == pytest.approx(max(expected))
    by_text = sorted(zip(expected, TEXTS, strict=True), reverse=True)
    assert texts_of(found) == list(dict.fromkeys(text for _, text in by_text))


def test_a_hypothesis_that_is_there_twice_counts_twice():
    once = expected_chrf2(["ab", "ac", "xy"], np.log([0.5, 0.1, 0.4]))
    twice = expected_chrf2(["ab", "ab", "ac", "xy"], np.log([0.2, 0.3, 0.1, 0.4]))
    np.testing.assert_allclose(twice, once[[0, 0, 1, 2]])


def test_log_probabilities_need_not_be_normalised_and_may_be_tiny():
    expected = expected_chrf2(TEXTS, LOG_PROBS)
    np.testing.assert_allclose(expected_chrf2(TEXTS, LOG_PROBS - 5000), expected)


RANKINGS = {"mbr": {"mbr": True}, "backward": {"backward": backward}}


@pytest.mark.parametrize("options", RANKINGS.values(), ids=RANKINGS)
@pytest.mark.parametrize("count", [0, 1])
def test_one_candidate_or_none_stays_as_it_is(options, count):
    given = translation(TEXTS[:count], LOG_PROBS[:count])
    (found,) = reranking(**options).rank([given])
    hypotheses = [dataclasses.replace(one, reranking_score=None) for one in found.hypotheses]
    assert dataclasses.replace(found, hypotheses=hypotheses) == given


def test_weight_of_nothing_leaves_the_order():
    given = translation(TEXTS[:4], LOG_PROBS[:4])
    (found,) = reranking(backward=backward, weight=0.0).rank([given])
    assert texts_of(found) == texts_of(given)
    assert [one.reranking_score for one in found.hypotheses] == [
        one.score for one in given.hypotheses
    ]


@pytest.mark.parametrize("length_penalty", [0.0, 1.0, 2.0])
def test_score_of_both_models_is_the_sum_of_theirs_each_with_its_penalty(length_penalty):
    given = translation().hypotheses
    scores = backward(texts_of(translation()), ["source"] * len(given))
    expected = [
        one.score - 0.7 * (1 + len(one.text)) / ((5 + 2) / 6) ** length_penalty for one in given
    ]
    found = channel_scores(given, scores, weight=0.7, length_penalty=length_penalty)
    np.testing.assert_allclose(found, expected)


def test_heavy_weight_ranks_by_the_other_model_alone():
    (found,) = reranking(backward=backward, weight=1e6).rank([translation()])
    lengths = [len(text) for text in texts_of(found)]
    assert lengths == sorted(lengths) and set(texts_of(found)) == set(TEXTS)


def test_both_together_weigh_the_candidates_by_both_models():
    given = translation()
    (found,) = reranking(mbr=True, backward=backward, weight=0.3).rank([given])
    texts = texts_of(given)
    log_probs = [one.log_probability - 0.3 * (1 + len(one.text)) for one in given.hypotheses]
    assert found.best.reranking_score == pytest.approx(max(brute_force(texts, log_probs)))


def test_each_sentence_gets_the_scores_of_its_own_hypotheses():
    several = [translation(), translation([], []), translation(["abc", "z"], [-1.0, -1.1])]
    options = {"backward": backward, "weight": 5.0}
    assert reranking(**options).rank(several) == [
        found for one in several for found in reranking(**options).rank([one])
    ]


def test_equal_scores_keep_the_order_and_equal_texts_count_as_one_of_n_best():
    given = Translation("s", [hypothesis(text, -1.0) for text in "abacd"], [])
    assert texts_of(ranked(given, np.zeros(5), n_best=3)) == ["a", "b", "c"]


def test_what_was_put_back_is_that_of_the_best():
    given = [hypothesis("x", -1.0, restored=["1"]), hypothesis("y", -2.0, restored=["2"])]
    found = ranked(Translation("s", given, []), np.array([1.0, 2.0]), n_best=2)
    assert (found.text, found.restored) == ("y", ["2"])


def test_mbr_of_a_translator_is_brute_force_over_its_beam(reverse_translator):
    beams = reverse_translator.stream(SENTENCES, beam_size=6, n_best=6)
    found = reverse_translator.stream(SENTENCES, beam_size=2, mbr=6, n_best=6)
    compared = 0
    for beam, reranked in zip(beams, found, strict=True):
        texts = texts_of(beam)
        if len(texts) < 6:  # of those with the same text, only one is told
            continue
        compared += 1
        expected = brute_force(texts, [one.log_probability for one in beam.hypotheses])
        by_text = dict(zip(texts, expected, strict=True))
        assert sorted(texts_of(reranked)) == sorted(texts)
        order = [by_text[text] for text in texts_of(reranked)]
        np.testing.assert_allclose(order, sorted(expected, reverse=True), atol=1e-3)
        scores = {one.text: one.score for one in beam.hypotheses}
        assert {one.text: one.score for one in reranked.hypotheses} == pytest.approx(
            scores, abs=1e-5
        )
    assert compared > 10


def test_other_model_of_a_translator_is_asked_what_score_tells(reverse_translator):
    options = {"n_best": 5, "rerank_with": reverse_translator, "rerank_weight": 0.5}
    for found in reverse_translator.stream(SENTENCES, **options):
        texts = texts_of(found)
        scores = reverse_translator.score(texts, [found.source] * len(texts))
        for one, score in zip(found.hypotheses, scores, strict=True):
            penalty = (5 + len(score.pieces)) / 6
            expected = one.score + 0.5 * score.log_probability / penalty
            assert one.reranking_score == pytest.approx(expected, abs=1e-4)
        order = [one.reranking_score for one in found.hypotheses]
        assert order == sorted(order, reverse=True)


def both(translator):
    return {"mbr": 4, "rerank_with": translator}


def test_result_k_belongs_to_text_k_over_windows(reverse_translator):
    texts = [*SENTENCES, "", "12", *letter_strings(130, longest=3, seed=32)]
    found = list(reverse_translator.stream(texts, batch_size=2, **both(reverse_translator)))
    assert [one.source for one in found] == texts
    alone = [reverse_translator.translate(text, **both(reverse_translator)) for text in texts[:22]]
    assert [one.text for one in found[:22]] == alone


def test_every_hypothesis_keeps_its_literals_and_its_attention(noisy_translator):
    options = {**both(noisy_translator), "n_best": 3, "attention": True}
    for found in noisy_translator.stream(WITH_LITERALS, **options):
        for one in found.hypotheses:
            assert one.text.count("{name}") == found.source.count("{name}")
            shape = (len(one.pieces), len(found.source_pieces))
            assert one.attention is None or one.attention.shape == shape
        assert found.confidence is None


def test_text_of_several_sentences_has_the_best_of_each(noisy_translator):
    sentences = ["The cat sees 12 dogs.", "Dogs and cats!"]
    options = both(noisy_translator)
    alone = noisy_translator.translate(sentences, **options)
    (found,) = noisy_translator.stream([" ".join(sentences)], n_best=4, **options)
    assert found.text == " ".join(alone)
    order = [one.reranking_score for one in found.hypotheses]
    assert order == sorted(order, reverse=True) and len(order) == 4


def test_log_names_no_hypothesis_that_the_other_model_cuts(reverse_translator, caplog):
    lengths = {"min_length": MAX_SOURCE_LENGTH + 4, "max_length": MAX_SOURCE_LENGTH + 5}
    options = {"beam_size": 2, "rerank_with": reverse_translator, **lengths}
    assert reverse_translator.translate("b c", **options)
    assert caplog.text == ""


def test_glossary_and_prefix_hold(noisy_translator):
    options = both(noisy_translator)
    listed = noisy_translator.translate(
        ["the cat sees a dog"], glossary={"cat": "KATZE"}, **options
    )
    assert "KATZE" in listed[0]
    assert noisy_translator.translate("dogs see cats", prefix="THE D", **options).startswith(
        "THE D"
    )


def test_ensemble_is_reranked_too(untrained):
    ensemble = Translator.load(untrained(1), untrained(2))
    other = Translator.load(untrained(3))
    found = list(ensemble.stream(["b c d", "e"], n_best=2, **both(other)))
    assert [one.source for one in found] == ["b c d", "e"]
    from_directory = ensemble.stream(["b c d", "e"], n_best=2, **both(str(untrained(3))))
    assert list(from_directory) == found


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mbr": 1}, "Expected mbr to be 0 or a whole number of 2 to 1,000. Received: 1"),
        ({"mbr": 2.0}, "Expected mbr to be 0 or a whole number .* Received: 2.0"),
        ({"mbr": 4, "beam_size": 1}, "Expected mbr with beam search. .* which is greedy search"),
        ({"mbr": 4, "top_k": 3}, "Expected mbr with beam search. .* with random draws"),
        (
            {"mbr": 4, "n_best": 5},
            "Expected n-best to be at most the candidates of mbr. Received: 5 best of 4 candidates",
        ),
        ({"mbr": 4, "coverage_penalty": 0.1}, "Expected a coverage penalty or mbr. Received: both"),
        ({"rerank_weight": 0.5}, "Expected rerank-weight with rerank-with. Received: it alone"),
    ],
)
def test_options_that_contradict_each_other_are_refused(noisy_translator, options, message):
    with pytest.raises(InputError, match=message):
        noisy_translator.stream(["a dog"], **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beam_size": 1}, "Expected rerank-with with beam search. .* greedy search"),
        ({"temperature": 1.0}, "Expected rerank-with with beam search. Received: random draws"),
        ({"rerank_weight": -1}, "Expected rerank-weight to be a number of at least 0 .* -1"),
        ({"rerank_weight": "1"}, "Expected rerank-weight to be a number of at least 0 .* '1'"),
        (
            {"rerank_weight": float("nan")},
            "Expected rerank-weight to be a number of at least 0 .* nan",
        ),
    ],
)
def test_another_model_needs_a_beam_and_a_weight(noisy_translator, options, message):
    with pytest.raises(InputError, match=message):
        noisy_translator.stream(["a dog"], rerank_with=noisy_translator, **options)


def test_what_is_no_model_to_rerank_with_is_refused(noisy_translator, tmp_path):
    with pytest.raises(InputError, match="Expected the path of a model directory. Received: 3"):
        noisy_translator.stream(["a dog"], rerank_with=3)
    with pytest.raises(InputError, match="config.toml"):
        noisy_translator.stream(["a dog"], rerank_with=tmp_path)


def test_model_of_the_same_direction_is_refused_where_scripts_tell():
    def check(**other):
        expect_other_direction(["LATIN"], ["HANGUL", "LATIN"], **other)

    check(other_reads=["HANGUL"], other_writes=["LATIN"])
    check(other_reads=[], other_writes=[])  # of older models they are not known
    with pytest.raises(InputError, match="which writes LATIN. Received: one that writes HANGUL"):
        check(other_reads=["LATIN"], other_writes=["HANGUL"])
    with pytest.raises(
        InputError, match="which reads HANGUL and LATIN. Received: one that reads CYRILLIC"
    ):
        check(other_reads=["CYRILLIC"], other_writes=["LATIN"])


def test_mbr_takes_no_search_of_its_own(noisy_translator):
    """The graph of a search is traced once, whatever ranks its result."""
    noisy_translator.translate("a dog", beam_size=4, n_best=4)
    before = len(noisy_translator._searches)
    noisy_translator.translate("a dog", mbr=4, n_best=2, beam_size=4)
    assert len(noisy_translator._searches) == before
    assert SearchOptions(mbr=4, n_best=4, beam_size=2).mbr == 4
