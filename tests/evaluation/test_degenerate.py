"""Degenerate translations are found, good ones are not; a warning comes once and goes once."""

import json
import random
from pathlib import Path

import pytest

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import Corpus, read_parallel, read_tsv
from seq2seq.evaluation.degenerate import changes, find_faults

DATA = next(
    (path / "shared/data" for path in Path(__file__).parents if (path / "shared/data").is_dir()),
    None,
)
NAMES = ["dev", "test", "test-unseen", "multi30k", "tatoeba"]
KINDS = ["empty", "same", "copy", "repetition", "endless"]


def read(name):
    if name not in ("multi30k", "tatoeba"):
        return read_tsv(bundled_file(name))
    if DATA is None:
        pytest.skip("the corpora of the workshop are not here")
    if name == "tatoeba":
        return read_tsv(DATA / "tatoeba-en-ko" / "dev.tsv")
    return read_parallel(DATA / "multi30k" / "val.en", DATA / "multi30k" / "val.de")


@pytest.fixture(params=NAMES)
def corpus(request):
    return read(request.param)


def faults(corpus, hypotheses, ended=None):
    return find_faults(corpus.source, hypotheses, corpus.target, ended or [True] * len(corpus))


def kinds(corpus, hypotheses):
    return [fault.kind for fault in faults(corpus, hypotheses)]


def spoilt(corpus, share, spoil):
    """The references, the first ones of which are spoilt."""
    number = round(share * len(corpus))
    pairs = zip(corpus.source[:number], corpus.target[:number], strict=True)
    return [spoil(source, target) for source, target in pairs] + corpus.target[number:]


def test_good_translations_raise_no_alarm(corpus):
    assert faults(corpus, corpus.target) == []
    assert find_faults(corpus.target, corpus.source, corpus.source, [True] * len(corpus)) == []


