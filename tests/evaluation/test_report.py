"""Laws of a report: every sentence once, parts that make up the whole, and text that stays text."""

import json
import re
from collections import Counter
from html.parser import HTMLParser

import numpy as np
import pytest

from seq2seq.data.corpus import Corpus
from seq2seq.evaluation.comparison import compare
from seq2seq.evaluation.evaluation import Evaluation
from seq2seq.evaluation.report.page import as_page
from seq2seq.evaluation.report.report import make_report
from seq2seq.evaluation.report.rows import make_rows
from seq2seq.evaluation.report.tables import as_json, as_tsv
from seq2seq.evaluation.report.visible import segments, visible
from seq2seq.evaluation.report.words import MISSING, MOVED, SAME, WordCounts, compared, words
from seq2seq.evaluation.scores import score
from seq2seq.translation.result import Hypothesis, Translation

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)> & \"quotes\" 'single'",
    "{{data}} {{script}} {0} %s ${x} `x`",
    "a \u202eb c\u202c d\x00\x1b[31m \u2028 e",
    "<!-- --> ]]> \\u003c",
]
SOURCES = [
    "Is this a question?",
    "The cat sleeps.",
    "It is 5 o'clock. We go home now.",
    "a",
    "One two three four five six seven eight nine ten eleven twelve thirteen.",
    *HOSTILE,
]
REFERENCES = [
    "Ist das eine Frage?",
    "Die Katze schläft.",
    "Es ist 5 Uhr. Wir gehen jetzt nach Hause.",
    "나는 학교에 간다.",
    "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn",
    *HOSTILE,
]
OUTPUTS = [
    "Ist eine das Frage?",
    "Der Hund schläft.",
    "",
    "나는 집에 간다.",
    "eins zwei eins zwei eins zwei eins zwei eins zwei",
    *reversed(HOSTILE),
]


def translations(texts, confidences=None):
    made = []
    for place, text in enumerate(texts):
        pieces = [*text.split(), "</s>"]
        weights = np.full((len(pieces), 3), 1 / 3, np.float32)
        best = Hypothesis(text, -1.0, pieces, weights, log_probability=-0.5 * len(pieces))
        confidence = confidences[place] if confidences else None
        made.append(Translation("", [best], ["<s>", "b", "</s>"], confidence=confidence))
    return made


@pytest.fixture(scope="module")
def make():
    """`make(baseline=False, parts=1)` is a report on the sentences above."""
    corpus = Corpus(SOURCES, REFERENCES)
    scores = score(OUTPUTS, REFERENCES, bootstrap=10)
    counts = WordCounts.of(zip(SOURCES[:3], REFERENCES[:3], strict=True))

    def report(*, baseline=False, parts=1, words=True):
        confidences = [10 * place for place in range(len(SOURCES))]
        others = translations(REFERENCES[::-1]) if baseline else None
        numbers = range(1, 1 + len(SOURCES))
        rows, evaluations, comparisons = [], {}, {}
        for name in ("one", "two")[:parts]:
            found = translations(OUTPUTS, confidences)
            rows += make_rows(name, corpus, numbers, found, others)
            evaluations[name] = Evaluation(scores, OUTPUTS, 1.0, 10, [])
            if baseline:
                texts = REFERENCES[::-1]
                comparisons[name] = compare(OUTPUTS, texts, REFERENCES, bootstrap=10)
        return make_report(
            rows,
            evaluations,
            model="<b>m</b>",
            baseline="old" if baseline else None,
            comparisons=comparisons,
            counts=counts if words else None,
        )

    return report


@pytest.mark.parametrize("parts", [1, 2])
def test_report_has_every_sentence_once_and_the_worst_first(make, parts):
    report = make(parts=parts)
    found = Counter((row.part, row.number, row.source, row.reference) for row in report.rows)
    names = ("one", "two")[:parts]
    pairs = list(enumerate(zip(SOURCES, REFERENCES, strict=True), 1))
    assert found == Counter((name, number, *pair) for name in names for number, pair in pairs)
    scores = [row.output.chrf2 for row in report.rows]
    assert scores == sorted(scores)
    assert all(OUTPUTS[row.number - 1] == row.output.text for row in report.rows)


def test_groups_weighted_by_their_sentences_are_the_whole(make):
    report = make(baseline=True, parts=2)
    count = len(report.rows)
    titles = [table.title for table in report.groups]
    assert titles[0] == "Test set" and len(titles) == 4
    for table in report.groups[:3]:  # each sentence is in one group of these
        places = sorted(place for group in table.groups for place in group.rows)
        assert places == list(range(count))
        for name, value in (("chrf2", "output"), ("baseline", "baseline")):
            mean = sum(getattr(group, name) * len(group.rows) for group in table.groups) / count
            whole = np.mean([getattr(row, value).chrf2 for row in report.rows])
            assert mean == pytest.approx(whole)

    kinds = {group.name: len(group.rows) for group in report.groups[3].groups}
    assert kinds["question"] == 2 and kinds["several sentences"] >= 2
    assert kinds["none of these"] < count


def test_words_by_frequency_are_all_words_of_the_target(make):
    report = make()
    assert sum(group.wanted for group in report.words) == _spoken(REFERENCES)
    assert sum(group.written for group in report.words) == _spoken(OUTPUTS)
    for group in report.words:
        assert group.right <= min(group.wanted, group.written) and 0 <= group.f1 <= 100
    assert report.training_pairs == 3
    assert not make(words=False).words and make(words=False).training_pairs is None


def _spoken(texts):
    return sum(any(map(str.isalnum, word.text)) for text in texts for word in words(text))


