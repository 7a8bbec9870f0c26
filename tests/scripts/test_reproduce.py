"""The script of the results.

What is missing is run, what is interrupted goes on, and the page keeps its words.
"""

import dataclasses
import fcntl
import json
import re
import shlex
import shutil
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import pytest

import reproduce
from fixtures.readme import parse
from reproduction import page
from reproduction.commands import Places
from reproduction.curves import draw_curves
from reproduction.process import run_command
from reproduction.rows import load_rows
from reproduction.runs import shared_runs
from seq2seq.data.corpus import PairFiles, read_corpus
from seq2seq.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
ROWS = load_rows(reproduce.ROWS)
RUNS = shared_runs(ROWS, Places(Path("data"), Path("runs"), ROOT))

FEW_ROWS = """
[[row]]
name = "best"
group = "results"
corpus = "toy"
scored = ["dev", "exam"]
[[row]]
name = "default"
group = "ablation"
corpus = "toy"
examples = 2
[[row]]
name = "wide"
group = "ablation"
corpus = "toy"
options = "--units 8"
seeds = [1]
[corpus.toy]
train = ["toy/train.en", "toy/train.ko"]
lines = 3
sets.dev = ["toy/dev.tsv"]
sets.exam = ["toy/exam.tsv"]
credits = "toy/credits.tsv"
advice = "Ask the teacher."
"""

PAGE = """# Results

Words before.

<!-- table: ablation -->
an old table
<!-- end -->
Words between.
<!-- curves: ablation -->
<!-- end -->
<!-- table: results -->
<!-- end -->
<!-- translations: default -->
<!-- end -->
Words after.
"""


class FakeCommands:
    """Leaves behind what `seq2seq` would; remembers the words of each command.

    Attributes:
        called: The commands so far.
        stop_at: The first training to be interrupted, by its place among the commands.
    """

    def __init__(self, stop_at=None):
        self.called = []
        self.stop_at = stop_at

    def __call__(self, words, log, output=None):
        parse(words)
        self.called.append(words)
        option = dict(zip(words, words[1:], strict=False))
        if words[0] == "train":
            return self.train(
                Path(option["--output"]), "--resume" in words, int(option.get("--seed", 0))
            )
        seed = int(Path(option["--model"]).parent.name.rpartition("-")[2])
        self.evaluate(
            words[1], Path(option["--output"]), output, 30 + 2 * seed, option["--tokenize"]
        )
        return 0

    def train(self, model, resumes, seed):
        assert resumes == (model / "resume.npz").exists()
        model.mkdir(parents=True, exist_ok=True)
        if len(self.called) == self.stop_at:
            (model / "resume.npz").touch()
            raise KeyboardInterrupt
        (model / "resume.npz").unlink(missing_ok=True)
        (model / "weights.npz").touch()
        (model / "history.csv").write_text(f"epoch,seconds,bleu\n1.0,60,10\n2.0,{120 * seed},20\n")
        return 0

    def evaluate(self, corpus, translations, report, bleu, tokenize):
        pairs = read_corpus([PairFiles(corpus)])
        translations.write_text("".join(f"|{text}|\n" for text in pairs.target))
        values = {"bleu": (bleu, f"tok:{tokenize}"), "chrf2": (50, "nc:6"), "ter": (60, "tercom")}
        scores = {
            name: {"value": value, "signature": signature}
            for name, (value, signature) in values.items()
        }
        report.write_text(json.dumps({"results": {"corpus": scores}}))

    def lines(self):
        return [shlex.join(words) for words in self.called]


@pytest.fixture
def toy(tmp_path):
    """Arguments of the script for few rows of a toy corpus, in a directory of their own."""
    data = tmp_path / "data" / "toy"
    data.mkdir(parents=True)
    (data / "train.en").write_text("a\nb\nc\nd\n")
    (data / "train.ko").write_text("가\n나\n다\n라\n")
    (data / "dev.tsv").write_text("e\t마\nf\t바\n")
    (data / "exam.tsv").write_text("g\t사\n")
    (data / "credits.tsv").write_text("".join(f"x\tby {name}\n" for name in "ABCDEF"))
    (tmp_path / "rows.toml").write_text(FEW_ROWS)
    (tmp_path / "page.md").write_text(PAGE)
    return [
        "--data",
        tmp_path / "data",
        "--runs",
        tmp_path / "runs",
        "--rows",
        tmp_path / "rows.toml",
    ]


def script(arguments, *others, runner=None):
    return reproduce.main(
        [str(argument) for argument in (*arguments, *others)], runner or FakeCommands()
    )


def change_rows(toy, old, new):
    assert FEW_ROWS.count(old) == 1
    toy[-1].write_text(FEW_ROWS.replace(old, new))


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.folder.name)
def test_every_command_of_every_row_is_accepted(run):
    for words in run.commands(run.places):
        parse(words)


