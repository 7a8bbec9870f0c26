"""Text in, text out, whatever the batch, the order or the amount; and what is refused."""

import itertools
import logging
import random
import shutil
import unicodedata

import numpy as np
import pytest

from fixtures.commands import letter_strings, reverse, write_tsv
from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.ids import MAX_SOURCE_LENGTH
from seq2seq.storage.archive import save_archive
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import SHORTLIST, WEIGHTS
from seq2seq.storage.manifest import MANIFEST
from seq2seq.translation.loading import make_model
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]

SENTENCES = letter_strings(40, seed=11)
ODD = ["", " ", "b", "가나다", "b c x", "🙂", "\tb\u00a0c", "bcdef", "\u200b", "b c d"]
OWN = ["가나다", "🙂", "\u200b"]  # without letters that the model can read: their own translations


def texts_of(translation):
    return [hypothesis.text for hypothesis in translation.hypotheses]


def scores_of(translation):
    return [hypothesis.score for hypothesis in translation.hypotheses]


def test_saved_and_loaded_translator_translates_alike(reverse_translator, tmp_path):
    reverse_translator.save(tmp_path)
    loaded = Translator.load(tmp_path)
    texts = [*SENTENCES, *ODD]
    first, second = (list(t.stream(texts, n_best=3)) for t in (reverse_translator, loaded))
    assert first == second


def test_sentence_alone_is_translated_as_in_a_batch(reverse_translator):
    texts = [*SENTENCES[:12], *ODD]
    together = list(reverse_translator.stream(texts, n_best=5))
    for text, expected in zip(texts, together, strict=True):
        (alone,) = reverse_translator.stream([text], n_best=5)
        assert alone.text == expected.text
        np.testing.assert_allclose(scores_of(alone), scores_of(expected), atol=1e-5)


def test_draws_follow_from_the_seed_and_the_place_of_a_sentence(reverse_translator):
    texts = [*SENTENCES[:20], *ODD]

    def draws(texts, **options):
        results = reverse_translator.stream(texts, temperature=2.0, n_best=3, **options)
        return [[found.pieces for found in result.hypotheses] for result in results]

    expected = draws(texts, seed=4)
    assert draws(texts, seed=4, batch_size=3) == expected
    assert draws(texts[:9], seed=4) == expected[:9]
    assert draws(texts, seed=5) != expected


def test_searches_are_traced_once_for_all_seeds_and_prefixes(reverse_translator, monkeypatch):
    decode = reverse_translator.decode
    traced = []

    def counted(*arguments, **options):
        traced.append(options)
        return decode(*arguments, **options)

    monkeypatch.setattr(reverse_translator, "decode", counted)
    for seed, prefix in ((1, "b"), (2, "c d"), (3, "e")):
        list(reverse_translator.stream(SENTENCES[:3], top_k=7, n_best=2, seed=seed, prefix=prefix))
    assert len(traced) == 1


def test_draws_are_as_long_as_a_search_may_be(reverse_translator):
    prefix = "b c d e f"
    for options in ({}, {"top_k": 3, "n_best": 5}):
        results = reverse_translator.stream(
            ["h i", "b " * 60], prefix=prefix, max_length=2, **options
        )
        assert all(len(found.pieces) <= 7 for result in results for found in result.hypotheses)
        (result,) = reverse_translator.stream(["h i"], prefix=prefix, max_length=2, **options)
        assert all(text.startswith(prefix) for text in texts_of(result))


@pytest.mark.parametrize("options", [{}, {"top_k": 5}])
def test_shortest_translations_are_as_long_as_asked_for(reverse_translator, options):
    (result,) = reverse_translator.stream(["h"], min_length=40, **options)
    assert len(result.best.pieces) >= 40


def test_prefix_of_unknown_letters_is_refused(reverse_translator):
    with pytest.raises(
        InputError, match="Expected a prefix of letters that the model has learnt.*漢"
    ):
        list(reverse_translator.stream(["b"], prefix="漢"))


def test_sides_of_unequal_length_cannot_be_scored(reverse_translator):
    for sides in ((["b", "c"], ["b"]), (["b"], ["b", "c"])):
        with pytest.raises(InputError, match="Expected a translation for every sentence"):
            list(reverse_translator.score(*sides))


def test_translations_begin_with_the_prefix(reverse_translator):
    for options in ({"n_best": 5}, {"n_best": 5, "temperature": 1.0}):
        for result in reverse_translator.stream([*SENTENCES[:9], ""], prefix="d b e", **options):
            if result.source:
                assert all(text.startswith("d b e") for text in texts_of(result))
            else:
                assert set(texts_of(result)) == {""}


