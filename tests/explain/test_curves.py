"""Learning curves are what the histories hold."""

import numpy as np
import pytest

from fixtures.commands import small_configuration
from seq2seq import explain
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory

OLD = "step,epoch,seconds,learning_rate,loss,perplexity,bleu,chrf2\n10,1,30,0.01,2.5,9.1,20,30\n"
NEW = (
    "step,epoch,seconds,learning_rate,loss,perplexity,gradient_norm,dev_loss,bleu,chrf2\n"
    "10,1,30,0.01,2.5,9.1,0.7,2.4,20,30\n20,2,60,0.005,1.5,3.1,0.4,1.9,40,50\n"
)


def run(folder, name, table):
    directory = ModelDirectory(folder / name)
    directory.path.mkdir()
    directory.save_configuration(small_configuration())
    if table is not None:
        directory.history_file.write_text(table)
    return directory.path


def test_values_are_those_of_the_table(tmp_path):
    (own,) = explain.curves(run(tmp_path, "new", NEW)).runs
    assert own.steps.tolist() == [10, 20]
    assert own.minutes.tolist() == [0.5, 1]
    assert own.values["dev_loss"].tolist() == [2.4, 1.9]
    assert own.values["gradient_norm"].tolist() == [0.7, 0.4]


def test_run_of_an_older_version_lacks_what_it_did_not_measure(tmp_path):
    shown = explain.curves(run(tmp_path, "old", OLD), run(tmp_path, "new", NEW), over="minutes")
    assert np.isnan(shown.runs[0].values["dev_loss"]).all()
    assert sum("dev loss" in line for line in shown.lines()) == 1


def test_picture_has_a_panel_for_each_quantity_that_was_measured(tmp_path):
    titles = [
        {axes.get_title(loc="left") for axes in explain.curves(path).plot().axes} - {""}
        for path in (run(tmp_path, "old", OLD), run(tmp_path, "new", NEW))
    ]
    assert titles[1] - titles[0] == {"dev loss", "gradient norm"}


def test_directory_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(InputError, match="Expected a model directory"):
        explain.curves(tmp_path)


def test_run_without_a_validation_is_refused(tmp_path):
    with pytest.raises(InputError, match="Expected a run that has validated"):
        explain.curves(run(tmp_path, "young", None))


@pytest.mark.parametrize("table", ["", "step,seconds\n", "step,seconds\n1,x\n", "loss\n1\n"])
def test_damaged_history_is_refused(tmp_path, table):
    with pytest.raises(InputError, match="Expected a (table of numbers|row for each validation)"):
        explain.curves(run(tmp_path, "broken", table))


def test_unknown_axis_is_refused(tmp_path):
    with pytest.raises(InputError, match="Expected over to be one of steps, minutes"):
        explain.curves(run(tmp_path, "new", NEW), over="moons")


def test_no_directory_is_refused():
    with pytest.raises(InputError, match="Expected a model directory. Received: none"):
        explain.curves()