def test_no_two_rows_of_a_group_are_the_same():
    keys = [
        (row.group, json.dumps(row.training), row.search, row.tokenize) for row in ROWS.values()
    ]
    assert len(set(keys)) == len(keys) > 20


def test_only_results_rows_touch_a_test_file():
    tests = {
        Path(name).name
        for row in ROWS.values()
        for part, files in row.corpus.sets.items()
        if part != "dev"
        for name in files
    }
    touching = {
        run.row.group
        for run in RUNS
        for words in run.commands(run.places)
        if tests & {Path(word).name for word in words}
    }
    assert len(tests) > 5 and touching == {"results"}


@pytest.mark.parametrize(
    "old, new, message",
    [
        ('name = "wide"', 'name = "wide"\nscored = ["dev", "exam"]', 'scored on "dev" alone'),
        (
            'train = ["toy/train.en", "toy/train.ko"]\nlines = 3',
            "train = []",
            "training on it scores its tests",
        ),
        ('name = "wide"', 'name = "wide"\nscored = ["final"]', "sets of its corpus"),
        ('name = "wide"', 'name = "best"', "a name of its own"),
        ('group = "results"', 'group = "other"', "a group of results, "),
        ("seeds = [1]", "sedes = [1]", "unexpected keyword argument 'sedes'"),
    ],
)
def test_rows_that_break_a_rule_are_refused(toy, old, new, message):
    load_rows(toy[-1])
    change_rows(toy, old, new)
    with pytest.raises(InputError, match=message):
        load_rows(toy[-1])


def test_missing_rows_run_once_and_the_first_seeds_come_first(toy):
    commands = FakeCommands()
    assert script(toy, runner=commands) == 0
    trained = [
        words[words.index("--output") + 1] for words in commands.called if words[0] == "train"
    ]
    assert [Path(model).parent.name for model in trained] == [
        "best-1",
        "wide-1",
        "best-2",
    ]  # default is best's model
    assert len(commands.called) == 3 + 2 * 2 + 2 + 1
    again = FakeCommands()
    assert script(toy, runner=again) == 0 and again.called == []


def test_chosen_rows_and_seeds_alone_run(toy):
    commands = FakeCommands()
    assert script(toy, "--row", "wide", "--seeds", "3", runner=commands) == 0
    assert [words[0] for words in commands.called] == [
        "train",
        "evaluate",
    ] and "3" in commands.called[0]
    assert (
        script(toy, "--group", "ablation", "--seeds", "3", runner=(others := FakeCommands())) == 0
    )
    assert "exam.tsv" not in " ".join(others.lines()) and len(others.called) == 2


def test_interrupted_training_is_resumed_and_its_record_tells(toy, capsys):
    assert script(toy, "--row", "wide", runner=FakeCommands(stop_at=1)) == 1
    assert script(toy, "--row", "wide", "--list") == 0
    assert capsys.readouterr().out.split() == ["ablation", "wide", "seed", "1", "interrupted"]
    commands = FakeCommands()
    model = toy[3] / "wide-1" / "model"
    assert script(toy, "--row", "wide", runner=commands) == 0
    assert commands.called[0] == ["train", "--resume", "--output", str(model)]
    result = json.loads((toy[3] / "wide-1" / "result.json").read_text())
    assert [start["resumed"] for start in result["starts"]] == [False, True]
    assert result["seconds"] == 0 and result["curve"][-1]["bleu"] == 20
    assert script(toy, "--row", "wide", "--list") == 0 and "done" in capsys.readouterr().out


def test_interrupted_scoring_does_not_train_again(toy):
    class Impatient(FakeCommands):
        def evaluate(self, *arguments):
            raise KeyboardInterrupt

    assert script(toy, "--row", "wide", runner=Impatient()) == 1
    commands = FakeCommands()
    assert script(toy, "--row", "wide", runner=commands) == 0
    assert [words[0] for words in commands.called] == ["evaluate"]


def test_changed_row_is_never_shown_with_its_old_figures(toy, capsys):
    script(toy, "--row", "wide")
    change_rows(toy, "--units 8", "--units 10")
    assert script(toy, "--row", "wide", "--list") == 0 and "done" not in capsys.readouterr().out
    commands = FakeCommands()
    assert script(toy, "--row", "wide", runner=commands) == 1 and commands.called == []
    assert "Move that folder away to train anew." in capsys.readouterr().err