def test_coverage_penalty_ranks_the_beam_anew(reverse_translator):
    texts = SENTENCES[:30]
    weight = 3.0
    changed = 0
    for before, after in zip(
        reverse_translator.stream(texts, n_best=5, attention=True),
        reverse_translator.stream(texts, n_best=5, coverage_penalty=weight),
        strict=True,
    ):
        scores = []
        for found in before.hypotheses:
            received = np.clip(found.attention.sum(0), 1e-9, 1)
            scores.append(found.score + weight * np.log(received).sum())
        order = np.argsort(scores)[::-1]
        expected = np.array(scores)[order]
        np.testing.assert_allclose(scores_of(after), expected, rtol=1e-3, atol=1e-3)
        assert texts_of(after) == [before.hypotheses[place].text for place in order]
        changed += list(order) != sorted(order)
    assert changed


def test_coverage_penalty_without_attention_is_refused(untrained):
    translator = Translator.load(untrained(1, attention="none"))
    with pytest.raises(InputError, match="Expected a model with attention"):
        list(translator.stream(["b"], coverage_penalty=1.0))


def test_shortlist_that_a_model_does_not_have_is_refused(untrained):
    with pytest.raises(
        InputError, match="Expected a model with shortlist.npz.* Received: one without"
    ):
        Translator.load(untrained(1)).translate(["b c"], shortlist=16)


def test_shortlist_of_the_whole_vocabulary_changes_nothing(reverse_translator):
    size = reverse_translator.target_tokenizer.vocabulary_size
    texts = letter_strings(20)
    assert reverse_translator.translate(texts, shortlist=size) == reverse_translator.translate(
        texts
    )


def test_training_learns_a_shortlist_that_holds_the_translation(reverse_translator):
    size = 16
    texts = letter_strings(100, longest=5, seed=6)
    assert reverse_translator.target_tokenizer.vocabulary_size > size
    assert reverse_translator.translate(texts, shortlist=size) == reverse_translator.translate(
        texts
    )


def test_score_of_given_translations_is_what_the_search_gave_them(reverse_translator):
    texts = [*SENTENCES[:20], "x b", "b"]
    found = list(reverse_translator.stream(texts, length_penalty=0.0))
    scored = reverse_translator.score(texts, [result.text for result in found], batch_size=5)
    for result, score in zip(found, scored, strict=True):
        assert (score.source, score.pieces) == (result.source, result.best.pieces)
        np.testing.assert_allclose(score.log_probability, result.best.score, atol=1e-4)


def test_batch_size_changes_nothing(reverse_translator):
    expected = reverse_translator.translate(SENTENCES)
    for batch_size in (1, 7, 1000):
        assert reverse_translator.translate(SENTENCES, batch_size=batch_size) == expected


def test_result_k_belongs_to_text_k_for_unsorted_lengths_and_over_windows(reverse_translator):
    texts = SENTENCES * 8  # with batches of 2, a window is 128 texts
    results = list(reverse_translator.stream(texts, beam_size=1, batch_size=2))
    assert [result.source for result in results] == texts
    right = sum(result.text == reverse(text) for text, result in zip(texts, results, strict=True))
    assert right > 0.9 * len(texts)


def test_empty_text_has_an_empty_translation(reverse_translator):
    results = list(reverse_translator.stream(["b c", "", "  ", "d"], n_best=2, attention=True))
    assert [texts_of(result) for result in results[1:3]] == [[""], [""]]
    assert results[1].best.pieces == [] and results[1].best.score == 0.0
    assert results[0].text == "c b" and results[3].text == "d"


def test_batch_of_nothing_but_empty_texts_is_translated_too(reverse_translator):
    for result in reverse_translator.stream(["", " "], n_best=2, attention=True):
        assert texts_of(result) == [""] and result.best.attention.shape == (0, 1)


