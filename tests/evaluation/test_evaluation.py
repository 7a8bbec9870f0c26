"""An evaluation holds the scores, the speed and the faults of a translator on a corpus."""

import json

import pytest

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.errors import InputError
from seq2seq.evaluation.evaluation import Evaluation, evaluate_translator, faults_of
from seq2seq.evaluation.scores import score
from seq2seq.translation.result import Hypothesis, Translation


@pytest.fixture(scope="module")
def corpus():
    return read_tsv(bundled_file("dev"))


def translation(source, text, end="</s>"):
    pieces = [*text.split(), end] if end else text.split()
    return Translation(source, [Hypothesis(text, 0.0, pieces)], [])


class Dictionary:
    """A translator that knows the sentences of a corpus, and remembers how it was asked."""

    def __init__(self, corpus):
        self.pairs = dict(zip(corpus.source, corpus.target, strict=True))
        self.search = None

    def stream(self, texts, **search):
        self.search = search
        return (translation(text, self.pairs[text]) for text in texts)


def make_evaluation(translations, references, **options):
    texts = [translation.text for translation in translations]
    return Evaluation(
        scores=score(texts, references, **{"bootstrap": 2, **options}),
        hypotheses=texts,
        seconds=2.0,
        tokens=50,
        faults=faults_of(translations, references),
    )


def test_evaluation_of_a_perfect_translator_is_perfect(corpus):
    translator = Dictionary(corpus)
    evaluation = evaluate_translator(translator, corpus, beam_size=3)

    assert evaluation.hypotheses == corpus.target
    assert evaluation.bleu.value == pytest.approx(100)
    assert evaluation.chrf2.value == pytest.approx(100)
    assert evaluation.ter.value == 0
    assert evaluation.faults == []
    assert evaluation.tokens == sum(len(text.split()) + 1 for text in corpus.target)
    assert evaluation.seconds > 0
    assert translator.search == {"beam_size": 3}


def test_unknown_tokenizer_is_refused_before_the_translation(corpus):
    translator = Dictionary(corpus)
    with pytest.raises(InputError, match="Expected a sacreBLEU tokenizer"):
        evaluate_translator(translator, corpus, tokenize="words")
    assert translator.search is None


def test_evaluation_names_its_scores(corpus):
    evaluation = make_evaluation([translation("a b", "c d e f g")], ["c d e f h"])
    assert [evaluation.bleu, evaluation.chrf2, evaluation.ter] == list(evaluation.scores.values())
    assert [score.name for score in evaluation.scores.values()] == ["BLEU", "chrF2", "TER"]


def test_evaluation_knows_its_speed():
    evaluation = make_evaluation([translation("a", "c"), translation("b", "d")], ["c", "d"])
    assert evaluation.sentences_per_second == 1.0
    assert evaluation.tokens_per_second == 25.0


def test_evaluation_prints_every_score_with_its_interval_and_signature(corpus):
    evaluation = evaluate_translator(Dictionary(corpus), corpus)
    *lines, speed = str(evaluation).splitlines()
    for line, result in zip(lines, evaluation.scores.values(), strict=True):
        low, high = result.confidence_interval
        assert line.split() == [
            result.name,
            f"{result.value:.2f}",
            "(95",
            "%:",
            f"{low:.2f}",
            "to",
            f"{high:.2f})",
            result.signature,
        ]
    assert speed.endswith(" tokens per second")


def test_evaluation_without_bootstrap_prints_no_interval():
    evaluation = make_evaluation([translation("a", "c d")], ["c d"], bootstrap=0)
    assert "95 %" not in str(evaluation) and evaluation.bleu.signature in str(evaluation)


def test_evaluation_survives_json(corpus):
    evaluation = evaluate_translator(Dictionary(corpus), corpus)
    found = json.loads(json.dumps(evaluation.as_dict()))
    assert found == evaluation.as_dict()
    assert list(found) == [
        "bleu",
        "chrf2",
        "ter",
        "tokenize",
        "sentences",
        "sentences_per_second",
        "tokens_per_second",
        "warnings",
    ]


def test_evaluation_shows_warnings_below_the_scores_and_in_json(corpus):
    good = list(map(translation, corpus.source, corpus.target))
    endless = [
        translation(source, target, end=None)
        for source, target in zip(corpus.source[:50], corpus.target[:50], strict=True)
    ]
    clean = make_evaluation(good, corpus.target)
    warned = make_evaluation(endless + good[50:], corpus.target)

    assert clean.as_dict()["warnings"] == [] and "Warning" not in str(clean)
    assert [warning["kind"] for warning in warned.as_dict()["warnings"]] == ["endless"]
    assert str(warned).startswith(str(clean))
    last = str(warned).splitlines()[-1]
    assert last.startswith("  Warning: 50 of 400 translations run into the length limit: ")


def test_evaluation_of_no_sentence_is_refused():
    with pytest.raises(InputError, match="Expected sentences to score. Received: none"):
        evaluate_translator(Dictionary(Corpus([], [])), Corpus([], []))


def test_evaluation_takes_the_tokenizer_that_suits_the_references_and_names_it():
    sentences = ["今天天气很好。", "我们去公园吧。", "你好，今天怎么样？"]
    chinese = Corpus([f"sentence {number}" for number in range(3)], sentences)
    evaluation = evaluate_translator(Dictionary(chinese), chinese)
    assert evaluation.tokenize == evaluation.as_dict()["tokenize"] == "zh"
    assert "|tok:zh|" in evaluation.bleu.signature

    named = evaluate_translator(Dictionary(chinese), chinese, tokenize="13a")
    assert named.tokenize == "13a" and "|tok:13a|" in named.bleu.signature
