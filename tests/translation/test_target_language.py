"""The letters of a text choose its direction: a mixed list is what each text gives by itself."""

import json

import pytest

from fixtures.commands import fails, succeeds
from fixtures.two_scripts import english, korean
from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.storage.languages import Languages
from seq2seq.training.inputs import new_configuration
from seq2seq.training.presets import resolve
from seq2seq.translation.target_language import letters_of, translate_documents
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands", "fixtures.two_scripts"]

MIXED = ["a b c.", "가 나.", "12", "d e.", "", "마 바 사. 가 나."]
LANGUAGES = ["ko", "en", "en", "ko", "en", "en"]


@pytest.mark.parametrize("split", [True, False])
def test_each_text_is_translated_as_if_its_language_were_named(split, en_and_ko):
    for options in ({}, {"n_best": 2}, {"top_k": 5, "first": 7}):
        found = list(en_and_ko.stream(MIXED, split_sentences=split, **options))
        assert [one.to for one in found] == LANGUAGES
        for language in ("en", "ko"):
            named = en_and_ko.stream(MIXED, split_sentences=split, to=language, **options)
            for one, own in zip(found, named, strict=True):
                assert own.to == language
                if one.to == language:
                    assert (one.source, one.text) == (own.source, own.text)


def test_letters_choose_for_one_text_and_for_a_list(en_and_ko):
    assert en_and_ko.translate("a b c.") == "가 나 다."
    assert en_and_ko.translate(["가 나.", "a b."]) == ["a b.", "가 나."]


def test_mixed_text_goes_with_the_majority_of_its_letters(en_and_ko):
    languages = [one.to for one in en_and_ko.stream(["a b 가.", "a 가 나.", "a 가."])]
    assert languages == ["ko", "en", "en"]  # a tie: the model's first language


def test_language_that_is_named_wins_over_letters(en_and_ko):
    assert [one.to for one in en_and_ko.stream(["가.", "a."], to="ko")] == ["ko", "ko"]
    assert [one.to for one in en_and_ko.to("en").stream(["가.", "a."])] == ["en", "en"]


def test_texts_are_read_when_they_are_needed(en_and_ko):
    read = []
    source = (read.append(text) or text for text in ["a.", "가."] * 200)
    assert next(en_and_ko.stream(source, batch_size=1)).to == "ko"
    assert len(read) < 400


def test_model_of_one_direction_names_no_language(untrained):
    (found,) = Translator.load(untrained(1)).stream(["b c"])
    assert found.to is None and "to" not in found.as_dict()


@pytest.mark.parametrize(
    "languages",
    [
        Languages(),
        Languages((("en", "ko"),), both=True),  # of an older version
        Languages((("en", "de"),), both=True, scripts=(("LATIN",), ("LATIN",))),
        Languages(
            (("en", "ko"), ("en", "ru")),
            both=True,
            scripts=(("LATIN",), ("HANGUL",), ("CYRILLIC",)),
        ),
    ],
)
def test_letters_do_not_tell_languages_of_one_script_or_three(languages):
    assert letters_of(languages) is None


def test_a_model_that_ranks_needs_the_language(en_and_ko, two_scripts):
    with pytest.raises(InputError, match="into: en or ko. Received: none. Give --to"):
        en_and_ko.translate("a b.", rerank_with=en_and_ko.to("en"))
    ranking = ("--rerank-with", two_scripts)
    assert "Give --to" in fails("translate", "a b.", "--model", two_scripts, *ranking)


def test_letters_of_a_whole_document_tell_its_language(en_and_ko):
    documents = [["a b c d.", "가."], ["마 바.", "12"], ["가 나.", "e."]]
    found = [*translate_documents(documents, en_and_ko.stream, en_and_ko.languages, first=3)]
    assert [one.to for one in found] == ["ko", "ko", "en", "en", "en", "en"]
    assert found[0].text == "가 나 다 라." and found[2].text == "e f."


def test_command_tells_the_language_of_each_line(two_scripts, tmp_path):
    texts = ["a b c.", "가 나.", "12"]
    (tmp_path / "mixed.txt").write_text("".join(f"{text}\n" for text in texts), "utf-8")
    command = ("translate", "--model", two_scripts, "--input", tmp_path / "mixed.txt")
    assert succeeds(*command).stdout == "가 나 다.\na b.\n12\n"
    lines = succeeds(*command, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["to"] for line in lines] == ["ko", "en", "en"]
    lines = succeeds(*command, "--format", "jsonl", "--to", "ko").stdout.splitlines()
    assert {json.loads(line)["to"] for line in lines} == {"ko"}


def test_command_translates_documents_each_into_one_language(two_scripts, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "en.md").write_text("# a b c\n\nd e f\n\n가\n", "utf-8")
    (tmp_path / "in" / "ko.md").write_text("# 가 나 다\n\na\n", "utf-8")
    command = ("translate", "--model", two_scripts, "--split-sentences")
    succeeds(*command, "--input", tmp_path / "in", "--output", tmp_path / "out")
    english_page = (tmp_path / "out" / "en.md").read_text("utf-8")
    assert korean("a b c") in english_page and korean("d e f") in english_page
    assert english("가 나 다") in (tmp_path / "out" / "ko.md").read_text("utf-8")
    output = succeeds(*command, "--input", tmp_path / "in" / "en.md").stdout
    assert output == english_page


def test_run_that_goes_on_keeps_the_scripts_of_its_parent(two_scripts):
    new = new_configuration({"from_model": str(two_scripts)})
    corpus = Corpus(["가.", "나."], ["A.", "B."]).in_directions(new.corpus.spoken.tags_of())
    assert resolve(new, corpus).corpus.spoken.scripts == (("LATIN",), ("HANGUL",))
