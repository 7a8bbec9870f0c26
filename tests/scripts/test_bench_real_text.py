"""The figures of real text: a perfect translator has 100 everywhere, one that loses things has not.

The perfect one exchanges the words of a small language, and leaves everything else as it is.
"""

import json
import re
from random import Random

import pytest

import real_text
from fixtures.real_text import REFERENCES, SOURCES, WORDS, broken, figures, of, perfect, without
from real_texts.capitals import measure_case
from real_texts.glossary import find_terms, measure_glossary
from real_texts.kept import LATIN_WORDS, NUMBERS, measure_kept
from real_texts.kinds import KINDS, SCRIPTS, word_of
from real_texts.paragraphs import measure_paragraphs
from real_texts.particles import ends_after, measure_particles, renamed_nouns
from real_texts.rows import Row, Sentences
from real_texts.short import adjective_forms, measure_short, noun_forms, verb_forms
from reproduction.real_text import real_text_tables
from seq2seq.errors import InputError

pytest_plugins = ["fixtures.commands"]


def test_paragraphs_keep_their_sentences_or_not():
    rows = list(measure_paragraphs(of(perfect), 1))
    assert figures(rows, "paragraphs") == [18, 12, 9, 7]
    for name in ("as many sentences", "the same text", "chrF2 to the sentences' translations"):
        assert figures(rows, name) == pytest.approx([100.0] * 4)
    shorter = broken(lambda translation: translation.rpartition(". ")[0] + ".")
    rows = list(measure_paragraphs(of(shorter), 1))
    assert figures(rows, "as many sentences") == figures(rows, "the same text") == [0.0] * 4
    assert max(figures(rows, "chrF2 to the sentences' translations")) < 95


def test_case_costs_nothing_or_all():
    rows = list(measure_case(of(perfect)))
    assert [row.name for row in rows] == ["as it is", "small letters", "capitals"]
    assert figures(rows, "BLEU, case folded") == pytest.approx([100.0] * 3)
    usual, small, capitals = figures(rows, "letters in capitals")
    assert small < usual < 50 < 95 < capitals  # "A" is "Ein"
    rows = list(measure_case(of(broken(lambda translation: "Nichts."))))
    assert figures(rows, "BLEU, case folded")[2] < 1
    (small,) = figures(rows[2:], "letters in capitals")
    assert small < 50


def test_glossary_is_of_words_that_stand_together():
    terms = find_terms(SOURCES * 2, REFERENCES * 2)
    assert terms["rabbit"] == "Hase" and terms["jumps"] == "springt"
    assert set(terms) <= set(WORDS)


def test_terms_are_kept_by_who_uses_the_glossary():
    terms = {"rabbit": "Hase", "fence": "Zaun", "jumps": "springt"}
    usual, unlikely = measure_glossary(of(perfect), terms, 1)
    assert usual.figures["sentences"] == unlikely.figures["sentences"] > 10
    assert usual.figures["kept"] == usual.figures["kept without it"] == 100
    assert usual.figures["BLEU"] == usual.figures["BLEU without it"] == pytest.approx(100)
    assert unlikely.figures["kept"] == 100 and unlikely.figures["kept without it"] < 50
    assert unlikely.figures["BLEU"] is None

    def deaf(texts, glossary=None):
        return perfect(texts)

    _, unlikely = measure_glossary(of(deaf), terms, 1)
    assert unlikely.figures["kept"] < 50 and unlikely.failures


def test_only_sentences_whose_terms_stand_in_the_reference_have_a_glossary():
    assert not list(measure_glossary(of(perfect), {"hound": "Hund"}, 1))


def test_renamed_nouns_ask_for_another_particle():
    renamed = renamed_nouns()
    assert len(renamed) > 100 and len(set(renamed.values())) == len(renamed)
    assert all(noun_forms()[english] != {korean} for english, korean in renamed.items())


@pytest.mark.parametrize(
    "translation, fits",
    [
        ("빵을 먹어", [True]),
        ("빵를 먹어", [False]),
        ("빵으로", [True]),
        ("빵로", [False]),
        ("빵 먹어", [None]),
        ("빵이 있고 빵가", [True, False]),
        ("빵들과", [None]),
    ],
)
def test_particle_fits_the_last_letter(translation, fits):
    assert list(ends_after("빵", translation)) == fits


def test_particles_after_terms_are_counted():
    sources = ["I eat bread.", "I like a book.", "We go."]
    renamed = renamed_nouns()

    def korean(after):
        def translate(texts, glossary):
            for text in texts:
                word = re.findall("[a-z]+", text)[-1]
                yield f"나는 {glossary[word]}{after} 좋아해."

        return translate

    rows = [
        row
        for after in ("을", "를")
        for row in measure_particles(Sentences("en-ko", sources, sources, korean(after)))
    ]
    assert figures(rows, "terms") == [2, 2] and figures(rows, "kept") == [100.0, 100.0]
    assert sum(figures(rows, "right")) == 100
    assert {"bread", "book"} <= renamed.keys()


def test_words_and_numbers_are_kept_once_a_sentence():
    sources = ["ᎠᏗᏍᎬ Bark, Bark ᎠᎴ CHC.", "ᎠᎴ Melanie."]
    references = ["said Bark, BARK, CHC.", "someone"]

    def measured(*translations):
        sentences = Sentences("chr-en", sources, references, lambda texts: iter(translations))
        (row,) = measure_kept(sentences, "Latin words", LATIN_WORDS)
        return row.figures["in source and reference"], row.figures["kept"]

    assert measured("bark said chc", "") == (2, 100)
    assert measured("Barking CHC", "") == (2, 50)
    numbers = Sentences(
        "en-ko", ["at 10:00, 2 of 5"], ["10:00에 5"], lambda texts: iter(["10,000"])
    )
    (row,) = measure_kept(numbers, "numbers", NUMBERS)
    assert row.figures == {"sentences": 1, "in source and reference": 2, "kept": 0}


