"""Laws of word alignment.

The table is IBM Model 1, an alignment finds which token gave which, and it guides attention.
"""

import numpy as np
import pytest
import tensorflow as tf

from fixtures.pairs import reversed_pairs, token_pairs
from seq2seq.data.alignment import Aligner, translation_table
from seq2seq.data.token_pairs import TokenPairs
from seq2seq.ids import EOS_ID, PAD_ID
from seq2seq.model.loss import guided_alignment_loss

SIZES = 14, 24


@pytest.fixture(scope="module")
def corpus():
    return reversed_pairs()


def table_by_hand(source, target):
    """IBM Model 1 by the book, with dictionaries: {(source token, target token): probability}."""
    pairs = [([*s, EOS_ID], [*t, EOS_ID]) for s, t in zip(source, target, strict=True)]
    table = {(s, t): 1.0 for sources, targets in pairs for s in sources for t in targets}
    for _ in range(5):
        counts = dict.fromkeys(table, 0.0)
        for sources, targets in pairs:
            for t in targets:
                total = sum(table[s, t] for s in sources)
                for s in sources:
                    counts[s, t] += table[s, t] / total
        totals = {
            s: sum(count for (other, _), count in counts.items() if other == s) for s, _ in table
        }
        table = {(s, t): count / totals[s] for (s, t), count in counts.items()}
    return table


def test_table_is_ibm_model_1():
    source = [[4, 5], [5, 4, 4], [6]]
    target = [[7, 8, 8], [8, 7], [9, 7]]
    found = translation_table(token_pairs(source, target), (10, 10))
    expected = table_by_hand(source, target)
    assert {(s, t) for s, t, _ in zip(*found, strict=True)} == set(expected)
    for s, t, probability in zip(*found, strict=True):
        assert probability == pytest.approx(expected[s, t])


def test_probabilities_of_a_source_token_sum_to_one(corpus):
    source, _, probability = translation_table(corpus, SIZES)
    sums = np.bincount(source, probability)
    np.testing.assert_allclose(sums[sums > 0], 1)


