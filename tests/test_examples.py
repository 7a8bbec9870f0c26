"""The Python that README and docs show runs, from the training to the exported model."""

import re
import subprocess
import sys
from pathlib import Path

from seq2seq.data.bundled import bundled_file

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "docs/python.md",
    "docs/documents.md",
    "docs/explain.md",
    "docs/export.md",
    "docs/course/10-context-vector.md",
)

SMALL = 'epochs=1, units=8, embedding_size=8, decoder_layers=1, cell="rnn"'
# Pages train, export and load what another page has, with the same words.
ONCE = """
import shutil

import seq2seq
from seq2seq.exports import own_tflite

own_tflite.write_own_tflite = lambda translator, place: None  # it takes 5 s of each training


def once(function):
    answers = {}

    def call(*arguments, **options):
        key = str((arguments, options))
        if key not in answers:
            answers[key] = function(*arguments, **options)
        return answers[key]

    return call


for owner, name in ((seq2seq, "train"), (seq2seq, "export"), (seq2seq.Translator, "load")):
    setattr(owner, name, once(getattr(owner, name)))
"""
# The pages go on with the model of README's commands; here it is that of README's Python.
EN_KO = """
shutil.copytree("saved_models/mine", "saved_models/en-ko")
shutil.copytree("saved_models/mine-served", "saved_models/en-ko-served")
"""


def python_blocks(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def hurried(block):
    """The same with one pass of a small model: enough for the path, too little for a translator."""
    block = re.sub(r"epochs=\d+", SMALL, block)
    return block.replace(
        'train("pairs.tsv", output="saved_models/mine")',
        f'train("pairs.tsv", output="saved_models/mine", {SMALL})',
    )


def test_python_of_the_documents_runs_block_after_block(tmp_path):
    for name, part, count in (("pairs", "dev", 100), ("test", "test", 8)):
        lines = bundled_file(part).read_text(encoding="utf-8").splitlines(keepends=True)
        (tmp_path / f"{name}.tsv").write_text("".join(lines[:count]), encoding="utf-8")
    (tmp_path / "table.csv").write_text("number,English\n1,I am Yusol.\n", encoding="utf-8")

    blocks = [hurried(block) for page in PAGES for block in python_blocks(page)]
    assert len(blocks) >= 7
    script = "\n".join([ONCE, blocks[0], EN_KO, *blocks[1:]])

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