def test_mediocre_translations_raise_no_alarm(corpus):
    """Words are lost and said twice, some sentences are the same, one is empty, one is a copy."""
    chance = random.Random(1)
    hypotheses = []
    for text in corpus.target:
        first, *rest = text.split()
        hypotheses.append(
            " ".join(
                [first, *(word for word in rest for _ in range(chance.choice([0, 1, 1, 1, 1, 2])))]
            )
        )
    hypotheses[:2] = ["", corpus.source[1]]
    for place in chance.sample(range(2, len(corpus)), len(corpus) // 10):
        hypotheses[place] = corpus.target[0]
    assert kinds(corpus, hypotheses) == []


def digits(source):
    """Up to three digits that differ between most sentences."""
    return str(len(source) % 20) + str(sum(map(ord, source)) % 10)


SPOILERS = [
    ("empty", 0.03, lambda source, target: ""),
    ("empty", 1, lambda source, target: " "),
    ("same", 0.4, lambda source, target: "나는 유솔이야"),
    ("same", 1, lambda source, target: ["Ja.", "Nein, danke.", "Ein Mann."][len(source) % 3]),
    ("copy", 0.1, lambda source, target: source),
    ("copy", 1, lambda source, target: f" {source.upper()}  "),
    ("repetition", 0.1, lambda source, target: target + " the" * 20),
    ("repetition", 1, lambda source, target: target + " in einem roten Hemd" * 8),
    ("repetition", 1, lambda source, target: "아" * 10 + digits(source)),
]


@pytest.mark.parametrize(("kind", "share", "spoil"), SPOILERS)
def test_each_kind_is_found_alone_and_counted(corpus, kind, share, spoil):
    (fault,) = faults(corpus, spoilt(corpus, share, spoil))
    assert fault.kind == kind and fault.total == len(corpus)
    assert fault.count == pytest.approx(share * len(corpus), rel=0.1, abs=1)


def test_translations_that_reach_the_length_limit_are_found():
    corpus = read("dev")
    (fault,) = faults(corpus, corpus.target, [k % 20 > 0 for k in range(len(corpus))])
    assert str(fault).startswith("20 of 400 translations run into the length limit: ")


def test_what_the_reference_copies_or_repeats_is_no_fault():
    names = Corpus([f"Tom {k}" for k in range(50)], [f"Tom {k}" for k in range(50)])
    songs = Corpus([f"{k} la la la la" for k in range(50)], [f"{k} 랄 랄 랄 랄" for k in range(50)])
    yes = Corpus([f"Yes, {k}." for k in range(50)], ["그래."] * 50)
    for corpus in (names, songs, yes):
        assert faults(corpus, corpus.target) == []
    assert kinds(songs, ["랄 랄 랄 랄"] * 50) == ["same"]


def test_copy_with_a_word_changed_is_a_copy():
    corpus = read("dev")
    nearly = [" ".join([*source.split()[:-1], "끝."]) for source in corpus.source]
    long = sum(len(source.split()) >= 5 for source in corpus.source)
    (fault,) = faults(corpus, nearly)
    assert (fault.kind, fault.count) == ("copy", long) and 0 < long < len(corpus)


def test_long_sentence_may_use_two_words_three_times():
    corpus = read("dev")
    long = (
        "{} in a red hat and her friend in a blue coat walk past the old house "
        "where two dogs sleep in a box"
    )
    assert faults(corpus, [long.format(k) for k in range(len(corpus))]) == []
    assert kinds(
        corpus, [f"{k} in a red hat in a blue hat in a box" for k in range(len(corpus))]
    ) == ["repetition"]


def test_same_sentence_and_one_of_few_are_told_apart():
    corpus = read("dev")
    one = ["나는 유솔이야"] * 390 + corpus.target[390:]
    assert str(faults(corpus, one)[0]).startswith(
        "390 of 400 translations are the same sentence: the model ignores"
    )
    few = [f"나는 유솔이야 {k % 3}" for k in range(400)]
    assert str(faults(corpus, few)[0]).startswith(
        "400 of 400 translations are one of 3 sentences: "
    )


def test_two_sentences_of_a_tiny_corpus_are_an_accident():
    corpus = Corpus(["one", "two", "three"], ["하나", "둘", "셋"])
    assert kinds(corpus, ["", "", "셋"]) == [] and kinds(corpus, ["하나", "하나", "셋"]) == []
    assert kinds(corpus, ["", "", ""]) == ["empty"]


def test_every_fault_is_one_line_with_advice():
    corpus = read("dev")
    found = [
        fault
        for _, share, spoil in SPOILERS
        for fault in faults(corpus, spoilt(corpus, share, spoil))
    ]
    found += faults(corpus, corpus.target, [False] * len(corpus))
    assert {fault.kind for fault in found} == set(KINDS)
    for fault in found:
        message = str(fault)
        assert (
            "\n" not in message
            and f"{fault.count} of 400 translations " in message
            and message.endswith(".")
        )
        assert json.loads(json.dumps(fault.as_dict()))["message"] == message


def test_warning_comes_once_when_a_kind_persists_and_goes_once():
    corpus = read("dev")
    streaks = {}
    log = []
    bad = spoilt(corpus, 0.5, lambda source, target: "")
    good = corpus.target
    for hypotheses in [bad, bad, good, bad, bad, bad, bad, bad, good, good, bad]:
        streaks, lines = changes(streaks, faults(corpus, hypotheses))
        log.append([line.partition(":")[0] for line in lines])
    assert (
        log
        == [[]] * 5
        + [["Warning (empty)"]]
        + [[]] * 2
        + [["The warning (empty) no longer holds."]]
        + [[]] * 2
    )


def test_last_validation_tells_what_there_was_no_time_to_tell():
    corpus = read("dev")
    bad = faults(corpus, spoilt(corpus, 0.5, lambda source, target: ""))
    for earlier, told in ((0, True), (1, True), (2, True), (3, False)):
        _, lines = changes({"empty": earlier} if earlier else {}, bad, last=True)
        assert [line.startswith("Warning (empty): ") for line in lines] == [True] * told
