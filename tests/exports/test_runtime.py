"""An exported TFLite model translates alone: with its folder, four packages, and no TensorFlow."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.protected import SENTENCES
from seq2seq.exports.runtime import runtime_modules
from seq2seq.exports.tflite import EXAMPLE

pytest_plugins = ["fixtures.commands", "fixtures.protected"]

PACKAGE = Path(__file__).parents[2] / "seq2seq"

# Runs the example as `python translate.py` would where neither this library nor TensorFlow is.
ALONE = """
import json, runpy, sys, time
package, example, report = sys.argv[1:4]
sys.path = [place for place in sys.path if place not in ("", package)]
sys.path.insert(0, example.rpartition("/")[0])
sys.modules.update(dict.fromkeys(["tensorflow", "tensorflow_text", "keras", "click"]))
sys.argv[:4] = [example]
runpy.run_path(example, run_name="__main__")
import seq2seq
own = [module.__file__ for name, module in sys.modules.items() if name.startswith("seq2seq")]
with open(report, "w") as file:
    json.dump(own, file)
"""


@pytest.fixture
def alone(noisy_tflite, tmp_path):
    """`alone(*arguments, input=None)` is what the example prints, in lines."""

    def alone(*arguments, input=None):
        report = tmp_path / "report.json"
        command = [sys.executable, "-c", ALONE, str(PACKAGE.parent), str(noisy_tflite / EXAMPLE)]
        run = subprocess.run(
            [*command, str(report), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            input=input,
        )
        assert run.returncode == 0, run.stderr
        if report.exists():
            assert all(
                file.startswith(str(noisy_tflite)) for file in json.loads(report.read_text())
            )
        return run.stdout.split("\n")[:-1]

    return alone


def test_example_prints_the_translations_of_the_library(alone, noisy_translator):
    texts = [*SENTENCES[:-1], "a dog. The cat sees 12 dogs."]
    expected = noisy_translator.translate(texts, beam_size=3)
    assert alone(*texts) == expected
    for arguments in ([], ["-"]):
        assert alone(*arguments, input="".join(text + "\n" for text in texts)) == expected
    assert any(line.startswith("python translate.py ") for line in alone("--help"))


def test_runtime_is_small():
    assert sum(file.stat().st_size for file in runtime_modules()) < 200_000
