"""The README's recipe for better translations: an average of kept models, and an ensemble."""

import shutil

import pytest

from fixtures.commands import REVERSE_OPTIONS, fails, letter_strings, reverse, succeeds, write_tsv
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.manifest import MANIFEST
from seq2seq.training import fit
from seq2seq.training.inputs import IN_MEMORY
from seq2seq.training.model_card import CARD

pytest_plugins = ["fixtures.commands"]
pytestmark = pytest.mark.usefixtures("loaded_once")


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    """A directory with train.tsv, dev.tsv and test.tsv of short strings to reverse."""
    directory = tmp_path_factory.mktemp("task")
    strings = letter_strings(1700, longest=5)
    write_tsv(directory / "train.tsv", strings[:1500])
    write_tsv(directory / "dev.tsv", strings[1500:1540])
    write_tsv(directory / "test.tsv", strings[1540:])
    return directory


@pytest.fixture(scope="module")
def runs(task):
    """Two runs with one vocabulary, the second of another seed and cell.

    Both stop before they are good.
    """
    first = task / "first"
    second = task / "second"
    files = (task / "train.tsv", "--dev", task / "dev.tsv")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(fit, "_FEWEST_STEPS_BETWEEN_VALIDATIONS", 1)
        options = (*REVERSE_OPTIONS, "--decoder-layers", 1, "--epochs", 4)
        succeeds("train", *files, "--output", first, *options, "--keep", 2)
        others = ("--vocabulary-from", first, "--seed", 2, "--cell", "lstm")
        succeeds("train", *files, "--output", second, *options, *others)
    return first, second


def right(task, *models):
    texts = [line.split("\t")[0] for line in (task / "test.tsv").read_text().splitlines()]
    options = [word for model in models for word in ("--model", model)]
    output = succeeds(
        "translate", "-", *options, stdin="".join(text + "\n" for text in texts)
    ).stdout
    return sum(
        found == reverse(text) for found, text in zip(output.splitlines(), texts, strict=True)
    )


def test_kept_models_are_averaged_to_one_that_every_command_takes(runs, task, monkeypatch):
    kept = sorted((runs[0] / "checkpoints").iterdir())
    assert len(kept) == 2
    succeeds("average", *kept, "--output", task / "average")
    assert right(task, task / "average") > 0
    assert right(task, kept[0]) > 0
    succeeds("evaluate", task / "dev.tsv", "--model", task / "average")
    assert "Confidence" in succeeds("info", task / "average").stdout

    exported = []
    monkeypatch.setattr(
        "seq2seq.exports.saved_model.export_saved_model",
        lambda translator, place, **_: exported.append(place),
    )
    succeeds("export", task / "served", "--model", kept[1])
    assert exported == [task / "served"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"dev": "gone.tsv"}, "gone.tsv"),
        ({"dev": IN_MEMORY}, "whose pairs came from memory"),
        ({"dev": None}, "dev pairs in files of their own (--dev). Received: another"),
        ({"dev": None, "corpus": ("-",)}, "dev pairs in files of their own (--dev)"),
    ],
    ids=["gone", "memory", "held out", "standard input"],
)
def test_average_says_where_no_pairs_are_left_to_measure_its_confidence_on(
    runs, tmp_path, options, reason
):
    one, *_ = sorted((runs[0] / "checkpoints").iterdir())
    copies = [shutil.copytree(one, tmp_path / name) for name in ("a", "b")]
    for copy in copies:
        place = ModelDirectory(copy)
        place.read_configuration().replace(**options).save(place.configuration_file)
        (copy / MANIFEST).unlink()

    told = succeeds("average", *copies, "--output", tmp_path / "average").stderr
    assert "Its confidence is not measured. Expected" in told
    assert reason in told
    assert (tmp_path / "average" / CARD).exists()
    assert not ModelDirectory(tmp_path / "average").confidence_file.exists()


def test_run_with_the_vocabulary_of_another_makes_an_ensemble_with_it_that_is_better(runs, task):
    assert Configuration.load(runs[1] / "config.toml").model.vocabulary_from == str(runs[0])
    assert right(task, *runs) > min(right(task, run) for run in runs)
    assert "Expected models of one run" in fails("average", *runs, "--output", task / "mixed")
