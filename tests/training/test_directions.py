"""Runs of both directions: each is scored for itself, and a resumed run ends as any other."""

import pytest

from fixtures.commands import small_configuration
from fixtures.runs import CORPUS, DEV, SIMPLE, AtStep, arrays, assert_same, interrupt, run
from seq2seq.data.corpus import Corpus
from seq2seq.evaluation.scores import quick_score
from seq2seq.ids import LANGUAGE_TAGS
from seq2seq.storage.directory import WEIGHTS
from seq2seq.training import validation
from seq2seq.training.directions import parts_of, translate_parts
from seq2seq.training.run import Interrupted, fingerprint
from seq2seq.training.validation import score_dev
from seq2seq.translation.result import Hypothesis, Translation

FIRST, SECOND = LANGUAGE_TAGS[:2]
LANGUAGES = {"languages": ("a,b",), "direction": "both"}


class Parrot:
    """Says a sentence again behind a tag, and says something else behind another."""

    def __init__(self, tag="", answers=()):
        self.tag = tag
        self.answers = dict(answers)

    def behind(self, tag):
        return Parrot(tag, self.answers)

    def stream(self, texts, **search):
        for text in texts:
            answer = self.answers.get(self.tag) or text
            yield Translation(text, [Hypothesis(answer, 0.0, [])], [])


def test_parts_of_a_corpus_make_it_up_again():
    both = CORPUS.in_directions((SECOND, FIRST))
    parts = parts_of(both)
    assert [(part.tag, part.corpus) for part in parts] == [
        (SECOND, CORPUS),
        (FIRST, CORPUS.swapped()),
    ]
    assert sorted(place for part in parts for place in part.places) == [*range(len(both))]
    (only,) = parts_of(CORPUS)
    assert only.tag == "" and only.corpus == CORPUS


def test_each_part_is_translated_into_its_language():
    both = CORPUS.in_directions((SECOND, FIRST))
    found = {
        part.tag: [one.text for one in translations]
        for part, translations in translate_parts(Parrot(answers={FIRST: "x"}), both)
    }
    assert found == {SECOND: CORPUS.source, FIRST: ["x"] * len(CORPUS)}


def test_dev_score_is_the_mean_of_the_directions(monkeypatch):
    monkeypatch.setattr(validation, "dev_loss", lambda translator, dev: 1.0)
    same = Corpus(
        [f"one two three four {k}" for k in range(9)], [f"eins zwei {k}" for k in "abc"] * 3
    )
    both = same.in_directions((SECOND, FIRST))
    right = {SECOND: "eins zwei a", FIRST: "one two three four 1"}

    result = score_dev(Parrot(answers=right), both)
    scores = [
        quick_score([right[part.tag]] * 9, part.corpus.target, tokenize="13a")
        for part in parts_of(both)
    ]
    assert scores[0] != scores[1]
    assert (result.bleu, result.chrf2) == pytest.approx(
        [sum(values) / 2 for values in zip(*scores, strict=True)]
    )
    assert result.hypotheses == [right[SECOND], right[FIRST]] * 9


def test_fingerprint_tells_languages_and_directions_apart():
    both = CORPUS.in_directions((SECOND, FIRST))
    prints = {
        fingerprint(small_configuration(), CORPUS, DEV),
        fingerprint(small_configuration(**LANGUAGES), both, DEV),
        fingerprint(small_configuration(languages=("b,a",), direction="both"), both, DEV),
    }
    assert len(prints) == 3


def test_resumed_run_of_both_directions_ends_as_one_never_interrupted(tmp_path):
    corpus, dev = (pairs.in_directions((SECOND, FIRST)) for pairs in (CORPUS, DEV))
    options = {**SIMPLE, **LANGUAGES, "corpus": corpus, "dev": dev}
    run(tmp_path / "whole", **options)
    with pytest.raises(Interrupted):
        run(tmp_path / "stopped", AtStep({5: interrupt}), **options)
    run(tmp_path / "stopped", resume=True, **options)
    assert_same(arrays(tmp_path / "stopped" / WEIGHTS), arrays(tmp_path / "whole" / WEIGHTS))
