"""Runs of both directions: each is scored for itself, and a resumed run ends as any other."""

from collections import Counter

import pytest

import seq2seq
from fixtures.commands import small_configuration
from fixtures.runs import CORPUS, DEV, PLAIN, AtStep, arrays, assert_same, interrupt, run
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.data.directions import untagged
from seq2seq.errors import InputError
from seq2seq.evaluation.scores import quick_score
from seq2seq.ids import LANGUAGE_TAGS
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import WEIGHTS
from seq2seq.storage.languages import Languages
from seq2seq.training import dev_score
from seq2seq.training.dev_score import joined, read_dev, score_dev
from seq2seq.training.directions import parts_of, translate_parts
from seq2seq.training.inputs import new_configuration, open_pairs
from seq2seq.training.run import Interrupted, fingerprint
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
    monkeypatch.setattr(dev_score, "dev_nats", lambda translator, dev: (1.0, 1.0))
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


@pytest.mark.parametrize("count", [1, 2, 3, 200])
def test_shares_of_a_dev_set_are_read_as_the_whole(monkeypatch, count):
    monkeypatch.setattr(dev_score, "dev_nats", lambda translator, dev: (2.0 * len(dev), len(dev)))
    both = CORPUS.in_directions((SECOND, FIRST))
    parrot = Parrot(answers={FIRST: "x"})
    shares = [both.chosen(range(rank, len(both), count)) for rank in range(count)]
    assert joined([read_dev(parrot, share) for share in shares]) == read_dev(parrot, both)


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
    options = {**PLAIN, "epochs": 1, **LANGUAGES, "corpus": corpus, "dev": dev}
    run(tmp_path / "whole", **options)
    with pytest.raises(Interrupted):
        run(tmp_path / "stopped", AtStep({5: interrupt}), **options)
    run(tmp_path / "stopped", resume=True, **options)
    assert_same(arrays(tmp_path / "stopped" / WEIGHTS), arrays(tmp_path / "whole" / WEIGHTS))


def write_corpora(directory, *, count=60):
    """Two files of pairs: of `a` and `b`, and of `a` and `c`."""
    files = []
    for name in "bc":
        files.append(directory / f"a-{name}.tsv")
        lines = [f"a {name} {k % 50}x\t{name} {k % 40}y\n" for k in range(count)]
        files[-1].write_text("".join(lines))
    return files


def opened(files, *, languages=("a,b", "a,c"), direction="both", **options):
    configuration = Configuration.from_options(
        {"corpus": files, "languages": languages, "direction": direction, **options}
    )
    return open_pairs(configuration, strict=True, tell=lambda line: None)


def pairs(corpus):
    return list(zip(corpus.source, corpus.target, strict=True))


@pytest.mark.parametrize("direction", ["both", "forward"])
def test_each_corpus_has_the_tags_of_its_own_languages(direction, tmp_path):
    files = write_corpora(tmp_path)
    languages = Languages.of(["a,b", "a,c"], direction)
    training, dev = opened(files, direction=direction)

    expected = [read_tsv(file).in_directions(languages.tags_of(k)) for k, file in enumerate(files)]
    everything = Counter(pair for corpus in expected for pair in pairs(corpus))
    found = Counter(pairs(training) + pairs(dev))
    assert found <= everything
    assert {source for source, _ in everything - found} <= set(dev.source)
    assert not set(training.source) & set(dev.source)
    for corpus in (training, dev):
        tags = [untagged(source)[0] for source in corpus.source]
        assert set(tags) == {languages.tag(name) for name in languages.targets}
        assert tags != sorted(tags) and tags != sorted(tags, reverse=True)


def test_several_corpora_are_the_same_in_every_run(tmp_path):
    files = write_corpora(tmp_path)
    assert opened(files) == opened(files)
    assert opened(files)[0] != opened(files, seed=2)[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"languages": ("a,b", "a,c", "a,d")}, "once for each corpus. Received: 3 of them for 2"),
        ({"dev": "dev.tsv"}, "without --dev and --mix"),
        ({"mix": ("old.tsv",)}, "without --dev and --mix"),
    ],
)
def test_corpora_that_do_not_fit_their_languages_are_refused(options, message, tmp_path):
    with pytest.raises(InputError, match=message):
        opened(write_corpora(tmp_path), **options)


def test_call_learns_several_languages_of_a_list_of_files(tmp_path):
    translator = seq2seq.train(
        write_corpora(tmp_path),
        output=tmp_path / "model",
        languages=["a,b", "a,c"],
        direction="both",
        quiet=True,
        epochs=1,
        units=8,
        embedding_size=6,
        decoder_layers=1,
        cell="rnn",
        attention="none",
    )
    assert translator.languages.targets == ("a", "b", "c")
    assert all(isinstance(translator.translate("a 1x", to=name), str) for name in "abc")
    with pytest.raises(InputError, match="a or b or c"):
        translator.translate("a 1x")


def test_call_refuses_one_list_of_pairs_for_several_languages(tmp_path):
    with pytest.raises(InputError, match="Expected files of pairs"):
        seq2seq.train([("a", "b")], output=tmp_path / "model", languages=["a,b", "a,c"])


def test_bundled_corpus_has_twice_the_pieces_and_the_time_for_both_directions():
    one = new_configuration({})
    both = new_configuration({"languages": ("en,ko",), "direction": "both"})
    assert both.model.vocabulary_size == 2 * one.model.vocabulary_size
    assert both.training.time_limit == 2 * one.training.time_limit