def test_of_a_large_corpus_pairs_at_equal_distances_are_looked_at(corpus, monkeypatch):
    cells = int(np.prod(corpus.lengths(), 1).sum())
    monkeypatch.setattr("seq2seq.data.alignment._MOST_PAIRS", cells // 3 + 1)
    found = translation_table(corpus, SIZES)
    monkeypatch.setattr("seq2seq.data.alignment._MOST_PAIRS", cells)
    expected = translation_table(TokenPairs(corpus.source[::3], corpus.target[::3], 0), SIZES)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def aligned(corpus, members):
    source, labels = (
        tf.gather(side, members).to_tensor(PAD_ID) for side in (corpus.source, corpus.target)
    )
    return (
        source.numpy(),
        labels.numpy(),
        Aligner.learn(corpus, SIZES).align(source, labels).numpy(),
    )


def test_alignment_finds_the_word_that_gave_each(corpus):
    source, labels, alignment = aligned(corpus, np.arange(30))
    for row, time in zip(*np.nonzero(labels), strict=True):
        giver = source[row, alignment[row, time].argmax()]
        assert giver == (EOS_ID if labels[row, time] == EOS_ID else labels[row, time] - 10)


def test_alignment_is_a_distribution_over_real_tokens_and_nothing_on_padding(corpus):
    source, labels, alignment = aligned(corpus, np.arange(30))
    assert (source == PAD_ID).any() and (labels == PAD_ID).any()
    np.testing.assert_allclose(alignment.sum(-1), labels != PAD_ID, atol=1e-6)
    assert not alignment[np.broadcast_to((source == PAD_ID)[:, np.newaxis], alignment.shape)].any()


def test_alignment_is_the_product_of_both_directions():
    source = [[4, 5], [5, 4, 4], [6]]
    target = [[7, 8, 8], [8, 7], [9, 7]]
    aligner = Aligner.learn(token_pairs(source, target), (7, 10))
    giving = table_by_hand(source, target)
    given = table_by_hand(target, source)
    for words, translation in zip(source, target, strict=True):
        words = [*words, EOS_ID]
        translation = [*translation, EOS_ID]
        expected = np.array([[giving[s, t] * given[t, s] for s in words] for t in translation])
        found = aligner.align(tf.constant([words]), tf.constant([translation]))[0]
        np.testing.assert_allclose(
            found, expected / expected.sum(1, keepdims=True), rtol=1e-4, atol=1e-6
        )


def test_token_never_looked_at_with_any_other_guides_nothing(corpus):
    aligner = Aligner.learn(corpus, (50, 50))
    known, unknown = aligner.align(tf.constant([[40, 5, EOS_ID]]), tf.constant([[15, 42]]))[
        0
    ].numpy()
    assert known[1] > 0.9 and not unknown.any()


def random_distributions(generator, shape):
    return tf.constant(generator.dirichlet(np.ones(shape[-1]), shape[:-1]), tf.float32)


def test_guidance_is_cross_entropy_and_least_where_attention_is_the_alignment():
    generator = np.random.default_rng(0)
    alignment = random_distributions(generator, (2, 3, 5))
    attention = random_distributions(generator, (2, 3, 5))
    by_hand = -(np.float64(alignment) * np.log(np.float64(attention))).sum(-1).mean()
    assert float(guided_alignment_loss(attention, alignment)) == pytest.approx(by_hand, rel=1e-4)
    assert guided_alignment_loss(alignment, alignment) < guided_alignment_loss(attention, alignment)


def test_padding_guides_nothing():
    generator = np.random.default_rng(0)
    alignment = random_distributions(generator, (2, 3, 5))
    attention = random_distributions(generator, (2, 3, 5))
    padded = tf.pad(alignment, [[0, 0], [0, 2], [0, 0]])
    further = tf.concat([attention, attention[:, :2]], 1)
    assert float(guided_alignment_loss(further, padded)) == pytest.approx(
        float(guided_alignment_loss(attention, alignment))
    )
    assert float(guided_alignment_loss(further, tf.zeros_like(padded))) == 0


def test_guidance_of_no_attention_at_all_is_finite():
    alignment = tf.one_hot([[0, 1]], 2)
    assert np.isfinite(guided_alignment_loss(1 - alignment, alignment))


@pytest.mark.parametrize(("attention", "layers"), [("luong", 1), ("luong", 2), ("bahdanau", 1)])
def test_guided_training_turns_the_attention_to_the_alignment(make_model, batch, attention, layers):
    source_length = batch["source_tokens"].shape[1]
    alignment = tf.one_hot(tf.constant([[3, 2, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]), source_length)
    alignment *= tf.cast(batch["labels"] != PAD_ID, tf.float32)[..., tf.newaxis]

    def distance_after(guidance, steps):
        model = make_model(attention=attention, decoder_layers=layers)
        model.compile(optimizer="adam")
        model.optimizer.learning_rate = 0.02
        model.optimizer.build(model.trainable_variables)
        model.guided_alignment_weight.assign(guidance)
        step = tf.function(model.train_step, autograph=False)
        for _ in range(steps):
            step({**batch, "alignment": alignment})
        return float(guided_alignment_loss(model.score_targets(batch)[1], alignment))

    assert distance_after(1.0, 40) < 0.3 * distance_after(0.0, 0)
    assert distance_after(0.0, 40) > 0.5 * distance_after(0.0, 0)


def test_guidance_that_is_over_changes_nothing(make_model, batch):
    alignment = tf.ones([3, 4, 5]) / 5
    losses = []
    for guided in ({}, {"alignment": alignment}):
        model = make_model(attention="luong")
        model.compile(optimizer="adam")
        losses.append([float(model.train_step({**batch, **guided})["loss"]) for _ in range(3)])
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
