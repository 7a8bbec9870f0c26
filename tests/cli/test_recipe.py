"""The README's recipe for better translations: an average of kept models, and an ensemble."""

import pytest

from fixtures.commands import REVERSE_OPTIONS, fails, reverse, succeeds
from seq2seq.storage.configuration import Configuration
from seq2seq.training import fit

pytest_plugins = ["fixtures.commands"]


@pytest.fixture(scope="module")
def runs(reverse_task):
    """Two runs with one vocabulary, the second of another seed and cell.

    Both stop before they are good.
    """
    first = reverse_task / "first"
    second = reverse_task / "second"
    files = (reverse_task / "train.tsv", "--dev", reverse_task / "dev.tsv")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(fit, "_FEWEST_STEPS_BETWEEN_VALIDATIONS", 1)
        options = (*REVERSE_OPTIONS, "--epochs", 4)
        succeeds("train", *files, "--output", first, *options, "--keep", 2)
        others = ("--vocabulary-from", first, "--seed", 2, "--cell", "lstm")
        succeeds("train", *files, "--output", second, *options, *others)
    return first, second


def right(reverse_task, *models):
    texts = [line.split("\t")[0] for line in (reverse_task / "test.tsv").read_text().splitlines()]
    options = [word for model in models for word in ("--model", model)]
    output = succeeds(
        "translate", "-", *options, stdin="".join(text + "\n" for text in texts)
    ).stdout
    return sum(
        found == reverse(text) for found, text in zip(output.splitlines(), texts, strict=True)
    )


def test_kept_models_are_averaged_to_one_that_every_command_takes(runs, reverse_task):
    kept = sorted((runs[0] / "checkpoints").iterdir())
    assert len(kept) == 2
    succeeds("average", *kept, "--output", reverse_task / "average")
    assert right(reverse_task, reverse_task / "average") > 0
    assert right(reverse_task, kept[0]) > 0
    succeeds("evaluate", reverse_task / "dev.tsv", "--model", reverse_task / "average")
    succeeds("export", reverse_task / "served", "--model", kept[1])


def test_run_with_the_vocabulary_of_another_makes_an_ensemble_with_it_that_is_better(
    runs, reverse_task
):
    assert Configuration.load(runs[1] / "config.toml").model.vocabulary_from == str(runs[0])
    assert right(reverse_task, *runs) > min(right(reverse_task, run) for run in runs)
    assert "Expected models of one run" in fails(
        "average", *runs, "--output", reverse_task / "mixed"
    )
