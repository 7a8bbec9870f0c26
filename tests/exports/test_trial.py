"""A TFLite model without a manifest is tried in a process of its own before it is loaded."""

import shutil
from functools import partial

import pytest

from fixtures.commands import fails
from seq2seq.errors import InputError
from seq2seq.exports import tflite_translator, trial
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
    ("program", "fault"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ends the process which loads it .signal 11"),
        ("while True: pass", "is not loaded within 1 seconds"),
        ("import time; time.sleep(99)", "is not loaded within 1 seconds"),
    ],
)
def test_model_that_ends_or_holds_up_a_process_is_one_line(
    exported_tflite, unlisted, monkeypatch, program, fault
):
    monkeypatch.setattr(trial, "_WAITING", 2)
    expect_survival = partial(trial.expect_survival, program=program, seconds=1)
    monkeypatch.setattr(tflite_translator, "expect_survival", expect_survival)
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
