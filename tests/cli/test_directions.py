"""A model of both directions, through the commands: what it is told to write, it writes.

Both languages of the task have the same letters. One writes for each letter the one after it in the
alphabet, the other the one before it. So nothing but the tag tells the directions apart.
"""

import json
import random
import shutil

import pytest

from fixtures.commands import fails, run, succeeds
from seq2seq import export
from seq2seq.data.directions import tagged
from seq2seq.errors import InputError
from seq2seq.exports.note import Note
from seq2seq.ids import LANGUAGE_TAGS
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.languages import Languages
from seq2seq.training.inputs import new_configuration
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]
pytestmark = pytest.mark.usefixtures("loaded_once")

LETTERS = "가나다라마바사"
OPTIONS = (
    "--units 64 --embedding-size 32 --decoder-layers 1 --dropout 0 --label-smoothing 0 "
    "--batch-tokens 256 --learning-rate 1e-2 --epochs 10 --precision float32"
).split()
BOTH = ("--languages", "up,down", "--direction", "both")


def down(text, steps=1):
    """The translation from `up` to `down`."""
    return "".join(
        LETTERS[(LETTERS.index(letter) + steps) % len(LETTERS)] if letter in LETTERS else letter
        for letter in text
    )


def up(text):
    return down(text, -1)


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    """A directory with train.tsv and test.tsv, and what `seq2seq train` printed of its model."""
    chance = random.Random(5)
    texts = {}
    while len(texts) < 700:
        texts[" ".join(chance.choices(LETTERS, k=chance.randint(1, 6))) + "."] = None

    directory = tmp_path_factory.mktemp("directions")
    lines = [f"{text}\t{down(text)}\n" for text in texts]
    (directory / "train.tsv").write_text("".join(lines[:660]), "utf-8")
    (directory / "test.tsv").write_text("".join(lines[660:]), "utf-8")
    output = ("--output", directory / "model")
    result = succeeds("train", directory / "train.tsv", *output, *BOTH, *OPTIONS)
    (directory / "printed").write_text(result.stdout + result.stderr, "utf-8")
    return directory


@pytest.fixture(scope="module")
def translator(task):
    return Translator.load(task / "model")


def test_language_decides_what_is_written(task):
    text = "다 가 라."
    model = ("--model", task / "model")
    assert succeeds("translate", *model, "--to", "down", text).stdout == down(text) + "\n"
    assert succeeds("translate", *model, "--to", "up", text).stdout == up(text) + "\n"


def test_each_sentence_of_a_line_has_the_tag(translator):
    text = "가 나. 다 라 마.  사."
    assert translator.translate(text, to="down") == down(text)
    assert translator.translate([text, "", "12"], to="up") == [up(text), "", "12"]


def test_what_is_kept_and_the_tag_get_along(translator):
    for language, change in (("down", down), ("up", up)):
        for text in ("가 12 나.", "<b>가</b> 나.", "가 https://example.org 나.", "가 🙂 나."):
            (found,) = translator.stream([text], to=language)
            assert sorted(found.text) == sorted(change(text)) and found.source == text


def test_letters_that_tags_are_made_of_are_kept_like_any_literal(translator):
    for letter in "\ufdd2\ufdd3":
        assert translator.translate(f"{letter} 가 나.", to="down").count(letter) == 1


def test_attention_and_pieces_have_the_same_length_with_the_tag(translator):
    (found,) = translator.stream(["가 나."], to="up", attention=True)
    assert found.best.attention.shape == (len(found.best.pieces), len(found.source_pieces))
    assert found.source_pieces.count("→") == 1


def test_shortlist_holds_what_each_direction_needs(translator):
    text = "다 가 라."
    for language, change in (("down", down), ("up", up)):
        assert translator.translate(text, to=language, shortlist=24) == change(text)


