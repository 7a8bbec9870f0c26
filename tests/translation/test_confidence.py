"""Confidence: a curve that never falls, fitted to what was measured, and kept with the model."""

import json
import math
import shutil

import numpy as np
import pytest

from fixtures.commands import fails, small_corpus, succeeds
from seq2seq.errors import InputError
from seq2seq.evaluation.reliability import correlation, reliability
from seq2seq.evaluation.sentence_scores import sentence_chrf2
from seq2seq.exports.note import Note
from seq2seq.storage.directory import ModelDirectory
from seq2seq.training.calibrate import calibrate
from seq2seq.translation.calibration import FEWEST, Calibration
from seq2seq.translation.confidence import Confidence, joined_confidence
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]
pytestmark = pytest.mark.usefixtures("loaded_once")

CURVE = Confidence(((-2.0, 10.0, 5.0), (-1.0, 40.0, 20.0), (-0.1, 90.0, 8.0)))


def measured(count=400, *, noise=15.0, seed=0):
    chance = np.random.default_rng(seed)
    means = -chance.gamma(2.0, 0.4, count)
    qualities = np.clip(100 * np.exp(means) + noise * chance.normal(size=count), 0, 100)
    return means, qualities


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("noise", [0.0, 15.0, 1000.0])
def test_curve_never_falls_and_stays_between_0_and_100(seed, noise):
    calibration = Calibration.fit(*measured(noise=noise, seed=seed))
    expected = [calibration.confidence.expected(mean) for mean in np.linspace(-9, 1, 500)]
    assert expected == sorted(expected) and 0 <= expected[0] and expected[-1] <= 100
    assert all(0 <= calibration.confidence.of(mean * 7, 7) <= 100 for mean in (-1e9, -1, 0, 1e9))


def test_curve_promises_in_the_mean_what_was_measured():
    means, qualities = measured(2000)
    calibration = Calibration.fit(means, qualities)
    promised = [calibration.confidence.expected(mean) for mean in means]
    assert abs(np.mean(promised) - qualities.mean()) < 1.0
    assert 12 < calibration.error < 18  # the noise
    assert calibration.correlation == pytest.approx(np.corrcoef(means, qualities)[0, 1], abs=1e-3)


def test_quality_that_falls_with_the_probability_gives_a_flat_curve():
    means, qualities = measured(noise=0.0)
    calibration = Calibration.fit(means, 100 - qualities)
    assert len(calibration.confidence.knots) == 1 and calibration.correlation < 0


def test_few_sentences_or_equal_ones_are_no_accident_to_learn_from():
    means, qualities = measured(FEWEST)
    assert Calibration.fit(means, qualities)
    assert Calibration.fit(means[1:], qualities[1:]) is None
    assert Calibration.fit([math.nan, *means[1:]], qualities) is None
    equal = Calibration.fit([-1.0] * 50, [30.0, 50.0] * 25)
    assert equal.confidence.of(-3.0, 3) == 40 and equal.correlation == 0


@pytest.mark.parametrize(
    "knots",
    [
        [],
        [[0.0, 50.0]],
        [[0.0, 101.0, 1.0]],
        [[0.0, 50.0, -1.0]],
        [[math.nan, 50.0, 1.0]],
        [[-1.0, 50.0, 1.0], [-0.5, 40.0, 1.0]],
        [[-1.0, 50.0, 1.0], [-1.0, 60.0, 1.0]],
        [[-0.5, 50.0, 1.0], [-1.0, 60.0, 1.0]],
        ["a"],
        [["a", 50.0, 1.0]],
        {"a": 1},
        5,
    ],
)
def test_what_is_no_rising_curve_is_refused(knots):
    with pytest.raises(ValueError, match="curve of confidence"):
        Confidence.from_list(knots)


def test_curve_survives_the_note_of_an_export(tmp_path):
    Note(confidence=CURVE).write(tmp_path)
    assert Note.read(tmp_path).confidence == CURVE
    (tmp_path / "seq2seq.toml").write_text("confidence = [[1.0, 200.0, 0.0]]\n")
    with pytest.raises(InputError, match="Export the model again"):
        Note.read(tmp_path)


