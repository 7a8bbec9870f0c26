"""A changed byte in a listed file is found before the file is parsed; a kill changes nothing."""

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures import killed_saves
from fixtures.commands import contents, fails
from seq2seq.errors import InputError
from seq2seq.storage.directory import SHORTLIST, TOKENIZERS, WEIGHTS
from seq2seq.storage.manifest import MANIFEST, expect_unchanged
from seq2seq.storage.recording import remove_recorded, write_artefact, write_recorded_text
from seq2seq.storage.version import package_version
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]


def manifest(folder: Path) -> dict:
    return json.loads((folder / MANIFEST).read_text())


def edit(folder: Path, **changes) -> None:
    (folder / MANIFEST).write_text(json.dumps(manifest(folder) | changes))


@pytest.fixture
def folder(tmp_path):
    for name in ("one.txt", "two.txt"):
        write_recorded_text(tmp_path / name, f"{name}\n")
    return tmp_path


def refused(folder, message, names=None):
    with pytest.raises((OSError, ValueError), match=message):
        expect_unchanged(folder, names)


def test_manifest_lists_size_and_digest_of_each_file_and_the_versions(folder):
    found = manifest(folder)
    assert (found["format"], found["seq2seq"]) == (1, package_version())
    assert found["files"].keys() == {"one.txt", "two.txt"}
    digest = hashlib.sha256(b"one.txt\n").hexdigest()
    assert found["files"]["one.txt"] == [{"size": 8, "sha256": digest}]
    expect_unchanged(folder)


def test_changed_file_is_named_with_what_to_do(folder):
    for content in (b"one.txT\n", b"", b"one.txt\n\n"):
        (folder / "one.txt").write_bytes(content)
        refused(folder, "one.txt has changed since manifest.json was written. If you changed it")
        expect_unchanged(folder, ["two.txt"])
    (folder / "one.txt").unlink()
    refused(folder, "No such file")
    os.mkfifo(folder / "one.txt")
    refused(folder, "no regular file")


def test_file_that_is_saved_again_is_whole_again(folder):
    (folder / "one.txt").write_text("damage")
    write_recorded_text(folder / "one.txt", "new\n")
    expect_unchanged(folder)
    assert len(manifest(folder)["files"]["one.txt"]) == 1


def test_file_that_is_removed_is_no_longer_missed(folder):
    remove_recorded(folder / "one.txt")
    assert not (folder / "one.txt").exists()
    assert manifest(folder)["files"].keys() == {"two.txt"}
    expect_unchanged(folder)

    (folder / "three.txt").touch()
    remove_recorded(folder / "three.txt")  # of an older version, without a line
    expect_unchanged(folder)


def test_directory_or_file_without_a_line_is_read_with_a_warning(folder, caplog):
    (folder / "three.txt").write_text("three")
    expect_unchanged(folder, ["one.txt", "three.txt", "four.txt"])
    assert [record.getMessage() for record in caplog.records] == [
        f"{folder / 'three.txt'} is not listed in manifest.json: whether it is whole is not known."
    ]
    caplog.clear()
    (folder / MANIFEST).unlink()
    expect_unchanged(folder)
    assert [record.getMessage() for record in caplog.records] == [
        f"{folder} has no manifest.json: whether its files are whole is not known."
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"null",
        b"[" * 100_000,
        b'{"format": 1}',
        b'{"format": 1, "files": []}',
        b'{"format": 1, "files": {"one.txt": 3}}',
        b'{"format": 1, "files": {"one.txt": [{"size": "x", "sha256": ""}]}}',
        b'{"format": 1, "files": {"one.txt": ["x"]}}',
        b" " * 1_000_001,
    ],
)
def test_damaged_manifest_is_one_line_and_replaced_by_the_next_save(folder, content):
    (folder / MANIFEST).write_bytes(content)
    refused(folder, "^manifest.json is (damaged|too large)")
    write_recorded_text(folder / "one.txt", "new\n")
    expect_unchanged(folder)


def test_manifest_of_a_newer_format_asks_for_an_update(folder):
    edit(folder, format=2)
    refused(folder, "manifest.json is of format 2, not 1. Update seq2seq")


