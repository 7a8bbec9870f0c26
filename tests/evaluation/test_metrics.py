"""A tokenizer, a number of resamples or a seed that sacreBLEU cannot use is refused with advice."""

import pytest
from sacrebleu.tokenizers import tokenizer_ko_mecab

from fixtures.sentences import FAIR, POOR, REFERENCES
from seq2seq.errors import InputError
from seq2seq.evaluation import metrics
from seq2seq.evaluation.comparison import compare
from seq2seq.evaluation.scores import score


@pytest.mark.parametrize("name", ["mecab", "", None])
def test_unknown_tokenizer_is_refused_with_the_choices(name):
    with pytest.raises(InputError, match=f"13a, char, .*ko-mecab, none, .*Received: {name!r}"):
        score(FAIR, REFERENCES, tokenize=name)


@pytest.mark.parametrize("bootstrap", [1, -1])
def test_senseless_numbers_of_resamples_are_refused(bootstrap):
    with pytest.raises(InputError, match=f"at least 2 bootstrap resamples. Received: {bootstrap}"):
        score(FAIR, REFERENCES, bootstrap=bootstrap)
    with pytest.raises(InputError, match="at least 2 bootstrap resamples. Received: 0"):
        compare(FAIR, POOR, REFERENCES, bootstrap=0)


def test_seed_that_sacrebleu_would_ignore_is_refused():
    with pytest.raises(InputError, match="seed of at least 1. Received: 0"):
        compare(FAIR, POOR, REFERENCES, seed=0)


@pytest.fixture
def no_tokenizer_yet():
    """Forgets the tokenizers made so far, and those that the test makes."""
    metrics._unused_bleu.cache_clear()
    yield
    metrics._unused_bleu.cache_clear()


def test_missing_korean_tokenizer_is_refused_with_the_command_that_installs_it(
    monkeypatch, no_tokenizer_yet
):
    monkeypatch.setattr(tokenizer_ko_mecab, "MeCab", None)
    with pytest.raises(InputError, match=r'pip install "sacrebleu\[ko\]"'):
        score(FAIR, REFERENCES, tokenize="ko-mecab")


def test_korean_tokenizer_is_made_once(monkeypatch, no_tokenizer_yet):
    made = []

    class FakeTokenizer:
        def __init__(self):
            made.append(self)

        def __call__(self, line):
            return line

        def signature(self):
            return "ko-mecab-fake"

    monkeypatch.setattr(tokenizer_ko_mecab, "TokenizerKoMecab", FakeTokenizer)
    for _ in range(3):
        score(FAIR, REFERENCES, tokenize="ko-mecab", bootstrap=0)
    scores = score(FAIR, REFERENCES, tokenize="ko-mecab", bootstrap=2)
    assert "tok:ko-mecab-fake" in scores["bleu"].signature
    assert len(made) == 1


def test_tokenizer_that_cannot_be_downloaded_is_refused(monkeypatch, no_tokenizer_yet):
    def fail(tokenize):
        raise OSError("no network")

    monkeypatch.setattr(metrics, "BLEU", fail)
    monkeypatch.setattr(fail, "TOKENIZERS", ["flores200"], raising=False)
    with pytest.raises(
        InputError, match="download the tokenizer 'flores200'. Received: no network"
    ):
        score(FAIR, REFERENCES, tokenize="flores200")