def test_confidence_in_a_text_is_the_mean_of_its_sentences_by_their_lengths():
    assert joined_confidence([(80, "abc"), (20, "d")]) == 65
    assert joined_confidence([(80, "abc"), (None, "d" * 99)]) == 80
    assert joined_confidence([(None, "a")]) is None and joined_confidence([(80, "")]) is None


def test_bins_of_reliability_hold_every_sentence_once():
    confidences, qualities = measured(93)
    confidences = 100 * np.exp(confidences)
    found = reliability([*confidences, None], [*qualities, 0.0])
    sizes = [one.sentences for one in found.bins]
    assert sum(sizes) == 93 and max(sizes) - min(sizes) <= 1
    for name, of_all in (("predicted", confidences), ("measured", qualities)):
        mean = sum(getattr(one, name) * one.sentences for one in found.bins) / 93
        assert mean == pytest.approx(np.mean(of_all))
    assert reliability([None, 3.0], [1.0, 2.0]) is None
    assert correlation([1.0, 1.0], [0.0, 1.0]) == 0.0


@pytest.fixture(scope="module")
def calibrated(untrained, loaded_once, tmp_path_factory):
    """A random model with a curve, and the directory of it."""
    place = tmp_path_factory.mktemp("calibrated") / "model"
    shutil.copytree(untrained(1), place)
    translator = Translator.load(place).anew()  # that of others has no curve
    calibrate(translator, small_corpus(40), ModelDirectory(place))
    return place


def test_calibration_is_kept_with_the_model_and_told_with_every_translation(calibrated):
    translator = Translator.load(calibrated)
    assert translator.calibration.sentences == 40
    corpus = small_corpus(40)
    found = list(translator.stream(corpus.source))
    qualities = sentence_chrf2([one.text for one in found], corpus.target)
    assert np.mean([one.confidence for one in found]) == pytest.approx(np.mean(qualities), abs=3)
    for one in found:
        best = one.best
        assert one.confidence == translator.confidence.of(best.log_probability, len(best.pieces))
        assert one.as_dict()["confidence"] == one.confidence


def test_log_probability_is_that_of_the_model_whatever_the_length_penalty(calibrated):
    translator = Translator.load(calibrated)
    for penalty in (0.0, 0.7, 1.0):
        (found,) = translator.stream(["b c d"], length_penalty=penalty)
        (scored,) = translator.score(["b c d"], [found.text])
        if scored.pieces == found.best.pieces:
            assert found.best.log_probability == pytest.approx(scored.log_probability, rel=1e-4)


@pytest.mark.parametrize(
    "search", [{"temperature": 1.0}, {"coverage_penalty": 0.2}, {"prefix": "b"}], ids=str
)
def test_searches_that_it_was_not_measured_for_have_no_confidence(calibrated, search):
    (found,) = Translator.load(calibrated).stream(["b c"], **search)
    assert found.confidence is None and "confidence" not in found.as_dict()


def test_older_models_and_ensembles_have_no_confidence(calibrated, untrained):
    for translator in (Translator.load(untrained(1)), Translator.load(calibrated, calibrated)):
        (found,) = translator.stream(["b c"])
        assert found.confidence is None


def test_few_dev_sentences_leave_a_model_without_confidence(untrained, tmp_path):
    translator = Translator.load(untrained(1))
    calibrate(translator, small_corpus(FEWEST - 1), ModelDirectory(tmp_path))
    assert translator.calibration is None and not list(tmp_path.iterdir())


def test_damaged_curve_is_one_line(calibrated, tmp_path):
    place = tmp_path / "model"
    shutil.copytree(calibrated, place)
    (place / "confidence.json").write_text("{}")
    assert "confidence.json has changed" in fails("translate", "b", "--model", place)
    (place / "manifest.json").unlink()
    assert "holds no curve of confidence" in fails("translate", "b", "--model", place)


def test_jsonl_tells_confidence_as_one_number(calibrated):
    output = succeeds("translate", "b c", "--model", calibrated, "--format", "jsonl").stdout
    assert 0 <= json.loads(output)["confidence"] <= 100