def test_evaluation_scores_each_direction_and_turns_the_pairs(task):
    arguments = ("evaluate", task / "test.tsv", "--model", task / "model", "--beam-size", 1)
    both = json.loads(succeeds(*arguments, "--json").stdout)["results"]
    assert list(both) == ["corpus to down", "corpus to up"]
    assert all(scores["bleu"]["value"] > 90 for scores in both.values())
    one = json.loads(succeeds(*arguments, "--json", "--to", "up").stdout)["results"]
    assert one["corpus to up"]["bleu"] == both["corpus to up"]["bleu"] and len(one) == 1


def test_call_evaluates_the_side_that_is_the_target(translator, task):
    for language in ("up", "down"):
        assert translator.evaluate(task / "test.tsv", to=language, beam_size=1).bleu.value > 90


def test_given_translations_are_likelier_in_their_own_direction(translator):
    text = "다 가 라."
    (right,) = translator.score([text], [down(text)], to="down")
    (wrong,) = translator.score([text], [down(text)], to="up")
    assert right.log_probability > wrong.log_probability + 5


def test_languages_are_recorded_scored_and_shown(task):
    printed = (task / "printed").read_text("utf-8")
    assert "dev to down:" in printed and "dev to up:" in printed
    assert f"--model {task / 'model'} --to " in printed
    shown = succeeds("info", task / "model").stdout
    assert "up to down and back; Hangul" in shown and "dev to up" in shown
    assert "up to down and back" in (task / "model" / "MODEL_CARD.md").read_text("utf-8")


def test_configuration_of_the_model_repeats_both_directions(task):
    again = new_configuration({}, config=task / "model" / "config.toml")
    assert again.corpus.spoken == Languages((("up", "down"),), both=True)


def test_model_that_is_gone_on_from_gives_its_languages(task, tmp_path):
    lines = (task / "train.tsv").read_text("utf-8").splitlines()[:60]
    (tmp_path / "new.tsv").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    start = ("train", tmp_path / "new.tsv", "--output", tmp_path / "new", "--from", task / "model")
    error = fails(*start, "--languages", "down,up", "--direction", "both")
    assert "Expected languages to be that of" in error and "it follows --from" in error
    succeeds(*start, "--epochs", 1, "--extend-vocabulary")
    new = Translator.load(tmp_path / "new")
    assert new.languages.names == ("up", "down")
    assert new.translate("다 가 라.", to="up") == up("다 가 라.")


@pytest.fixture(scope="module")
def exported(task):
    """The directory of a SavedModel that translates to `up`."""
    directory = task / "exported"
    succeeds("export", directory, "--model", task / "model", "--to", "up", "--beam-size", 2)
    return directory


@pytest.fixture(scope="module")
def client(exported):
    """A client of a server over it."""
    serving = pytest.importorskip("fixtures.serving")
    with serving.running({"both": exported}) as client:
        yield client


def test_saved_model_writes_its_language_with_and_without_the_tag(client):
    """This path gives what the model itself does."""
    texts = ["다 가 라.", "나.", "", " "]
    tag = LANGUAGE_TAGS[0]
    for given in (texts, [tagged(text, tag) if text.strip() else text for text in texts]):
        rows = client.post("/v1/models/both:predict", {"instances": given})["predictions"]
        found = [row["translation"] for row in rows]
        assert found == [up(text).strip() for text in texts]


def test_note_of_an_export_keeps_the_tag(exported, translator):
    assert (
        Note.read(exported).protector.tag == translator.to("up").protector.tag == LANGUAGE_TAGS[0]
    )


def test_server_answers_as_the_library(client, translator):
    texts = [
        "다 가 라.",
        "가 나. 12 라 마.",
        "<b>가</b> 나.",
        "가 https://example.org 나.",
        "",
        "12",
    ]
    answer = client.post("/translate", {"text": texts, "details": True})
    found = [one["translations"][0]["text"] for one in answer["sentences"]]
    assert found == translator.translate(texts, to="up", beam_size=2)


