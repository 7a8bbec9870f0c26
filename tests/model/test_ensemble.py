"""An ensemble is the mean of its models' probabilities, and one model with itself is that model."""

import numpy as np
import pytest
import tensorflow as tf

from fixtures.commands import fails, succeeds
from seq2seq.errors import InputError
from seq2seq.exports.saved_model import export_saved_model
from seq2seq.model.ensemble import Ensemble
from seq2seq.search.beam import beam_search
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]
pytestmark = pytest.mark.usefixtures("loaded_once")

TEXTS = ["b c d", "", "j i", "e f g h b", "a"]
KINDS = [("gru", "luong"), ("lstm", "bahdanau"), ("rnn", "none")]


@pytest.fixture(scope="module")
def models(tiny_model, make_model):
    """Models that differ in cell, attention, depth and width."""
    return [
        *(tiny_model(*kind) for kind in KINDS),
        make_model(depth=2, seed=3, units=10, bidirectional=False),
    ]


def test_probabilities_of_every_step_are_the_mean_of_those_of_the_models(models, batch):
    ensemble = Ensemble(models)
    source_tokens = batch["source_tokens"]
    state, source = ensemble.encode(source_tokens)
    own = [model.encode(source_tokens) for model in models]
    for tokens in tf.unstack(batch["target_tokens"], axis=1):
        logits, state = ensemble.step(tokens, state, source)
        mean = 0
        for place, model in enumerate(models):
            own_logits, own_state = model.step(tokens, *own[place])
            own[place] = own_state, own[place][1]
            exponentials = np.exp(own_logits.numpy().astype(np.float64))
            mean += exponentials / exponentials.sum(-1, keepdims=True) / len(models)
        np.testing.assert_allclose(np.exp(logits), mean, rtol=1e-4, atol=1e-7)


def test_improbable_tokens_have_finite_logits(make_model, batch):
    ensemble = Ensemble([make_model(seed=seed) for seed in (1, 2)])
    for model in ensemble.models:
        model.decoder.embedding.embeddings.assign(model.decoder.embedding.embeddings * 1000)
    state, source = ensemble.encode(batch["source_tokens"])
    logits, _ = ensemble.step(batch["target_tokens"][:, 0], state, source)
    assert logits.numpy().min() < -200 and np.isfinite(logits).all()


def test_order_of_the_models_changes_nothing(models, batch):
    found = []
    for ensemble in (Ensemble(models), Ensemble(models[::-1])):
        state, source = ensemble.encode(batch["source_tokens"])
        found.append(
            beam_search(
                ensemble.step, state, source, max_lengths=tf.constant([6, 5, 4]), beam_size=4
            )
        )
    np.testing.assert_array_equal(found[0].tokens, found[1].tokens)
    np.testing.assert_allclose(found[0].scores, found[1].scores, rtol=1e-5)


def test_attention_is_the_mean_of_the_models_that_have_any(models, batch):
    ensemble = Ensemble(models)
    attending = [models[0], models[1], models[3]]
    mean = np.mean([model.score_targets(batch)[1] for model in attending], 0)
    np.testing.assert_allclose(ensemble.score_targets(batch)[1], mean, atol=1e-6)
    assert ensemble.attends
    assert (
        not Ensemble([models[2]]).attends
        and not Ensemble([models[2]]).score_targets(batch)[1].numpy().any()
    )


def test_probabilities_of_given_tokens_are_the_means_of_the_models(models, batch):
    mean = np.mean([np.exp(model.score_targets(batch)[0]) for model in models], 0)
    ensemble = Ensemble(models)
    for encoded in (None, ensemble.encode(batch["source_tokens"])):
        np.testing.assert_allclose(
            np.exp(ensemble.score_targets(batch, encoded)[0]), mean, rtol=1e-4
        )


def test_probabilities_after_a_prefix_are_the_means_of_the_models(models, batch):
    ensemble = Ensemble(models)
    source_tokens = batch["source_tokens"]
    prefix = tf.constant([[5, 10, 4], [0, 0, 0], [9, 0, 0]])

    mean = 0
    for model in models:
        logits = model.logits_after(prefix, model.encode(source_tokens))
        mean += tf.nn.softmax(logits).numpy() / len(models)
    found = ensemble.logits_after(prefix, ensemble.encode(source_tokens))

    np.testing.assert_allclose(np.exp(found), mean, rtol=1e-4)


def test_model_with_itself_translates_as_alone(untrained):
    alone = Translator.load(untrained(1))
    doubled = Translator.load(untrained(1), untrained(1))
    options = {"n_best": 3, "beam_size": 4, "attention": True}
    for one, two in zip(
        alone.stream(TEXTS, **options), doubled.stream(TEXTS, **options), strict=True
    ):
        for first, second in zip(one.hypotheses, two.hypotheses, strict=True):
            assert (first.text, first.pieces) == (second.text, second.pieces)
            np.testing.assert_allclose(first.score, second.score, rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(first.attention, second.attention, atol=1e-5)


def test_different_models_translate_together(untrained):
    together = Translator.load(untrained(1), untrained(2, cell="lstm", units=10, attention="none"))
    results = list(together.stream(TEXTS, n_best=2, attention=True))
    assert [result.source for result in results] == TEXTS
    best = results[0].best
    assert best.attention.shape == (len(best.pieces), len(results[0].source_pieces))
    assert results != list(Translator.load(untrained(1)).stream(TEXTS, n_best=2))


def test_models_of_other_tokenizers_are_refused_with_the_option_that_helps(untrained):
    with pytest.raises(
        InputError, match="same tokenizers. Received: .*whose source.model .*--vocabulary-from"
    ) as raised:
        Translator.load(untrained(1), untrained(2), untrained(1, vocabulary=5))
    assert "\n" not in str(raised.value)


def test_ensemble_has_no_weights_to_save_or_export(untrained, tmp_path):
    ensemble = Translator.load(untrained(1), untrained(2))
    for write in (
        lambda: ensemble.save(tmp_path / "out"),
        lambda: export_saved_model(ensemble, tmp_path / "out"),
    ):
        with pytest.raises(
            InputError, match="Expected a single model. Received: an ensemble of 2.*seq2seq average"
        ):
            write()
    assert not list(tmp_path.iterdir())


# The commands.


def models_options(*directories):
    return [word for directory in directories for word in ("--model", directory)]


def test_commands_take_several_models_and_export_only_one(untrained, tmp_path):
    (tmp_path / "test.tsv").write_text("b c\tc b\nd e f\tf e d\n")
    both = models_options(untrained(1), untrained(2, cell="lstm"))
    ensemble = Translator.load(untrained(1), untrained(2, cell="lstm"))
    assert succeeds("translate", *both, "b c", "d e f").stdout.splitlines() == ensemble.translate(
        ["b c", "d e f"]
    )
    report = succeeds(
        "evaluate", tmp_path / "test.tsv", *both, "--json", "--output", tmp_path / "kept.txt"
    ).stdout
    assert f'"model": "{untrained(1)} + {untrained(2, cell="lstm")}"' in report
    assert (tmp_path / "kept.txt").read_text().splitlines() == ensemble.translate(["b c", "d e f"])
    assert "Expected a single model" in fails("export", tmp_path / "out", *both)
    assert not (tmp_path / "out").exists()


def test_commands_refuse_models_that_do_not_match_or_are_none(untrained):
    assert "same tokenizers" in fails(
        "translate", "b", *models_options(untrained(1), untrained(1, vocabulary=5))
    )
    assert "Expected a model directory" in fails(
        "translate", "b", *models_options(untrained(1), "missing")
    )
