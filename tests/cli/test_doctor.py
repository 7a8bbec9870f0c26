"""`seq2seq doctor`: a line for each thing, one JSON object, and an exit code for what is broken."""

import json

import pytest

from fixtures.commands import run, succeeds
from seq2seq.diagnosis import devices, trial
from seq2seq.diagnosis.finding import Finding

pytest_plugins = ["fixtures.commands"]

LOOKED_AT = "python seq2seq tensorflow keras processor cores memory disk gpu cudnn precision fonts"


def test_a_line_for_each_thing_and_the_same_in_json():
    lines = succeeds("doctor").stdout.splitlines()
    findings = json.loads(succeeds("doctor", "--json").stdout)["findings"]
    names = [finding["name"] for finding in findings]
    assert set(LOOKED_AT.split()) <= set(names) and len(names) == len(set(names))
    assert [line.split("  ")[0].strip() for line in lines] == names


def test_what_is_broken_is_said_and_makes_the_exit_code_1(monkeypatch):
    broken = [Finding("devices", "TensorFlow cannot be loaded: no", "Install it again.", True)]
    monkeypatch.setattr(devices, "look_at_devices", lambda: broken)
    result = run("doctor", "--speed")
    assert result.exit_code == 1
    assert "Broken: TensorFlow cannot be loaded: no. Install it again." in result.stdout
    assert "Traceback" not in result.output


def test_forecast_names_its_premises():
    by_cores = succeeds("doctor", "--pairs", 5_000_000).stdout
    assert "preset large" in by_cores and "--speed measures here" in by_cores
    by_gpus = succeeds("doctor", "--pairs", 5_000_000, "--gpus", 4).stdout
    assert "No GPU has been measured" in by_gpus


def test_forecast_is_by_the_speed_that_was_measured(monkeypatch):
    def forecast_at(tokens_per_second):
        speed = trial.Speed(tokens_per_second, 9, "float32")
        monkeypatch.setattr(trial, "time_training", lambda preset, seconds: speed)
        printed = json.loads(succeeds("doctor", "--speed", "--json", "--preset", "tiny").stdout)
        assert printed["speed"]["tokens_per_second"] == tokens_per_second
        return {cost["step"]: cost["seconds"] for cost in printed["costs"]}

    slow, fast = forecast_at(1000.0), forecast_at(2000.0)
    for step in ("preparing", "training", "decoding"):
        assert fast[step] == pytest.approx(slow[step] / 2)
    assert slow["training"] == pytest.approx(100_000 * 20 * 60 / 1000)


def test_gpus_alone_are_refused():
    result = run("doctor", "--gpus", 2)
    assert result.exit_code == 2 and "Expected --gpus with --pairs N." in result.stderr
