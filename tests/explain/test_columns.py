"""Columns of text stay below each other, Hangul or not."""

from seq2seq.explain.columns import columns, padded


def test_padded_texts_have_the_same_columns():
    for text in ("▁i", "▁먹었어", "</s>", ""):
        assert columns(padded(text, 12)) == 12
    assert columns("▁먹었어") == 7


def test_text_that_is_too_wide_stays_whole():
    assert padded("나는 유솔이야", 4) == "나는 유솔이야"