def test_manifest_of_an_artefact_lists_all_that_is_in_it(tmp_path):
    def write(place):
        (place / "deep" / "er").mkdir(parents=True)
        (place / "deep" / "er" / "file").write_text("x")
        write_recorded_text(place / "flat", "y")

    write_artefact(tmp_path / "new", write)
    assert manifest(tmp_path / "new")["files"].keys() == {"deep/er/file", "flat"}
    (tmp_path / "new" / "deep" / "er" / "file").write_text("y")
    refused(tmp_path / "new", "^deep/er/file has changed")


def test_killed_save_leaves_a_whole_directory_at_every_step(tmp_path):
    """In a program of its own, because it forks."""
    program = [sys.executable, killed_saves.__file__, str(tmp_path)]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100


@pytest.fixture
def copy(untrained, tmp_path):
    return shutil.copytree(untrained(1), tmp_path / "copy")


@pytest.mark.parametrize("name", ["config.toml", WEIGHTS, *TOKENIZERS])
def test_any_changed_byte_of_a_model_is_refused(copy, name):
    whole = (copy / name).read_bytes()
    for place in (0, len(whole) // 2, len(whole) - 1):
        content = bytearray(whole)
        content[place] ^= 1
        (copy / name).write_bytes(content)
        with pytest.raises(
            InputError, match=f"Expected a complete model in .*: {name} has changed"
        ):
            Translator.load(copy)


def test_edited_configuration_is_accepted_once_the_manifest_is_removed(copy, caplog):
    with (copy / "config.toml").open("a") as file:
        file.write("# mine\n")
    with pytest.raises(InputError, match=f"If you changed it yourself, remove {MANIFEST}"):
        Translator.load(copy)
    (copy / MANIFEST).unlink()
    Translator.load(copy)
    assert "has no manifest.json" in caplog.text


def test_saving_again_leaves_one_content_for_each_file(copy, caplog):
    caplog.set_level(logging.WARNING)
    translator = Translator.load(copy)
    translator.save(copy)
    assert all(len(found) == 1 for found in manifest(copy)["files"].values())
    (copy / MANIFEST).unlink()
    translator.save(copy)
    caplog.clear()
    Translator.load(copy)
    assert not caplog.records


def test_commands_refuse_a_changed_model(copy, tmp_path):
    (copy / "source.model").write_bytes((copy / "target.model").read_bytes())
    for arguments in (
        ("translate", "--model", copy, "a"),
        ("export", tmp_path / "out", "--model", copy),
        ("average", copy, copy, "--output", tmp_path / "out"),
    ):
        assert "source.model has changed" in fails(*arguments)


@pytest.mark.parametrize("kind", ["exported", "exported_tflite"])
def test_any_changed_byte_of_an_export_is_refused(request, tmp_path, kind):
    from seq2seq.exports.tflite_translator import TFLiteTranslator
    from seq2seq.serving.repository import ServedModel

    place = shutil.copytree(request.getfixturevalue(kind), tmp_path / "export")
    whole = contents(place)
    del whole[MANIFEST]
    assert manifest(place)["files"].keys() == whole.keys()
    for name, content in whole.items():
        changed = bytearray(content)
        changed[len(changed) // 2] ^= 1
        (place / name).write_bytes(changed)
        if not name.endswith(".py"):  # an example, which nobody but the user runs
            with pytest.raises(InputError, match=f"{name} has changed"):
                ServedModel("model", place)
            if kind == "exported_tflite":
                with pytest.raises(InputError, match=f"{name} has changed.*Export it again"):
                    TFLiteTranslator.load(place)
        (place / name).write_bytes(content)


def test_shortlist_is_listed_where_there_is_one(tmp_path, untrained):
    import numpy as np

    from seq2seq.storage.archive import save_archive

    copy = shutil.copytree(untrained(2), tmp_path / "copy")
    save_archive(copy / SHORTLIST, {"tokens": np.zeros(3, np.int32)})
    assert SHORTLIST in manifest(copy)["files"]
