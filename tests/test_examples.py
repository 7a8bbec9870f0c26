"""The Python that README and docs show runs, from the training to the exported model."""

import re
import shutil
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
)

SETTING = """
import shutil
import seq2seq

translator = seq2seq.train("pairs.tsv", output="saved_models/en-ko", epochs=1)
seq2seq.export(translator, "saved_models/en-ko-served")
"""


def python_blocks(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def hurried(block):
    """The same with one pass over the pairs: enough for the path, too few for a translator."""
    block = re.sub(r"epochs=\d+", "epochs=1", block)
    return block.replace(
        'train("pairs.tsv", output="saved_models/mine")',
        'train("pairs.tsv", output="saved_models/mine", epochs=1)',
    )


def test_python_of_the_documents_runs_block_after_block(tmp_path):
    shutil.copyfile(bundled_file("dev"), tmp_path / "pairs.tsv")
    lines = bundled_file("test").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "test.tsv").write_text("".join(lines[:20]), encoding="utf-8")

    (tmp_path / "table.csv").write_text("number,English\n1,I am Yusol.\n", encoding="utf-8")

    blocks = [hurried(block) for page in PAGES for block in python_blocks(page)]
    assert len(blocks) >= 7
    script = "\n".join([SETTING, *blocks])

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
