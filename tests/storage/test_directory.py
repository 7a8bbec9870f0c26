"""A model directory knows its files, keeps what is not its own, and names what is damaged."""

import os
from pathlib import Path

import pytest

from seq2seq.errors import InputError
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import ModelDirectory, expect_room, newest_model


@pytest.fixture
def directory(tmp_path):
    """The directory of a run that has just begun."""
    directory = ModelDirectory(tmp_path / "model")
    Configuration().save(directory.configuration_file)
    return directory


def test_directory_takes_the_place_of_its_path(tmp_path):
    directory = ModelDirectory(tmp_path / "model")
    assert Path(directory) == ModelDirectory(directory).path == tmp_path / "model"
    assert str(directory) == str(tmp_path / "model")


def test_every_file_of_a_model_lies_in_its_directory(tmp_path):
    directory = ModelDirectory(tmp_path)
    files = [value for name, value in vars(directory).items() if name != "path"]
    assert len(set(files)) == len(files) > 8
    assert {file.parent for file in files} == {tmp_path}


def test_directory_tells_how_far_a_run_there_is(tmp_path, directory):
    def state(place):
        return place.holds_model(), place.is_interrupted(), place.is_trained()

    assert state(ModelDirectory(tmp_path / "new")) == (False, False, False)
    assert state(directory) == (True, False, False)
    directory.run_state_file.touch()
    assert state(directory) == (True, True, False)
    directory.weights_file.touch()
    directory.run_state_file.unlink()
    assert state(directory) == (True, False, True)


def test_configuration_comes_back_and_is_asked_of_no_other_directory(tmp_path, directory):
    assert directory.read_configuration() == Configuration()
    with pytest.raises(InputError, match="Expected a model directory. Received: .*no config.toml"):
        ModelDirectory(tmp_path).read_configuration()


def test_place_that_holds_something_else_is_refused(tmp_path, directory):
    file = directory.configuration_file
    directory.expect_room()
    ModelDirectory(tmp_path / "new").expect_room()
    for place, fault in ((tmp_path, "holds something else"), (file, "is a file")):
        message = f"Expected an empty or new directory for the model.*which {fault}"
        with pytest.raises(InputError, match=message):
            ModelDirectory(place).expect_room()
    with pytest.raises(InputError, match="which holds something else"):
        expect_room(directory.path, mark="saved_model.pb")


class Killed(BaseException):
    """Stands for the end of the process."""


def kill(*_, **__):
    raise Killed


@pytest.mark.parametrize("place", ["tempfile.mkstemp", "os.fsync", "pathlib.Path.replace"])
def test_place_of_a_process_that_was_killed_in_its_first_save_is_free(
    tmp_path, directory, monkeypatch, place
):
    configuration = directory.read_configuration()
    new = ModelDirectory(tmp_path / "new")
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", lambda *_, **__: None)  # it cleans up nothing
        patch.setattr(place, kill)
        with pytest.raises(Killed):
            new.save_configuration(configuration)
    assert new.path.is_dir() and not new.holds_model()

    new.expect_room()
    new.save_configuration(configuration)
    assert new.read_configuration() == configuration


@pytest.mark.parametrize(
    "text",
    ["{}", "no json", '{"format": 1, "files": {"index.html": [{"size": 1, "sha256": "a"}]}}'],
)
def test_manifest_of_something_else_is_no_first_save(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="holds something else"):
        ModelDirectory(tmp_path).expect_room()


def test_place_that_cannot_be_written_to_is_refused_at_once(tmp_path, directory, monkeypatch):
    place = ModelDirectory(directory.configuration_file / "deep" / "new")
    with pytest.raises(InputError, match=r"can be written to.*config\.toml is a file"):
        place.expect_room()

    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everywhere
    with pytest.raises(InputError, match="may not be written to"):
        ModelDirectory(tmp_path / "new").expect_room()


def test_model_is_moved_aside_beside_its_place_and_nothing_else_is(tmp_path, directory):
    assert ModelDirectory(tmp_path / "new").move_aside() is None
    aside = directory.move_aside()
    assert aside is not None and aside.parent == tmp_path and not directory.path.exists()
    assert ModelDirectory(aside).read_configuration() == Configuration()


def test_directory_of_no_name_is_moved_aside_too(tmp_path, directory, monkeypatch):
    monkeypatch.chdir(directory.path)
    aside = ModelDirectory(".").move_aside()
    assert aside is not None and aside.name.startswith("model.")
    assert os.listdir(tmp_path) == [aside.name]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError("cut\nshort."), "cut short. Copy"),
        (KeyError(), "KeyError. Copy"),
        (ValueError("{{function_node a}} wrong"), "file: wrong. Copy"),
        (ValueError("x" * 999), f" {'x' * 200}. Copy"),
    ],
)
def test_damage_is_named_on_one_line(directory, error, reason):
    with pytest.raises(InputError, match="^Expected a complete model in .*model. Received") as told:
        with directory.naming_damage():
            raise error
    assert reason in str(told.value) and "\n" not in str(told.value)


def test_errors_of_others_are_damage_only_where_they_are_named(directory):
    class Other(Exception):
        pass

    with pytest.raises(Other), directory.naming_damage():
        raise Other
    with pytest.raises(InputError), directory.naming_damage(Other):
        raise Other


def test_newest_model_is_the_one_whose_weights_were_written_last(tmp_path):
    assert newest_model(tmp_path / "missing") is None
    for moment, name in enumerate(("second", "third", "first")):
        weights = ModelDirectory(tmp_path / name).weights_file
        weights.parent.mkdir()
        weights.touch()
        os.utime(weights, (moment, moment))
    (tmp_path / "exported").mkdir()
    assert newest_model(tmp_path) == tmp_path / "first"
