"""Laws of the bundled corpus: one translation a sentence, disjoint files, the same bytes again."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

import build
from collection import Collection, normalized
from holdout import split_names
from lexicon.names import SYLLABLES, given_names, segmentations
from patterns import PATTERNS

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "en-ko"
FILES = ("train", "dev", "test", "test-unseen")


@pytest.fixture(scope="module")
def made() -> dict[str, list[tuple[str, str]]]:
    return build.build()


def test_files_equal_what_the_generator_makes_now(made: dict[str, list[tuple[str, str]]]) -> None:
    for name in FILES:
        assert (DATA / f"{name}.tsv").read_bytes() == build.serialized(made[name]).encode(), name


def test_english_sides_are_distinct(made: dict[str, list[tuple[str, str]]]) -> None:
    counts = Counter(english for pairs in made.values() for english, _ in pairs)
    assert [english for english, count in counts.items() if count > 1] == []


def test_no_source_sentence_is_on_two_sides(made: dict[str, list[tuple[str, str]]]) -> None:
    sides = [{normalized(english) for english, _ in made[name]} for name in FILES]
    assert sum(map(len, sides)) == len(set().union(*sides))


def test_a_source_sentence_has_one_translation(made: dict[str, list[tuple[str, str]]]) -> None:
    korean_of: dict[str, str] = {}
    for pairs in made.values():
        for english, korean in pairs:
            key = normalized(english)
            value = korean.rstrip(".?!")
            assert korean_of.setdefault(key, value) == value


def test_pairs_are_clean_text(made: dict[str, list[tuple[str, str]]]) -> None:
    for pairs in made.values():
        for english, korean in pairs:
            assert english.isascii() and english == " ".join(english.split())
            assert korean == unicodedata.normalize("NFC", " ".join(korean.split()))
            assert re.fullmatch(r"[가-힣 .,?!]+", korean), korean
            assert (english[-1] in ".?!") == (korean[-1] in ".?!"), english


def test_held_out_names_are_absent_from_train(made: dict[str, list[tuple[str, str]]]) -> None:
    known, held = split_names(random.Random(build.SEED))
    words = {word for english, _ in made["train"] for word in re.findall(r"\w+", english)}
    unseen = {word for english, _ in made["test-unseen"] for word in re.findall(r"\w+", english)}
    assert words.isdisjoint(held)
    assert unseen.isdisjoint(set(known) - {"Bom"})
    assert len(unseen & set(held)) >= 50
    spelled = {syllable for name in known.values() for syllable in name}
    assert {syllable for name in held.values() for syllable in name} <= spelled


def test_words_of_the_test_sides_are_in_train(made: dict[str, list[tuple[str, str]]]) -> None:
    known, held = split_names(random.Random(build.SEED))
    written = {normalized(english) for english, _ in build.everyday()}
    trained = Counter(
        w for english, _ in made["train"] for w in re.findall(r"[a-z]+", english.casefold())
    )
    allowed = {name.casefold() for name in held} | {
        n.casefold() for n in known if trained[n.casefold()]
    }
    for name in ("dev", "test", "test-unseen"):
        for english, _ in made[name]:
            if normalized(english) not in written:
                rare = {w for w in re.findall(r"[a-z]+", english.casefold()) if trained[w] < 2}
                assert rare <= allowed, english


def test_polite_endings_never_mix_with_casual_first_person(
    made: dict[str, list[tuple[str, str]]],
) -> None:
    for pairs in made.values():
        for english, korean in pairs:
            polite = korean.rstrip(".?!").endswith(("요", "여러분", "선생님"))
            words = set(re.findall(r"[가-힣]+", korean))
            assert not (polite and words & {"나는", "내가", "내", "너는", "네가"}), (
                english,
                korean,
            )
            assert not (not polite and words & {"저는", "제가", "저희"}), (english, korean)


def test_sizes_keep_their_promise(made: dict[str, list[tuple[str, str]]]) -> None:
    assert sum(map(len, made.values())) >= 13_000
    assert len(made["train"]) >= 12_500
    assert len(build.everyday()) >= 650
    assert all(
        len(made[name]) >= size
        for name, size in (("dev", 400), ("test", 500), ("test-unseen", 300))
    )


def test_no_pattern_has_more_than_its_share() -> None:
    total = sum(share for _, share in PATTERNS)
    assert max(share for _, share in PATTERNS) / total < 0.06


def test_yusol_introduces_themself_in_train(made: dict[str, list[tuple[str, str]]]) -> None:
    train = dict(made["train"])
    assert train["I am Yusol"] == "나는 유솔이야"
    assert train["I am a student."] == "나는 학생이야."
    assert train["Where is the station?"] == "역은 어디에 있어?"


def test_romanisation_is_one_to_one() -> None:
    assert len(set(SYLLABLES.values())) == len(SYLLABLES)
    assert all(segmentations(name) == 1 for name in given_names())


def test_a_second_translation_of_a_sentence_is_an_error() -> None:
    taken = Collection([("Hello.", "안녕.")])
    assert taken.accepts("I'm here.", "나는 여기 있어.")
    assert not taken.accepts("I am here", "나는 여기 있어")
    assert not taken.accepts("Hello", "여보세요")
    with pytest.raises(ValueError, match="one translation of 'I am here'"):
        taken.accepts("I am here", "나 왔어")