def test_spellings_of_korean_have_the_same_translation():
    """With random weights it translates nothing, but any other token would change its score."""

    def scored(texts):
        results = translator.stream(texts, beam_size=1, max_length=8)
        return [(result.text, round(result.best.score, 4)) for result in results]

    korean = read_tsv(bundled_file("dev")).target
    tokenizers = Tokenizer.train(korean, 600), Tokenizer.train(SENTENCES, 40)
    sizes = {"units": 32, "decoder_units": 32, "embedding_size": 16}
    layers = {"encoder_layers": 1, "decoder_layers": 1, "dropout": 0.0}
    configuration = Configuration.from_options({**sizes, **layers})
    random.seed(11)  # from which Keras draws its own
    translator = Translator(make_model(configuration, *tokenizers), *tokenizers, configuration)
    texts = korean[:30]
    expected = scored(texts)
    assert len(set(expected)) == len(set(texts))
    decomposed = [unicodedata.normalize("NFD", text) for text in texts]
    spaced = [text.replace(" ", " \u00a0\u3000") for text in texts]
    assert decomposed != texts != spaced
    assert scored(decomposed) == scored(spaced) == expected


def test_no_text_gives_no_translation(reverse_translator):
    assert reverse_translator.translate([]) == []


def test_endless_input_is_read_window_by_window(reverse_translator):
    numbers = itertools.count()
    results = reverse_translator.stream(
        ("abcdefghij"[k % 10] for k in numbers), beam_size=1, batch_size=2
    )
    assert next(numbers) == 0, "nothing is read before the first result is asked for"
    first = list(itertools.islice(results, 3))
    assert len(first) == 3
    assert next(numbers) <= 130
    list(itertools.islice(results, 130))
    assert next(numbers) <= 260


def test_over_long_sentence_is_cut_with_a_warning(reverse_translator, caplog):
    long = " ".join("bcdefghija" * 40)
    with caplog.at_level(logging.WARNING):
        (result,) = reverse_translator.stream([long], beam_size=1, max_length=5)
    assert len(result.source_pieces) == MAX_SOURCE_LENGTH
    assert result.source_pieces[-1] == "</s>"
    assert "cut to its first 256 tokens: b c d" in caplog.text
    caplog.clear()
    assert len(list(reverse_translator.score([long, "b c"], ["b", "c b"]))) == 2
    assert caplog.text.count("cut to its first 256 tokens: b c d") == 1
    assert result.source == long


def test_sentence_of_just_the_allowed_length_is_not_cut(reverse_translator, caplog):
    with caplog.at_level(logging.WARNING):
        list(
            reverse_translator.stream(
                [" ".join("b" * (MAX_SOURCE_LENGTH - 1))], beam_size=1, max_length=2
            )
        )
    assert caplog.text == ""


def test_max_length_limits_the_tokens(reverse_translator):
    for result in reverse_translator.stream(SENTENCES, max_length=3):
        assert len(result.best.pieces) <= 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"n_best": 6},
            "Expected n-best to be at most the beam size. Received: 6 best of a beam of 5",
        ),
        ({"beam_size": 0, "n_best": 0}, "Expected beam-size .* at least 1. Received: 0"),
        ({"n_best": 0}, "Expected n-best .* at least 1. Received: 0"),
        ({"batch_size": 0}, "Expected batch_size .* at least 1. Received: 0"),
        ({"max_length": 0}, "Expected max-length .* at least 1. Received: 0"),
        ({"length_penalty": -1.0}, "Expected length-penalty .* Received: -1.0"),
    ],
)
def test_options_out_of_range_are_refused(reverse_translator, options, message):
    with pytest.raises(InputError, match=message):
        list(reverse_translator.stream(["b"], **options))


def test_one_string_has_one_translation(reverse_translator):
    assert reverse_translator.translate("b c d") == "d c b"
    assert reverse_translator.translate("") == ""
    assert reverse_translator.translate(["b c d"]) == ["d c b"]


def test_single_string_is_not_taken_for_sentences_of_one_letter(reverse_translator):
    with pytest.raises(InputError, match=r"Expected a list of sentences. Received: one string"):
        reverse_translator.stream("b c d")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"beam": 3},
            "Expected options of a search: beam_size, n_best, .*, seed. Received: 'beam'. "
            "Did you mean beam_size?",
        ),
        ({"colour": 3}, "Expected options of a search: .* Received: 'colour'. Leave it out"),
        ({"beam_size": "five"}, "Expected beam-size to be a whole number .* Received: 'five'"),
        ({"beam_size": 5.0}, "Expected beam-size to be a whole number .* Received: 5.0"),
        ({"n_best": True}, "Expected n-best to be a whole number .* Received: True"),
        ({"length_penalty": None}, "Expected length-penalty to be a number .* Received: None"),
        ({"prefix": 1}, "Expected prefix to be text. Received: 1"),
        ({"batch_size": "8"}, "Expected batch_size to be a whole number .* Received: '8'"),
    ],
)
def test_unknown_and_wrongly_typed_options_are_refused_at_once(
    reverse_translator, options, message
):
    for method in (
        reverse_translator.translate,
        reverse_translator.stream,
        lambda texts, **options: reverse_translator.evaluate([("b", "b")], **options),
    ):
        with pytest.raises(InputError, match=message) as raised:
            method(["b"], **options)
        assert "\n" not in str(raised.value)


