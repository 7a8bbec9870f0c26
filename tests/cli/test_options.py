"""What the commands share: how they find models, and which they refuse."""

import os
import shutil
import time
from pathlib import Path

import pytest

from fixtures.commands import fails, succeeds

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")


def test_newest_model_under_saved_models_is_used_and_named(reverse_model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = fails("translate", "b")
    assert (
        "Expected a trained model under saved_models/. Received none. Run seq2seq train first"
        in message
    )
    for age, name in [(100, "old"), (0, "new"), (50, "middle")]:
        shutil.copytree(reverse_model, tmp_path / "saved_models" / name)
        then = time.time() - age
        os.utime(tmp_path / "saved_models" / name / "weights.npz", (then, then))
    (tmp_path / "saved_models" / "only just begun").mkdir()
    result = succeeds("translate", "b c")
    assert (result.stdout, result.stderr) == ("c b\n", f"Model: {Path('saved_models', 'new')}\n")


@pytest.mark.parametrize(
    "command", [["translate", "b"], ["evaluate", "good.tsv"], ["export", "out"]]
)
@pytest.mark.parametrize("model", ["missing", "directory", "good.tsv"])
def test_what_is_no_model_is_refused_by_every_command(folder, command, model):
    assert "Expected a model directory. Received: " + model in fails(*command, "--model", model)
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    "command", [["translate", "b"], ["evaluate", "good.tsv"], ["export", "out"]]
)
@pytest.mark.parametrize("name", ["weights.npz", "source.model", "config.toml"])
def test_model_that_was_cut_short_is_refused_by_every_command(folder, reverse_model, command, name):
    shutil.copytree(reverse_model, folder / "model")
    content = (folder / "model" / name).read_bytes()
    (folder / "model" / name).write_bytes(content[: len(content) // 2])
    message = fails(*command, "--model", "model")
    assert "Received" in message
    assert not (folder / "out").exists()
