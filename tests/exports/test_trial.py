"""A TFLite model without a manifest is tried in a process of its own before it is loaded."""

import shutil

import pytest

from fixtures.commands import fails
from seq2seq.errors import InputError
from seq2seq.exports import trial
from seq2seq.exports.tflite_translator import MODEL, TFLiteTranslator
from seq2seq.storage.manifest import MANIFEST

pytest_plugins = ["fixtures.commands"]


@pytest.fixture
def unlisted(exported_tflite, tmp_path):
    place = shutil.copytree(exported_tflite, tmp_path / "model")
    (place / MANIFEST).unlink()
    return place


def test_model_that_no_manifest_lists_is_tried_and_loads(exported_tflite, unlisted):
    trial.expect_survival(unlisted)
    translate = TFLiteTranslator.load(unlisted).translate
    assert translate("b c") == TFLiteTranslator.load(exported_tflite).translate("b c")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
            "ends the process which loads it .signal 11",
        ),
        ("import time; time.sleep(9)", "is not loaded within 0.5 seconds"),
    ],
)
def test_model_that_ends_or_holds_up_a_process_is_one_line(
    exported_tflite, unlisted, monkeypatch, code, fault
):
    monkeypatch.setattr(trial, "_LOAD", code)
    monkeypatch.setattr(trial, "_SECONDS", 0.5 if "sleep" in code else 60)
    with pytest.raises(InputError, match=f"Received: one that {fault}.*Export it again"):
        TFLiteTranslator.load(unlisted)
    assert "Export it again" in fails("translate", "--model", unlisted, "b c")
    TFLiteTranslator.load(exported_tflite)  # listed, so it is not tried


def test_damage_that_litert_reports_is_its_own_line(unlisted):
    content = bytearray((unlisted / MODEL).read_bytes())
    del content[len(content) // 2 :]
    (unlisted / MODEL).write_bytes(content)
    with pytest.raises(InputError, match="^Expected a whole TFLite model"):
        TFLiteTranslator.load(unlisted)
