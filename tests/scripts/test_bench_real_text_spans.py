"""Spans and tags of real text: what counts as kept, and what does not."""

import re
from random import Random

import pytest

from fixtures.real_text import SOURCES, WORDS, broken, figures, of, perfect, without
from real_texts.inserting import insert, occurrences, remove
from real_texts.kinds import KINDS, SCRIPTS
from real_texts.spans import measure_replaced, measure_scripts, measure_spans, replaceable
from real_texts.tags import Pair, measure_tags, tag, whole_pairs, without_tags

SPAN_MEASURES = [measure_spans, measure_tags, measure_scripts]


@pytest.mark.parametrize("measure", SPAN_MEASURES)
def test_perfect_translator_keeps_every_span_and_the_rest(measure):
    rows = list(measure(of(perfect), 1))
    assert figures(rows, "kept") == [100.0] * len(rows)
    assert not any(row.failures for row in rows)
    scored = [row for row in rows if "BLEU, plain" in row.figures]
    for name in ("BLEU of the rest", "BLEU, plain", "chrF2 of the rest", "chrF2, plain"):
        assert figures(scored, name) == pytest.approx([100.0] * len(scored))
    assert scored and all(row.figures["spans"] > len(SOURCES) for row in scored)


@pytest.mark.parametrize("measure", SPAN_MEASURES)
def test_spans_that_are_lost_or_doubled_are_not_kept(measure):
    words = [word for script in SCRIPTS.values() for word in script.split()]
    lost = broken(lambda translation: remove(words, without(translation)))
    rows = list(measure(of(lost), 1))
    assert figures(rows, "kept") == [0.0] * len(rows)
    assert all(row.failures for row in rows if row.name != "all of them")
    doubled = list(measure(of(broken(lambda translation: f"{translation} {translation}")), 1))
    assert figures(doubled, "kept") == [0.0] * len(doubled)
    assert doubled[-1].figures["BLEU of the rest"] < 90


def test_spans_in_the_place_of_words_are_part_of_the_references():
    (row,) = measure_replaced(of(perfect), WORDS, 1)
    assert row.figures["kept"] == 100
    assert row.figures["BLEU"] == pytest.approx(100)
    assert row.figures["sentences"] == row.figures["spans"] > 0
    (row,) = measure_replaced(of(broken(without)), WORDS, 1)
    assert row.figures["kept"] == 0 and row.figures["BLEU"] < 90
    assert list(measure_replaced(of(perfect), {}, 1)) == []


def test_words_are_replaced_that_stand_once_on_both_sides():
    terms = {"hound": "Hund", "fence": "Zaun"}
    assert replaceable("The hound, the fence.", "Der Hund, der Zaun.", terms) == ["hound", "fence"]
    assert replaceable("The hound sees a hound.", "Der Hund sieht einen Hund.", terms) == []
    assert replaceable("The fence.", "Der Gartenzaun.", terms) == []


def test_changed_digit_loses_the_number():
    changed = broken(
        lambda translation: re.sub(r"\d", lambda match: str((int(match[0]) + 1) % 10), translation)
    )
    kept = {row.name: row.figures["kept"] for row in measure_spans(of(changed), 1)}
    assert kept["number"] == kept["date"] == kept["time"] == 0 and kept["hashtag"] > 50


@pytest.mark.parametrize("kind", KINDS)
def test_sentence_without_its_inserted_spans_is_the_sentence(kind):
    random = Random(kind)
    for sentence in SOURCES * 5:
        marked = insert(sentence, KINDS[kind], random, anywhere=kind == "emoji")
        assert 1 <= len(marked.spans) <= 3
        assert [occurrences(span, marked.text) for span in marked.spans] == [1] * len(marked.spans)
        assert remove(marked.spans, marked.text) == sentence


def test_texts_are_the_same_ones_of_a_seed():
    def seen(seed):
        texts = []

        def translate(given, glossary=None):
            given = list(given)
            texts.extend(given)
            return iter(given)

        for measure in SPAN_MEASURES:
            list(measure(of(translate), seed))
        return texts

    assert seen(1) == seen(1) != seen(2)


@pytest.mark.parametrize(
    "span, translation, count",
    [
        ("12,345", "Es sind 12,345.", 1),
        ("12,345", "Es sind 112,345 oder 12,345.6 oder 12,3456.", 0),
        ("12,345", "책 12,345권", 1),
        ("09:45", "um 09:45:10, um 9:45", 0),
        ("09:45", "um 09:45, um 09:45", 2),
        ("{x}", "{{x}} und ${x}", 0),
        ("&amp;", "&amp;amp; und &", 0),
        ("\U0001f44d", "\U0001f44d\U0001f3fd", 0),
        ("東京", "Ich war in 東京.", 1),
    ],
)
def test_span_counts_letter_for_letter_and_not_as_part_of_another(span, translation, count):
    assert occurrences(span, translation) == count


def test_tags_are_put_around_words():
    random = Random(1)
    for sentence in [*SOURCES, "Go.", "Go"]:
        tagged = tag(sentence, random)
        assert without_tags(tagged.pairs, tagged.text) == sentence
        assert whole_pairs(tagged.pairs, tagged.text) == tagged.pairs
        assert tagged.text.count("<") == 2 * len(tagged.pairs)


@pytest.mark.parametrize(
    "translation, whole",
    [
        ("<b>ein</b> <i>Hase</i>", "bi"),
        ("<i>ein</i> <b>Hase</b>", "bi"),
        ("<i>ein <b>Hase</b></i>", "bi"),
        ("<b>ein <i>Hase</b></i>", ""),
        ("</b>ein<b> <i>Hase</i>", "i"),
        ("<b>ein <i>Hase</i>", "i"),
        ("<b>ein</b> <i>Hase</i> <i>und</i>", "b"),
    ],
)
def test_pairs_of_tags_are_whole_if_balanced(translation, whole):
    pairs = [Pair("<b>", "</b>"), Pair("<i>", "</i>")]
    assert [pair.opening[1] for pair in whole_pairs(pairs, translation)] == list(whole)


def test_tags_beside_each_other_are_kept_but_around_no_words():
    def collapsed(translation):
        return re.sub(r"(<[^/>]*>)([^<]*)(</[^>]*>)", r"\2\1\3", translation)

    (row,) = measure_tags(of(broken(collapsed)), 1)
    assert row.figures["kept"] == 100 and row.figures["around words"] < 50