def test_one_word_is_one_of_its_korean_forms():
    forms = {**noun_forms(), **adjective_forms(), **verb_forms()}
    assert forms["bread"] == {"빵"}
    assert {"작다", "작은", "작아요"} <= forms["small"] and {"먹다", "먹어"} <= forms["eat"]

    def right(texts):
        return (min(forms.get(text, {text})) + "." * (text in forms) for text in texts)

    rows = list(measure_short("en-ko", right, 1, None))
    assert [row.name for row in rows] == ["nouns", "adjectives", "verbs", "numbers", "punctuation"]
    assert figures(rows, "right") == [100.0] * 5
    assert min(figures(rows, "inputs")) > 20
    sentence = list(measure_short("en-ko", lambda texts: ("빵을 먹어." for _ in texts), 1, 20))
    assert figures(sentence, "right") == figures(sentence, "one word") == [0.0] * 5
    assert figures(sentence, "inputs") == [20] * 5


def test_every_script_has_words():
    for script in SCRIPTS:
        assert word_of(script)(Random(1)) in SCRIPTS[script].split()


@pytest.fixture
def data(tmp_path):
    """A folder of corpora in the small language."""
    folder = tmp_path / "data" / "multi30k"
    folder.mkdir(parents=True)
    for part in ("train", "test_2016_flickr"):
        for language, lines in (("en", SOURCES), ("de", REFERENCES)):
            (folder / f"{part}.{language}").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (tmp_path / "data" / "en-ko-nli").mkdir()
    (tmp_path / "data" / "en-ko-nli" / "dev.tsv").write_text("at 10:00\t10:00에\n", "utf-8")
    return tmp_path / "data"


@pytest.fixture
def fake_model(monkeypatch):
    """Every model directory translates perfectly."""
    monkeypatch.setattr(real_text, "loaded", lambda directory, beam_size: perfect)


def test_rows_are_printed_and_written(data, fake_model, tmp_path, capsys):
    file = tmp_path / "real-text-rows.json"
    options = ["--data", data, "--model", "a", "--korean-model", "b", "--json", file]
    assert real_text.main([*map(str, options), "--limit", "30"]) == 0
    lines = capsys.readouterr().out.splitlines()
    written = json.loads(file.read_text(encoding="utf-8"))
    assert len(written["rows"]) == len(lines) > 30
    assert {row["section"] for row in written["rows"]} == set(real_text.SECTIONS) - {
        "particles",
        "short",
    }
    assert (written["seed"], written["beam_size"], written["limit"]) == (1, 5, 30)
    assert all(row["figures"].get("kept", 100.0) == 100 for row in written["rows"])
    assert "failures" not in written["rows"][0]

    tables = real_text_tables(file.parent)
    assert (
        "| en-de | link | 30 | " in tables and "| en-ko-nli | numbers | 1 | 1 | 100.0 |" in tables
    )
    assert "beam 5, seed 1, the first 30 sentences alone." in tables


def test_chosen_sections_alone_are_measured_and_failures_shown(
    data, fake_model, monkeypatch, capsys
):
    lost = broken(without)
    monkeypatch.setattr(real_text, "loaded", lambda directory, beam_size: lost)
    options = ["--data", str(data), "--model", "a", "--section", "spans", "--show", "1"]
    assert real_text.main(options) == 0
    output = capsys.readouterr()
    assert len(output.out.splitlines()) == len(KINDS) + 2  # tags, and what takes the place of words
    assert all("  spans  " in line for line in output.out.splitlines())
    assert ".example." in output.err


@pytest.mark.parametrize(
    "options, message",
    [
        ("", "Expected a model."),
        ("--model a", "Expected --data"),
        ("--bundled-model a --limit 0", "at least 1. Received: 0."),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message, capsys):
    with pytest.raises(SystemExit):
        real_text.main(options.split())
    assert message in capsys.readouterr().err


def test_missing_corpus_and_model_are_one_line(fake_model, tmp_path, monkeypatch, capsys):
    assert real_text.main(["--data", str(tmp_path), "--model", "a"]) == 1
    monkeypatch.undo()
    assert real_text.main(["--bundled-model", str(tmp_path / "none")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.startswith("Error: Expected ") for line in lines] == [True, True]


def test_trained_model_is_measured(untrained, capsys):
    model = str(untrained(1))
    options = "--section short --limit 2 --beam-size 1".split()
    assert real_text.main(["--bundled-model", model, *options]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_tables_need_what_the_script_wrote(tmp_path):
    file = tmp_path / "real-text.json"
    assert real_text_tables(tmp_path) is None
    for text in ("no JSON", "[]", '{"rows": []}'):
        file.write_text(text)
        with pytest.raises(InputError, match="Expected"):
            real_text_tables(tmp_path)


def test_row_prints_counts_and_shares():
    row = Row("spans", "en-de", "link", {"spans": 2000, "kept": 99.44444, "BLEU": None})
    assert str(row).split() == "en-de spans link spans 2,000 kept 99.4 BLEU –".split()
    assert row.as_dict()["figures"] == {"spans": 2000, "kept": 99.44, "BLEU": None}
