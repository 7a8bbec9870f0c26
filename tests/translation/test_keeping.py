"""What is kept letter for letter, in the translations of a model that writes noise."""

from collections import Counter

import pytest

from fixtures.protected import SENTENCES
from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.data.spans import find_spans
from seq2seq.errors import InputError
from seq2seq.translation.protection import Protector

pytest_plugins = ["fixtures.protected"]


def kept_parts(text):
    """What has to stand in a translation, as often as it does in a text."""
    words = [word for word in ("東京", "京都") for _ in range(text.count(word))]
    return Counter([*words, *(text[start:end] for start, end, _ in find_spans(text))])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"beam_size": 1},
        {"n_best": 3},
        {"mbr": 4, "n_best": 3},
        {"temperature": 2.0, "seed": 3},
        {"attention": True},
    ],
    ids=str,
)
def test_every_translation_keeps_what_its_sentence_has(noisy_translator, options):
    for sentence, found in zip(
        SENTENCES, noisy_translator.stream(SENTENCES, **options), strict=True
    ):
        assert found.source == sentence
        for hypothesis in found.hypotheses:
            assert kept_parts(hypothesis.text) == kept_parts(sentence)
            assert not set(hypothesis.text) & set(PLACEHOLDERS)
        texts = [hypothesis.text for hypothesis in found.hypotheses]
        assert options.get("temperature") or len(set(texts)) == len(texts)
        assert set(found.restored) <= set(kept_parts(sentence))
        assert found.copied == [word for word in ("東京", "京都") if word in sentence]


def test_a_sentence_alone_is_translated_as_in_a_batch(noisy_translator):
    alone = [noisy_translator.translate(sentence) for sentence in SENTENCES]
    assert noisy_translator.translate(SENTENCES) == alone


def test_sentence_without_letters_is_its_own_translation(noisy_translator):
    (found,) = noisy_translator.stream(["12 13"], n_best=3)
    assert [(one.text, one.score) for one in found.hypotheses] == [("12 13", 0.0)]
    assert found.source_pieces == found.best.pieces == ["▁12", "▁13", "</s>"]


def test_text_without_anything_to_keep_is_translated_as_without_protection(noisy_translator):
    plain = noisy_translator.anew()
    plain.protector = None
    sentences = ["a dog", "the cat sees dogs, a dog has the cats", ""]
    options = {"n_best": 2, "attention": True}
    assert list(plain.stream(sentences, **options)) == list(
        noisy_translator.stream(sentences, **options)
    )


def test_translations_begin_with_the_prefix_of_each_sentence(noisy_translator):
    for text in noisy_translator.translate(["12 dogs", "12", "see 12 cats"], prefix="THE 12 D"):
        assert text.startswith("THE 12 D") and text.count("12") == 1
    for text in noisy_translator.translate(["12 dogs", "a cat"], prefix="THE D"):
        assert text.startswith("THE D")
    with pytest.raises(InputError, match="Expected a prefix of letters .* Received: 'THE 12'"):
        noisy_translator.translate(["12 dogs", "a cat"], prefix="THE 12")


def test_score_reads_what_both_sides_share_as_placeholders(noisy_translator):
    with_number, with_name = noisy_translator.score(
        ["the cat sees 12 dogs", "the cat sees {name} dogs"], ["A 12 CAT", "A {name} CAT"]
    )
    assert with_number.log_probabilities == pytest.approx(with_name.log_probabilities)
    assert "12" in with_number.pieces and "{name}" in with_name.pieces
    assert with_number.target == "A 12 CAT"


def test_capitals_are_written_where_the_sentence_has_them(noisy_translator):
    assert noisy_translator.protector.folds_case
    assert noisy_translator.protector.scripts == ("LATIN",)
    small, large = noisy_translator.translate(["the cat sees {name}", "THE CAT SEES {name}"])
    assert large == small.upper().replace("{NAME}", "{name}")


def test_pieces_show_literals(noisy_translator):
    (found,) = noisy_translator.stream(["the cat sees {name}"], beam_size=1)
    assert "{name}" in found.source_pieces


def test_old_tokenizers_have_no_protector(noisy_translator):
    tokenizer = noisy_translator.source_tokenizer
    pieces = [
        piece.decode() for piece in tokenizer.pieces([*range(tokenizer.vocabulary_size)]).numpy()
    ]
    assert Protector.of(pieces, [piece for piece in pieces if piece not in PLACEHOLDERS]) is None
