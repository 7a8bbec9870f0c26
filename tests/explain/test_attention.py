"""The attention that is drawn is what the search looked at, step by step."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq import explain
from seq2seq.errors import InputError
from seq2seq.ids import BOS_ID
from seq2seq.search.options import SearchOptions

TEXT = "a b c d"


def attended(translator, text, tokens):
    """The attention of the model's own steps, `(target_length, source_length)`."""
    source_tokens = translator.source_tokenizer.tokenize(tf.constant([text])).to_tensor()
    model = translator.model
    state, source = model.encode(source_tokens)
    rows = []
    for token in [BOS_ID, *tokens[:-1]]:
        _, state, weights = model.decoder(tf.constant([[token]]), state, source)
        rows.append(weights[0, 0].numpy())
    return np.stack(rows)


def tokens_of(translator, pieces):
    return translator.target_tokenizer.ids(tf.constant(pieces)).numpy()


@pytest.mark.parametrize(
    ("cell", "attention"), [("gru", "luong"), ("lstm", "bahdanau"), ("rnn", "luong")]
)
def test_rows_are_those_of_the_search(translator, cell, attention):
    model = translator(cell, attention)
    shown = explain.attention(model, TEXT, n_best=2, beam_size=3)
    assert len(shown.translations) == 2
    for rows in shown.translations:
        expected = attended(model, TEXT, tokens_of(model, rows.pieces))
        np.testing.assert_allclose(rows.weights, expected, rtol=1e-4, atol=1e-5)


def test_translations_are_those_of_the_search(translator):
    model = translator()
    shown = explain.attention(model, TEXT, n_best=3)
    source_tokens = model.source_tokenizer.tokenize(tf.constant([TEXT])).to_tensor()
    found = model.decode(source_tokens, SearchOptions(n_best=3))
    scores = [rows.score for rows in shown.translations]
    np.testing.assert_allclose(scores, found.scores[0], rtol=1e-5)


def test_words_sum_columns_and_average_rows(translator):
    pieces = explain.attention(translator(), TEXT)
    words = explain.attention(translator(), TEXT, words=True)
    (of_pieces,), (of_words,) = pieces.translations, words.translations
    assert words.source_pieces == ["a", "b", "c", "d", "</s>"]
    np.testing.assert_allclose(of_words.weights.sum(1), 1, rtol=1e-5)
    assert "".join(of_words.pieces) == "".join(of_pieces.pieces).replace("▁", "")


def test_given_translation_is_looked_at(translator):
    (rows,) = explain.attention(translator(), TEXT, target="d c").translations
    assert rows.text == "d c"
    assert rows.score is None
    np.testing.assert_allclose(
        rows.weights,
        attended(translator(), TEXT, tokens_of(translator(), rows.pieces)),
        rtol=1e-4,
        atol=1e-5,
    )


def test_model_without_attention_is_refused(translator):
    with pytest.raises(InputError, match="Expected a model with attention. Received: one without"):
        explain.attention(translator("gru", "none"), TEXT)


def test_text_that_is_too_long_is_refused(translator):
    with pytest.raises(InputError, match="Expected a text of at most 64 pieces"):
        explain.attention(translator(), "a b " * 40)


@pytest.mark.parametrize("text", ["", "  ", 7])
def test_what_is_no_text_is_refused(translator, text):
    with pytest.raises(InputError, match="Expected a text"):
        explain.attention(translator(), text)


def test_translation_that_the_model_cannot_write_is_refused(translator):
    with pytest.raises(InputError, match="Expected a translation of letters that the model has"):
        explain.attention(translator(), TEXT, target="Ω")


def test_unknown_word_stands_among_the_pieces(translator):
    shown = explain.attention(translator(), "a Ω", target="a")
    assert "Ω" in shown.source_pieces


def test_unknown_letter_is_said_where_words_are_not_copied(translator, caplog, monkeypatch):
    monkeypatch.setattr(translator(), "protector", None)
    shown = explain.attention(translator(), "a Ω", target="a")
    assert "<unk>" in shown.source_pieces
    assert "The model does not know every letter of a Ω" in caplog.text


def test_what_is_no_translator_is_refused():
    with pytest.raises(InputError, match="Expected a translator. Received: str"):
        explain.attention("saved_models/mine", TEXT)