def test_missing_corpus_and_failed_command_are_one_line_and_others_go_on(toy, capsys):
    class Unlucky(FakeCommands):
        def train(self, model, *arguments):
            return 1 if "wide" in str(model) else super().train(model, *arguments)

    exam = toy[1] / "toy" / "exam.tsv"
    exam.rename(exam.with_suffix(".away"))
    assert script(toy, runner=(commands := Unlucky())) == 1
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 2
    assert f"Received no file {exam}. Ask the teacher." in errors[0] and "exit code 1" in errors[1]
    assert [words[0] for words in commands.called] == [
        "train",
        "evaluate",
        "train",
        "train",
        "evaluate",
    ]


def test_corpus_of_few_lines_is_the_first_of_the_files(toy):
    script(toy, "--row", "best", "--seeds", "1", runner=(commands := FakeCommands()))
    source = Path(commands.called[0][commands.called[0].index("--source") + 1])
    assert (
        source.read_text() == "a\nb\nc\n"
        and source.with_name("train.ko").read_text() == "가\n나\n다\n"
    )


def test_spread_is_half_the_range_and_a_single_value_has_none():
    assert page.mean_and_spread([30.0, 33.0, 30.6]) == "31.2 ± 1.5"
    assert page.mean_and_spread([30.0]) == "30.0"


def test_page_is_filled_between_its_markers_only(toy, tmp_path):
    script(toy)
    written = tmp_path / "page.md"
    assert script(toy, "--write", written) == 0
    text = written.read_text()
    kept = re.sub(r"-->\n.*?<!-- end -->", "", text, flags=re.DOTALL)
    assert (
        kept == re.sub(r"-->\n.*?<!-- end -->", "", PAGE, flags=re.DOTALL)
        and "an old table" not in text
    )
    assert "| default | – | dev | 33.0 ± 1.0 | 50.0 ± 0.0 | 1, 2 | 2.0 ± 0.0 | 3.0 ± 1.0 |" in text
    assert "| wide | `--units 8` | dev | 32.0 | 50.0 | 1 | 2.0 | 2.0 |" in text
    assert "A row of a single seed has no spread." in text
    assert "| best | – | exam | 33.0 ± 1.0 |" in text
    assert "- BLEU: `tok:13a`" in text and "--units 8 --seed 1 --output $RUNS/wide-1/model" in text
    assert "| e | 마 | \\|마\\| | by E |" in text
    assert "polyline" in (tmp_path / "page-ablation.svg").read_text()
    assert script(toy, "--write", written) == 0 and written.read_text() == text


def test_search_options_are_those_of_evaluation_alone_and_are_shown(toy, tmp_path):
    change_rows(toy, "seeds = [1]", 'seeds = [1]\nsearch = "--beam-size 3"')
    commands = FakeCommands()
    script(toy, runner=commands)
    assert [words[0] for words in commands.called if "--beam-size" in words] == ["evaluate"]
    script(toy, "--write", tmp_path / "page.md")
    assert "| wide | `--units 8`, `--beam-size 3` | dev |" in (tmp_path / "page.md").read_text()


