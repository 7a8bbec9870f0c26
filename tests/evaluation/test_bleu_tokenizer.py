"""BLEU's tokenizer follows from the letters of the references, unless one is named."""

import unicodedata

import pytest

from seq2seq.evaluation.bleu_tokenizer import choose_tokenizer
from seq2seq.evaluation.scores import quick_score, score

REFERENCES = {
    "english": (["I am a student.", "Where is the 東京 station?"], "13a"),
    "korean": (["나는 학생이야.", "그는 漢字를 공부한다 ㅋㅋㅋ"], "13a"),
    "persian": (["او هر روز به مدرسه می‌رود."], "13a"),
    "hindi": (["मैं एक छात्र हूँ।"], "13a"),
    "chinese": (["你好，今天怎么样？", "他在用 TensorFlow 训练模型。"], "zh"),
    "traditional": (["這裡的天氣很好の。我們去公園走一走,然後回家吃飯"], "zh"),
    "japanese": (["私は学生です。", "テレビを見る"], "char"),
    "half-width": (["ﾃﾚﾋﾞ"], "char"),
    "thai": (["ฉันอยากดื่มน้ำ", "เขาใช้ iPhone"], "char"),
    "digits": (["1 2 3", "4 5"], "13a"),
    "nothing": ([], "13a"),
}


@pytest.mark.parametrize(("references", "tokenizer"), REFERENCES.values(), ids=REFERENCES)
def test_tokenizer_suits_the_letters_of_the_references(references, tokenizer):
    assert choose_tokenizer("auto", references) == tokenizer


@pytest.mark.parametrize("name", ["13a", "char", "intl"])
def test_tokenizer_that_is_named_is_taken(name):
    assert choose_tokenizer(name, REFERENCES["chinese"][0]) == name


def test_scores_are_of_composed_text():
    composed = ["나는 오늘 도서관에서 책을 읽었어", "Đó là một ngày rất đẹp trời"]
    decomposed = [unicodedata.normalize("NFD", sentence) for sentence in composed]
    assert composed != decomposed
    for hypotheses, references in ((composed, decomposed), (decomposed, composed)):
        assert score(hypotheses, references, bootstrap=0)["bleu"].value == pytest.approx(100)
        assert quick_score(hypotheses, references) == pytest.approx((100, 100))


def test_scores_tell_compatibility_letters_apart():
    values = quick_score(["the flat has 20 m2 and a view"], ["the flat has 20 ㎡ and a view"])
    assert max(values) < 100