def test_search_that_allows_nothing_gives_an_empty_translation(reverse_translator):
    nothing = {"no_repeat_ngram": 1, "min_length": 60}
    (result,) = reverse_translator.stream(["b c"], **nothing)
    assert result.hypotheses == [] and result.best.ended
    assert reverse_translator.translate("b c", **nothing) == ""


def test_evaluation_takes_a_corpus_pairs_or_files(reverse_translator, tmp_path):
    texts = SENTENCES[:20]
    pairs = [(text, reverse(text)) for text in texts]
    corpus = Corpus(texts, [target for _, target in pairs])
    path = write_tsv(tmp_path / "pairs.tsv", texts)
    reports = [
        reverse_translator.evaluate(given, tokenize="none", beam_size=2)
        for given in (corpus, pairs, path, str(path), [path])
    ]
    expected = reverse_translator.translate(texts, beam_size=2)
    for report in reports:
        assert report.hypotheses == expected
        assert report.scores == reports[0].scores
    assert "tok:none" in reports[0].scores["bleu"].signature
    assert reverse_translator.evaluate([path, path]).hypotheses[20:] == expected


@pytest.mark.parametrize("pairs", [[("b",)], 5, [], "nowhere.tsv", ["a.tsv", ("b", "b")]])
def test_evaluation_refuses_what_are_no_pairs(reverse_translator, pairs):
    """The forms of pairs and their messages have tests of their own, beside `data.pairs`."""
    with pytest.raises(InputError, match="^Expected .* Received: "):
        reverse_translator.evaluate(pairs)


def test_attention_has_a_row_for_each_token_and_a_column_for_each_piece(reverse_translator):
    for result in reverse_translator.stream([*SENTENCES, *ODD], n_best=3, attention=True):
        for found in result.hypotheses:
            if result.source in OWN:
                assert (found.text, found.attention) == (result.source, None)
                continue
            assert found.attention.shape == (len(found.pieces), len(result.source_pieces))
            assert (found.attention >= 0).all()
            np.testing.assert_allclose(found.attention.sum(-1), 1, atol=1e-5)


def test_attention_of_the_reverse_task_runs_backwards(reverse_translator):
    text = "d b e i f j c g"
    (result,) = reverse_translator.stream([text], attention=True)
    assert texts_of(result) == [reverse(text)]
    looked_at = result.best.attention[:8].argmax(-1)
    assert (np.diff(looked_at) <= 0).mean() > 0.8


def test_tokens_spell_the_translation(reverse_translator):
    for result in reverse_translator.stream(SENTENCES, n_best=2):
        for found in result.hypotheses:
            left_out = {"</s>", *PLACEHOLDERS}  # those that stand for nothing
            spelt = "".join(piece for piece in found.pieces if piece not in left_out)
            assert spelt.replace("▁", " ").split() == found.text.split()


def test_n_best_are_distinct_and_sorted(reverse_translator):
    for result in reverse_translator.stream(SENTENCES, n_best=5):
        assert len(result.hypotheses) == 5
        assert scores_of(result) == sorted(scores_of(result), reverse=True)
        assert len({tuple(found.pieces) for found in result.hypotheses}) == 5
        assert all(score <= 0 for score in scores_of(result))


def test_best_of_n_is_the_best_of_one(reverse_translator):
    best_of_five = [result.text for result in reverse_translator.stream(SENTENCES, n_best=5)]
    assert best_of_five == reverse_translator.translate(SENTENCES)


@pytest.fixture
def copy(reverse_model, tmp_path):
    """A copy without its manifest, which would refuse every change before it is read."""
    place = shutil.copytree(reverse_model, tmp_path / "copy")
    (place / MANIFEST).unlink()
    return place


def refused(directory, message):
    with pytest.raises(InputError, match=message) as raised:
        Translator.load(directory)
    assert "\n" not in str(raised.value)


