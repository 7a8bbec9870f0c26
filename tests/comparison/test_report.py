"""The report: every model once, in every form, with the numbers that were measured."""

import dataclasses
import json
import re

import pytest

from fixtures.commands import small_corpus
from seq2seq.comparison.combinations import combinations
from seq2seq.comparison.documents import as_markdown, save_report
from seq2seq.comparison.plan import Data, make_plan
from seq2seq.comparison.report import Comparison
from seq2seq.comparison.result import GradientFlow, Result, Training, read_result, write_record
from seq2seq.comparison.sections import sections
from seq2seq.errors import InputError
from seq2seq.evaluation.scores import Score

TEST = small_corpus(30)
ALL = combinations(("rnn", "gru", "lstm"), ("none", "luong", "bahdanau"))


def result(combination, place):
    """What might have been measured: the later the place, the better."""
    scores = {
        name: Score(title, value, f"tok:13a|{name}", (value - 1.0, value + 1.0))
        for name, title, value in (("bleu", "BLEU", 10.0 * place), ("chrf2", "chrF2", 11.0 * place))
    }
    hypotheses = [*TEST.target[: 3 * place], *TEST.source[3 * place :]]
    training = Training(1000 + place, [5.0, 10.0], [0.1, 0.2], [1.0, 2.0], [3.0, 4.5], 900.0)
    flow = GradientFlow([1.0, 0.1, 0.01], 0.1, None)
    return Result(combination, training, scores, hypotheses, flow)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return make_plan({"corpus": ("pairs.tsv",)}, tmp_path_factory.mktemp("plan"), steps=10)


@pytest.fixture(scope="module")
def compared(plan):
    results = [result(combination, place) for place, combination in enumerate(ALL)]
    failures = {"gru-dot": "It has | failed <here>."}
    return Comparison.of(plan, Data(TEST, TEST, TEST), results, failures)


def test_every_cell_goes_with_every_attention_once():
    assert len(set(ALL)) == len(ALL) == 9


def test_every_table_of_models_has_every_model_once(compared):
    names = [str(combination) for combination in ALL]
    tables = [table for section in sections(compared)[:5] for table in section.tables]
    for table in tables:
        firsts = [row[0] for row in table.rows]
        assert [first for first in firsts if first in names] == names
        assert {len(row) for row in table.rows} == {len(table.header)}
    assert [line.split()[0] for line in compared.lines()[1:10]] == names


def test_saved_report_has_every_model_and_needs_no_network(compared, tmp_path):
    save_report(compared, tmp_path)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")

    assert list(report["models"]) == [str(combination) for combination in ALL]
    assert set(re.findall(r'https?://[^"< ]+', page)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "prefers-color-scheme: dark" in page
    for picture in re.findall(r"\]\((.*)\)", text):
        assert (tmp_path / picture).read_text(encoding="utf-8").startswith("<svg")
    assert "It has \\| failed \\<here\\>." in text
    assert "It has | failed &lt;here&gt;." in page


def test_scores_by_length_are_those_of_the_translations(compared):
    """The model of the first place has copied all sources; that of the last has 24 references."""
    first, *_, last = compared.length.curves
    assert sum(compared.length.counts) == len(TEST)
    assert last.chrf2.mean() > first.chrf2.mean()


def test_best_model_is_named_with_those_whose_intervals_meet_its_own(compared):
    text = as_markdown(compared)
    assert "The highest BLEU is that of lstm, bahdanau attention." in text
    assert "differ by chance" not in text

    level = dataclasses.replace(compared.best, combination=ALL[0])
    near = dataclasses.replace(compared, results=[compared.results[5], compared.best, level])
    said = sections(near)[0].text[0]
    assert said.endswith("The intervals of rnn-none meet its own: they may differ by chance.")


def test_sentences_are_distinct_and_from_the_shortest_to_the_longest(compared):
    sources = [TEST.source[place] for place in compared.examples]
    assert len(set(sources)) == 5
    assert [len(source) for source in sources] == sorted(len(source) for source in sources)
    assert len(sources[0]) == min(map(len, TEST.source))
    assert len(sources[-1]) == max(map(len, TEST.source))


def test_result_that_is_written_is_read_and_a_damaged_one_is_none(tmp_path):
    whole = result(ALL[4], 3)
    path = tmp_path / "gru-luong.json"
    write_record(path, whole.as_dict())
    assert read_result(path) == whole

    text = path.read_text(encoding="utf-8")
    for damaged in (text[:100], "[]", "{}", text.replace('"norms"', '"names"')):
        path.write_text(damaged, encoding="utf-8")
        assert read_result(path) is None
    assert read_result(tmp_path / "nowhere.json") is None


def test_models_differ_in_nothing_but_their_cell_and_their_attention(plan):
    options = [plan.configuration_of(combination).options() for combination in ALL]
    pairs = [(one.pop("cell"), one.pop("attention")) for one in options]
    assert pairs == [tuple(combination) for combination in ALL]
    assert all(one == options[0] for one in options)


@pytest.mark.parametrize("names", [(), ("gru", "gru"), ("quantum",)])
def test_cells_that_cannot_be_compared_are_refused(names):
    with pytest.raises(InputError, match=r"^Expected .* Received: "):
        combinations(names, ("none",))
