"""The notebook runs from top to bottom, and shows what its text promises."""

import shutil
from pathlib import Path

import pytest

from seq2seq.data.bundled import PARTS, bundled_file

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "quickstart.ipynb"


def shown(cell):
    """What a cell shows, as text."""
    for output in cell.outputs:
        yield output.get("text", "")
        data = output.get("data", {})
        yield data.get("text/html", data.get("text/plain", ""))


# Enough for the path, too little for a translator.
SMALL = """
from functools import partial

from seq2seq.data import bundled
from seq2seq.exports import own_tflite

bundled._PLACES = (Path("en-ko"),)
own_tflite.write_own_tflite = lambda translator, place: None
sizes = dict(units=8, embedding_size=8, decoder_layers=1, cell="rnn")
seq2seq.train = partial(seq2seq.train, **sizes)
epochs = 1
"""


def write_small_corpus(folder):
    """The first pairs of each part of the bundled corpus, and its options."""
    folder.mkdir()
    shutil.copy(bundled_file("options", ".toml"), folder)
    for part in PARTS:
        lines = bundled_file(part).read_text(encoding="utf-8").splitlines(keepends=True)
        count = 60 if part == "train" else 8
        (folder / f"{part}.tsv").write_text("".join(lines[:count]), encoding="utf-8")


def test_quickstart_runs_and_shows_translations_attention_scores_and_an_export(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (epochs,) = (cell for cell in notebook.cells if "epochs = " in cell.source)
    epochs.source += SMALL
    write_small_corpus(tmp_path / "en-ko")

    client = nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": tmp_path}}
    )
    client.execute()

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    text = "\n".join(part for cell in code for part in shown(cell))
    assert "dev BLEU" in text
    assert "<table>" in text
    assert "tok:13a" in text
    assert "saved_model.pb" in text


def test_quickstart_is_committed_without_outputs():
    nbformat = pytest.importorskip("nbformat")
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