def test_what_is_no_model_directory_is_refused(tmp_path):
    (tmp_path / "file").write_text("text")
    for place in (tmp_path / "missing", tmp_path / "file", tmp_path):
        fault = "has no config.toml" if place.is_dir() else "is no directory"
        refused(place, f"Expected a model directory. Received: .* which {fault}")


def test_list_or_number_for_a_model_directory_is_refused():
    refused(["one", "two"], r"Received: a list. Write a star before it")
    refused(3, "Expected the path of a model directory. Received: 3")


@pytest.mark.parametrize("texts", [3, None, b"b c", [1, 2], [["b c"]], ["b", 2], [float("nan")]])
def test_sentences_that_are_no_strings_are_refused(reverse_translator, texts):
    for call in (
        lambda: reverse_translator.translate(texts),
        lambda: list(reverse_translator.stream(texts)),
        lambda: list(reverse_translator.score(texts, texts)),
    ):
        with pytest.raises(
            InputError, match="Expected (a sentence or a list of them|sentences as text)"
        ) as e:
            call()
        assert "\n" not in str(e.value)


@pytest.mark.parametrize("name", ["config.toml", "source.model", "target.model", WEIGHTS])
def test_model_directory_without_one_of_its_files_is_refused(copy, name):
    (copy / name).unlink()
    refused(copy, "Expected a .*model.*Received")


@pytest.mark.parametrize("name", ["source.model", "target.model", WEIGHTS, SHORTLIST])
@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_model_directory_with_a_file_cut_short_is_refused(copy, name, share):
    whole = (copy / name).read_bytes()
    (copy / name).write_bytes(whole[: int(share * len(whole))])
    refused(copy, "Expected a complete model in .* Received a missing or damaged file")


@pytest.mark.parametrize("name", ["source.model", WEIGHTS, SHORTLIST])
def test_model_directory_with_garbage_for_a_file_is_refused(copy, name):
    (copy / name).write_bytes(b"This is no such file.\n" * 100)
    refused(copy, "Expected a complete model in")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tokens", lambda tokens: tokens[1:]),
        ("tokens", lambda tokens: tokens[:, 1:]),
        ("tokens", lambda tokens: tokens + 20),
        ("weights", lambda weights: weights * np.nan),
        ("vocabulary_size", lambda size: size - 1),
    ],
)
def test_shortlist_that_does_not_fit_the_model_is_refused(copy, name, change):
    with np.load(copy / SHORTLIST) as arrays:
        changed = {**arrays, name: change(arrays[name])}
    save_archive(copy / SHORTLIST, changed)
    refused(copy, "Expected a complete model in .* shortlist.npz")


def test_shortlist_of_any_model_of_an_ensemble_serves_all(reverse_model, copy):
    (copy / SHORTLIST).unlink()
    first, second = (
        Translator.load(*pair).translate(["b c d"], shortlist=16)
        for pair in [(copy, reverse_model), (reverse_model, copy)]
    )
    assert first == second


def test_model_directory_with_a_directory_for_a_file_is_refused(copy):
    (copy / WEIGHTS).unlink()
    (copy / WEIGHTS).mkdir()
    refused(copy, "Expected a complete model in")


@pytest.mark.parametrize(
    "content", [b"\x00\x01", b"units = ", b'units = "x"', b"color = 1", b'cell = "quantum"', b""]
)
def test_model_directory_with_a_damaged_configuration_is_refused(copy, content):
    (copy / "config.toml").write_bytes(content)
    refused(copy, "^Expected .*Received")


@pytest.mark.parametrize(
    "change", ["units = 32", "embedding-size = 16", 'cell = "lstm"', 'attention = "bahdanau"']
)
def test_weights_of_another_architecture_are_refused(copy, change):
    option = change.split(" = ")[0]
    lines = [
        line
        for line in (copy / "config.toml").read_text().splitlines()
        if not line.startswith(option)
    ]
    (copy / "config.toml").write_text("\n".join([*lines, change]) + "\n")
    refused(copy, "Expected a complete model in")


def test_batches_translated_at_once_keep_their_order(reverse_translator, monkeypatch):
    sentences = letter_strings(30, seed=5)
    alone = list(reverse_translator.stream(sentences, batch_size=4))
    monkeypatch.setattr(reverse_translator, "threads", 3)
    together = list(reverse_translator.stream(sentences, batch_size=4))
    assert [result.source for result in together] == sentences
    assert [texts_of(result) for result in together] == [texts_of(result) for result in alone]
    assert len({result.text for result in alone}) > 10
