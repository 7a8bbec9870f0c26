"""What `metrics` needs of sacreBLEU beyond its public interface."""

import pytest
from sacrebleu.metrics import BLEU, CHRF, TER

from fixtures.interfaces import expect_interface
from fixtures.sentences import FAIR, REFERENCES

PACKAGE = "sacrebleu"
every_metric = pytest.mark.parametrize("make", [BLEU, CHRF, TER])


@every_metric
def test_bootstrap_leaves_its_mean_and_its_half_width_in_the_score(make):
    result = make().corpus_score(FAIR, [REFERENCES], n_bootstrap=50)
    mean = getattr(result, "_mean", None)
    half_width = getattr(result, "_ci", None)
    shown = mean is not None and half_width is not None
    expect_interface(
        shown and f"(μ = {mean:.3f} ± {half_width:.3f})" in result.format(width=3),
        PACKAGE,
        "Score._mean, Score._ci",
    )


@every_metric
def test_every_resample_is_scored_by_compute_score_from_stats(make, monkeypatch):
    metric = make()
    interface = "Metric._compute_score_from_stats"
    expect_interface(hasattr(metric, "_compute_score_from_stats"), PACKAGE, interface)

    calls = []
    compute = metric._compute_score_from_stats

    def counted(stats):
        calls.append(stats)
        return compute(stats)

    monkeypatch.setattr(metric, "_compute_score_from_stats", counted)
    metric.corpus_score(FAIR, [REFERENCES], n_bootstrap=7)
    expect_interface(len(calls) == 1 + 7, PACKAGE, interface)