def test_model_directory_is_served_once_for_each_language(task, tmp_path, monkeypatch):
    pytest.importorskip("fixtures.serving")
    from seq2seq.exports import saved_model
    from seq2seq.serving import server

    exported = {}
    served = []
    monkeypatch.setattr(
        saved_model,
        "export_saved_model",
        lambda translator, place: exported.update({place: translator.tag}),
    )
    monkeypatch.setattr(server, "serve", lambda models, **_: served.append(models))
    succeeds("serve", "--model", f"mine={task / 'model'}")
    assert {name: exported[place] for name, place in served[0].items()} == {
        "mine-up": LANGUAGE_TAGS[0],
        "mine-down": LANGUAGE_TAGS[1],
    }

    (tmp_path / "mine-up").mkdir()
    models = ("--model", tmp_path / "mine-up", "--model", f"mine={task / 'model'}")
    assert "different names. Received: mine-up twice." in fails("serve", *models)


def test_tflite_model_writes_its_language(task, translator):
    pytest.importorskip("ai_edge_litert")
    from seq2seq.exports.tflite_translator import TFLiteTranslator

    export(translator, task / "lite", format="tflite", to="down", beam_size=2)
    text = "가 12 나. 다 라."
    assert TFLiteTranslator.load(task / "lite").translate(text) == down(text)
    told = succeeds("translate", text, "--model", task / "lite", "--format", "jsonl").stdout
    assert json.loads(told)["to"] == "down"
    error = fails("translate", "가", "--model", task / "lite", "--to", "up")
    assert "only one. Received: 'up'" in error


def test_export_into_no_language_or_as_a_page_is_refused(task, translator, tmp_path, monkeypatch):
    start = ("export", tmp_path / "x", "--model", task / "model")
    assert "into: up or down. Received: none." in fails(*start)
    with pytest.raises(InputError, match="into: up or down. Received: none"):
        export(translator, tmp_path / "x")

    monkeypatch.setattr("seq2seq.exports.web.expect_runtime", lambda: None)
    with pytest.raises(InputError, match="one direction for a page. Received: one of several"):
        export(translator, tmp_path / "x", format="web", to="up")


@pytest.mark.parametrize("command", ["translate", "evaluate", "score"])
def test_unknown_language_is_one_line_that_names_those_of_the_model(command, task):
    text = "가" if command == "translate" else task / "test.tsv"
    arguments = (command, text, "--model", task / "model")
    error = fails(*arguments, "--to", "fr")
    assert "Expected the language to translate into: up or down. Received: 'fr'." in error
    if command != "evaluate":
        assert "up or down. Received: none. Give --to" in fails(*arguments)


def test_model_without_languages_takes_none(untrained, task):
    arguments = ("translate", "a b", "--model", untrained(1), "--to", "ko")
    assert "the model has only one. Received: 'ko'. Leave --to out." in fails(*arguments)
    with pytest.raises(InputError, match="only one"):
        Translator.load(untrained(1)).translate("a b", to="ko")


def test_vocabulary_of_other_languages_is_refused(untrained, task, tmp_path):
    start = ("train", task / "train.tsv", "--output", tmp_path / "model")
    error = fails(*start, *BOTH, "--vocabulary-from", untrained(1))
    assert "Expected --languages to be those of" in error and "none. Received: up, down." in error


def test_ensemble_of_other_languages_is_refused(task, tmp_path):
    shutil.copytree(task / "model", tmp_path / "other")
    place = ModelDirectory(tmp_path / "other")
    place.save_configuration(place.read_configuration().replace(languages=("down,up",)))
    with pytest.raises(InputError, match="same languages. Received: .*other, of down, up, and"):
        Translator.load(task / "model", tmp_path / "other")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--direction", "both"), "Received: no --languages"),
        (("--languages", "en,ko"), "Received: 'en,ko' alone"),
        (("--languages", "en", "--direction", "both"), "with a comma between them"),
    ],
)
def test_unusable_languages_are_one_line(options, message, task, tmp_path):
    assert message in fails("train", task / "train.tsv", "--output", tmp_path / "x", *options)
    assert run("train", "--direction", "sideways").exit_code == 2


def test_comparison_of_cells_takes_one_direction(task, tmp_path):
    from seq2seq import compare

    with pytest.raises(InputError, match="models of one direction to compare"):
        compare(
            str(task / "train.tsv"),
            output=tmp_path / "x",
            steps=1,
            languages=["a,b"],
            direction="both",
        )
