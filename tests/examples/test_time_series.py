"""The forecasts: each prediction is read as the next value, and the program."""

import keras
import numpy as np

import time_series


def test_forecast_reads_its_own_predictions():
    keras.utils.set_random_seed(3)
    model = time_series.Forecaster(units=8)
    values = time_series.make_series(np.random.default_rng(1), 3)[:, : time_series.READ]

    ahead = model.forecast(values).numpy()
    all_at_once, _ = model(np.concatenate([values, ahead[:, :-1]], 1))
    np.testing.assert_allclose(all_at_once[:, time_series.READ - 1 :], ahead, rtol=1e-4, atol=1e-5)


def test_loss_of_own_predictions_is_added_to_that_of_one_step():
    keras.utils.set_random_seed(3)
    model = time_series.Forecaster(units=8)
    series = time_series.make_series(np.random.default_rng(1), 3)

    measured, both = (time_series.series_loss(model, series, own) for own in (False, True))
    ahead = time_series.errors(model.forecast(series[:, : time_series.READ]), series)
    np.testing.assert_allclose(both - measured, np.mean(ahead**2), rtol=1e-4)


def test_program_scores_every_way_and_draws(tmp_path, capsys):
    picture = tmp_path / "picture.svg"
    scores = time_series.main(["--series", "64", "--epochs", "1", "--output", str(picture)])

    assert set(time_series.WAYS) < set(scores)
    assert all(score[time_series.AHEAD] > time_series.NOISE for score in scores.values())
    assert len(capsys.readouterr().out.splitlines()) == len(scores)
    assert "<svg" in picture.read_text(encoding="utf-8")