def test_tokenisers_of_a_table_are_told_apart(toy, tmp_path):
    change_rows(toy, "seeds = [1]", 'seeds = [1]\ntokenize = "none"')
    script(toy)
    script(toy, "--write", tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text()
    assert "- BLEU: `tok:13a` (default)" in text and "- BLEU: `tok:none` (wide)" in text


@pytest.mark.parametrize(
    "old, new, message",
    [
        (
            "an old table\n<!-- end -->",
            "an old table",
            "Expected <!-- end --> after <!-- table: ablation -->",
        ),
        ("table: ablation", "table: ablations", "Received: ablations."),
        ("translations: default", "translations: nobody", "Received: nobody."),
    ],
)
def test_page_with_a_wrong_marker_is_left_alone(toy, tmp_path, capsys, old, new, message):
    script(toy)
    (tmp_path / "page.md").write_text(PAGE.replace(old, new))
    assert script(toy, "--write", tmp_path / "page.md") == 1
    assert message in capsys.readouterr().err
    assert (tmp_path / "page.md").read_text() == PAGE.replace(old, new)
    assert (
        not list(tmp_path.glob("*.svg")) and not (tmp_path / "page").exists()
    )  # nor are results kept beside it


def test_page_keeps_the_results_of_earlier_machines(toy, tmp_path):
    written = tmp_path / "page.md"
    script(toy, "--row", "wide")
    script(toy, "--write", written)
    shutil.rmtree(tmp_path / "runs")
    script(toy, "--row", "default", "--seeds", "2")
    script(toy, "--write", written)
    text = written.read_text()
    assert "| wide | `--units 8` | dev | 32.0 |" in text and "| default | – | dev | 34.0 |" in text
    change_rows(toy, "--units 8", "--units 10")
    script(toy, "--write", written)
    assert "| wide |" not in written.read_text()


def test_page_of_the_repository_is_that_of_its_results(tmp_path):
    docs = ROOT / "docs"
    copies = tmp_path / "docs"
    shutil.copytree(docs, copies)
    page.write_page(
        copies / "results.md", ROWS, shared_runs(ROWS, Places(tmp_path, tmp_path, ROOT))
    )
    for path in [docs / "results.md", *docs.glob("results-*.svg")]:
        assert (copies / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
    tables = re.findall(r"<!-- table: (\S+) -->", (docs / "results.md").read_text(encoding="utf-8"))
    assert sorted(tables) == sorted({row.group for row in ROWS.values()} | {"real-text"})


def test_page_has_the_figures_of_real_text(toy, tmp_path):
    written = tmp_path / "page.md"
    written.write_text("<!-- table: real-text -->\n<!-- end -->\n")
    assert script(toy, "--write", written) == 0
    assert "*No result yet.*" in written.read_text()

    row = {"section": "spans", "corpus": "en-de", "name": "link"}
    measured = {
        **{"version": "1", "commit": "abc", "processor": "Zen", "seed": 1, "beam_size": 5},
        "limit": None,
        "rows": [
            {**row, "section": "short", "figures": {"inputs": 1000, "right": 50.0}},
            {**row, "figures": {"spans": 1957, "kept": 99.44}},
            {**row, "name": "tags", "figures": {"spans": 10, "kept": 100.0, "around words": None}},
        ],
    }
    (tmp_path / "page").mkdir(exist_ok=True)
    (tmp_path / "page" / "real-text.json").write_text(json.dumps(measured))
    other = {**measured, "rows": [{**row, "corpus": "en-ko", "figures": {"spans": 7}}]}
    other["processor"] = "Xeon"
    (tmp_path / "page" / "real-text-korean.json").write_text(json.dumps(other))
    assert script(toy, "--write", written) == 0
    text = written.read_text()
    assert "| en-de | link | 1,957 | 99.4 | – |\n| en-de | tags | 10 | 100.0 | – |" in text
    assert "| languages |  | inputs | right |" in text
    assert (
        text.index("Spans put into")
        < text.index("One word")
        < text.index("- en-de: measured on Zen")
    )
    assert "| en-ko | link | 7 | – |" in text and "- en-ko: measured on Xeon" in text


def test_curves_are_of_the_rows_whose_validations_are_kept(toy, tmp_path):
    script(toy)
    script(toy, "--write", tmp_path / "page.md")
    picture = tmp_path / "page-ablation.svg"
    kept = tmp_path / "page" / "wide-1.json"
    assert len(lines_of(picture.read_text())) == 2
    result = json.loads(kept.read_text())
    result["curve"] = [{"epoch": 2.0, "seconds": 120.0}]
    kept.write_text(json.dumps(result))
    shutil.rmtree(tmp_path / "runs")
    assert script(toy, "--write", tmp_path / "page.md") == 0
    assert len(lines_of(picture.read_text())) == 1


def test_every_kept_result_is_that_of_a_row_or_of_another_measurement():
    folder = ROOT / "docs" / "results"
    kept = [dataclasses.replace(run, kept=folder) for run in RUNS]
    of_rows = {run.result_file for run in kept if run.result()}
    others = {*folder.glob("real-text*.json"), folder / "fine-tuning.json"}
    assert of_rows | others == set(folder.iterdir()) and len(of_rows) > 10


def test_curves_end_where_their_points_say():
    picture = draw_curves({"a & b": [(0, 0), (5, 10)], "c": [(10, 20)]}, x="minutes", y="BLEU")
    (left, floor), (halfway, middle) = (
        map(float, point.split(",")) for point in lines_of(picture)[0]
    )
    ((right, top),) = (map(float, point.split(",")) for point in lines_of(picture)[1])
    assert halfway == pytest.approx((left + right) / 2) and middle == pytest.approx(
        (floor + top) / 2
    )
    assert left < right and top < floor and "a &amp; b" in picture
    ElementTree.fromstring(picture)


def lines_of(picture):
    return [points.split() for points in re.findall(r'polyline points="([^"]*)"', picture)]


def test_command_runs_this_checkout_and_what_it_prints_is_kept(tmp_path):
    log = tmp_path / "log.txt"
    output = tmp_path / "output.txt"
    assert run_command(["--version"], log, output) == 0
    assert run_command(["trian"], log) == 2
    assert output.read_text().strip().endswith(version("seq2seq"))
    assert "$ seq2seq --version" in log.read_text() and "No such command 'trian'" in log.read_text()


def test_second_command_at_the_same_work_is_refused(tmp_path):
    log = tmp_path / "log.txt"
    output = tmp_path / "output.txt"
    output.write_text("of the first")
    with log.open("a") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="still at work"):
            run_command(["--version"], log, output)
    assert output.read_text() == "of the first"