def test_missed_and_invented_words_are_the_differences_of_the_texts(make):
    report = make()
    sides = [compared(*texts) for texts in zip(REFERENCES, OUTPUTS, strict=True)]
    assert sides[1].missed() == ["Die", "Katze"] and sides[1].invented() == ["Der", "Hund"]
    for faults, lists in (
        (report.missed, [side.missed() for side in sides]),
        (report.invented, [side.invented() for side in sides]),
    ):
        wanted = Counter(word for found in lists for word in found if any(map(str.isalnum, word)))
        named = {fault.word: fault.count for fault in faults}
        assert named == {word: wanted[word] for word in named}
        assert min(named.values()) >= max((wanted - Counter(named)).values(), default=0)
        assert all(fault.count <= fault.total for fault in faults)
    assert {fault.word: fault.count for fault in report.invented}["eins"] == 4


def test_wins_count_every_sentence(make):
    wins = make(baseline=True).wins
    assert wins.better + wins.worse + wins.same == len(SOURCES) and wins.better and wins.worse
    assert make().wins is None


def test_faults_of_single_translations_are_named(make):
    faults = {row.output.text: row.output.faults for row in make().rows}
    assert faults[""] == ("empty",) and faults[OUTPUTS[4]] == ("repetition",)
    assert faults[OUTPUTS[1]] == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('Don\'t go, "now"!', ["Don't", "go", ",", '"', "now", '"', "!"]),
        ("3.5 km/h", ["3.5", "km/h"]),
        ("나는 간다.", ["나는", "간다", "."]),
        ("我是 GPT人", ["我", "是", "GPT", "人"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("… !?", ["…", "!", "?"]),
        ("", []),
    ],
)
def test_words_cut_a_text_without_losing_a_letter(text, wanted):
    found = words(text)
    assert [word.text for word in found] == wanted
    assert [text[word.start : word.end] for word in found] == wanted
    rest = [letter for place, letter in enumerate(text) if not _inside(place, found)]
    assert not "".join(rest).strip()


def _inside(place, found):
    return any(word.start <= place < word.end for word in found)


@pytest.mark.parametrize("place", range(len(SOURCES)))
def test_marks_balance_what_two_texts_have_in_common(place):
    found = compared(REFERENCES[place], OUTPUTS[place])
    sides = (found.reference, found.reference_marks), (found.translation, found.translation_marks)
    for mark in (SAME, MOVED):
        one, other = (
            Counter(word.text for word, its in zip(side, marks, strict=True) if its == mark)
            for side, marks in sides
        )
        assert one == other
    assert not set(found.missed()) & set(found.invented())
    for text, (side, marks) in zip((REFERENCES[place], OUTPUTS[place]), sides, strict=True):
        parts = segments(text, side, marks)
        assert "".join(part[1:] for part in parts) == visible(text)
        assert {part[0] for part in parts} <= {SAME, MOVED, MISSING}


class Page(HTMLParser):
    """The elements and the texts of a page, those of each script apart."""

    def __init__(self, text):
        super().__init__()
        self.tags = Counter()
        self.attributes = []
        self.scripts = []
        self.texts = []
        self.open = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += attrs
        if tag in ("script", "style"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data):
        (self.scripts if self.open else self.texts).append(data)


def test_no_text_of_a_page_becomes_markup_or_reaches_the_network(make):
    text = as_page(make(baseline=True, parts=2))
    page = Page(text)
    assert page.tags["script"] == 2 and page.tags["img"] == page.tags["link"] == 0
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert "<b>m</b> against old" in "".join(page.texts)
    assert not re.search(r"https?://|//[a-z]", text) and "default-src 'none'" in text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u2028\u202a-\u202e]", text)


def test_data_of_a_page_are_the_sentences(make):
    report = make(baseline=True)
    text = as_page(report)
    data = json.loads(re.search(r'<script id="data"[^>]*>(.*?)</script>', text, re.DOTALL)[1])
    assert [row["source"] for row in data["rows"]] == [visible(row.source) for row in report.rows]
    for shown, row in zip(data["rows"], report.rows, strict=True):
        for parts, wanted in (
            (shown["reference"], row.reference),
            (shown["output"]["text"], row.output.text),
            (shown["baseline"]["text"], row.baseline.text),
        ):
            assert "".join(part[1:] for part in parts) == visible(wanted)
        assert len(shown["output"]["attention"]) == len(row.output.pieces)
        assert {len(line) for line in shown["output"]["attention"]} == {3}

    lines = {number for row in data["rows"] for number in row["groups"]}
    buttons = {int(number) for number in re.findall(r'data-group="(\d+)"', text)}
    assert lines == buttons


def test_table_has_a_line_for_each_sentence_and_as_many_cells_as_its_head(make):
    for baseline in (False, True):
        report = make(baseline=baseline)
        head, *lines = (line[:-1].split("\t") for line in as_tsv(report))
        assert len(lines) == len(SOURCES) and {len(line) for line in lines} == {len(head)}
        found = [dict(zip(head, line, strict=True)) for line in lines]
        assert [int(line["line"]) for line in found] == [row.number for row in report.rows]


def test_json_has_the_texts_as_they_are(make):
    report = make(baseline=True)
    found = json.loads(as_json(report))
    assert [row["source"] for row in found["sentences"]] == [row.source for row in report.rows]
    assert found["baseline"] == "old" and found["wins"]["worse"] == report.wins.worse
    assert set(found["comparisons"]["one"]) == {"bleu", "chrf2", "ter"}
    assert found["reliability"]["correlation"] == pytest.approx(report.reliability.correlation)
