"""The languages of a model: which tag is whose, and what is refused."""

import pytest

from seq2seq.errors import InputError
from seq2seq.ids import LANGUAGE_TAGS
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.languages import Languages


def test_each_language_has_a_tag_of_its_own_that_names_it():
    languages = Languages.of(["en,ko"], "both")
    assert languages.names == languages.targets == ("en", "ko")
    tags = [languages.tag(name) for name in languages.names]
    assert tags == list(languages.tags) and len(set(tags)) == 2
    assert [languages.language(tag) for tag in tags] == ["en", "ko"]
    assert languages.tags_of() == (languages.tag("ko"), languages.tag("en"))
    assert [languages.is_reversed(name) for name in languages.names] == [True, False]


def test_sources_of_a_language_are_those_that_it_is_learnt_from():
    assert Languages.of(["en,ko"], "both").sources("ko") == ("en",)
    three = Languages.of(["en,ko", "de,ko"], "forward")
    assert three.targets == ("ko",) and three.sources("ko") == ("en", "de")
    assert three.sources("en") == ()


def test_scripts_of_other_languages_are_left_out():
    assert Languages.of(["en,ja"], "both", ["LATIN", "HIRAGANA CJK"]).scripts == (
        ("LATIN",),
        ("HIRAGANA", "CJK"),
    )
    assert Languages.of(["en,ko", "en,de"], "both", ["LATIN", "HANGUL"]).scripts == ()


def test_model_without_languages_has_no_tag():
    languages = Languages.of([], "forward")
    assert not languages and languages.tag(None) == "" and languages.tags == ()
    assert Configuration().corpus.spoken == languages


@pytest.mark.parametrize(
    ("options", "direction", "message"),
    [
        ([], "both", "names of the two languages. Received: no --languages. Add, for example"),
        (["en,ko"], "forward", r"--direction both. Received: 'en,ko' alone. Add it"),
        (["en"], "both", "two languages with a comma between them.*Received: 'en'"),
        (["en,en"], "both", "two languages.*Received: 'en,en'"),
        (["en,ko,de"], "both", "two languages.*Received: 'en,ko,de'"),
        (["e n,ko"], "both", "two languages"),
        (
            [f"a{number},b{number}" for number in range(8)],
            "both",
            f"at most {len(LANGUAGE_TAGS)} languages. Received: 16",
        ),
    ],
)
def test_unusable_languages_are_refused(options, direction, message):
    with pytest.raises(InputError, match=message):
        Languages.of(options, direction)
    with pytest.raises(InputError, match=message):
        Configuration.from_options({"languages": options, "direction": direction})


def test_language_that_a_model_does_not_write_is_refused():
    languages = Languages.of(["en,ko"], "both")
    with pytest.raises(InputError, match=r"into: en or ko. Received: 'fr'. Give --to, in Python"):
        languages.tag("fr")
    with pytest.raises(InputError, match="into: en or ko. Received: none. Give --to"):
        languages.tag(None)
    with pytest.raises(InputError, match="only one. Received: 'ko'. Leave --to out"):
        Languages().tag("ko")
