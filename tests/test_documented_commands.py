"""Every command that the pages show runs, or the page's source says why no test runs it.

The mark is a comment on the line before the block, `<!-- not run: the reason -->`. The English
pages alone are run: `test_docs` and `test_readme` hold that the Korean ones have the same commands
and the same marks.
"""

import contextlib
import gzip
import importlib
import re
import shutil

import keras
import openpyxl
import pytest

from fixtures.commands import contents, succeeds
from fixtures.readme import blocks, shell_blocks
from fixtures.serving import running
from fixtures.shell import ROOT, Shell, tiny
from seq2seq.data import bundled
from seq2seq.storage.directory import ModelDirectory

COURSE = ROOT / "docs" / "course"
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "saved_models" / "README.md",
    *sorted(path for path in (ROOT / "docs").glob("*.md") if not path.name.endswith(".ko.md")),
    *sorted(path for path in COURSE.glob("*.md") if not path.name.endswith(".ko.md")),
]
RUN = [
    path
    for path in PAGES
    if any(not block.not_run for block in shell_blocks(path.read_text(encoding="utf-8")))
]

BUNDLED = ROOT / "data" / "en-ko"
PAIRS = 60
# Of the model of the bundled corpus.
COPIES = ("better", "en-de", "lstm", "mine", "none", "quick", "rnn")
DOCUMENTS = {
    "letters.txt": "I am Yusol.\n\nWhere is the station?\n",
    "terms.tsv": "station\t정거장\n",
    "news.de": "Ich bin ein Student.\nWo ist der Bahnhof?\n",
    "lesson.srt": "1\n00:00:01,000 --> 00:00:02,000\nI am a student.\n",
    "page.html": "<p>I am a <b>student</b>.</p>\n",
    "site/index.html": "<p>I am a student.</p>\n",
    "table.csv": "number,English\n1,I am a student.\n",
    "app.po": 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    'msgid "I am a student."\nmsgstr "?"\n',
    "memory.tmx": '<tmx version="1.4"><header srclang="en"/><body>'
    + "".join(
        f'<tu><tuv xml:lang="en"><seg>I have {k} books.</seg></tuv>'
        f'<tuv xml:lang="ko"><seg>나는 책 {k}권이 있어.</seg></tuv></tu>'
        for k in range(40)
    )
    + "</body></tmx>",
}
ROWS = 600  # of pairs.xlsx


def name_of(path):
    return str(path.relative_to(ROOT))


def bundled_lines(part, count):
    """The first lines, those before them that hold a word whose pieces a page names."""
    lines = (BUNDLED / f"{part}.tsv").read_text(encoding="utf-8").splitlines()
    return sorted(lines, key=lambda line: "나는 유" not in line)[:count]


def write(path, lines):
    text = "".join(line + "\n" for line in lines)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8") as file:
        file.write(text)


def write_corpora(folder):
    """The pairs that the pages name, whatever the languages in the names are."""
    parts = {
        "pairs": bundled_lines("train", PAIRS),
        "more": bundled_lines("train", 2 * PAIRS)[PAIRS:],
        "new": bundled_lines("train", 3 * PAIRS)[2 * PAIRS :],
        "new-test": bundled_lines("test", 2),
        "dev": bundled_lines("dev", 2),
        "test": bundled_lines("test", 2),
    }
    for name, lines in parts.items():
        source, target = zip(*(line.split("\t") for line in lines), strict=True)
        stem = "train" if name == "pairs" else name
        for ending in ("", ".gz"):
            write(folder / f"{name}.tsv{ending}", lines)
            write(folder / f"{stem}.en{ending}", source)
            write(folder / f"{stem}.de{ending}", target)


def write_workbook(path, lines):
    """Writes pairs as Excel would, with a header and a column that is no side."""
    book = openpyxl.Workbook()
    book.active.append(["No.", "English", "Korean"])
    for number, line in enumerate(lines, start=1):
        book.active.append([number, *line.split("\t")])
    book.save(path)


@pytest.fixture(scope="module")
def translators_once(tmp_path_factory):
    """Models of the same weights are loaded once, and exported once with the same options.

    Of models of the same sizes, the first one alone is converted to TFLite, quantized or not.
    Loading, tracing, exporting and converting take seconds.
    """
    from seq2seq.exports import saved_model, tflite
    from seq2seq.translation.translator import Translator

    loaded = {}
    exported = {}
    converted = {}
    load = Translator.load
    convert = tflite.convert

    def load_once(*directories, threads=1):
        files = [ModelDirectory(directory).weights_file for directory in directories]
        key = tuple(file.read_bytes() for file in files if file.exists())
        translator = loaded.get(key) or load(*directories)
        translator.threads = threads
        return loaded.setdefault(key, translator)

    def once(export):
        def export_or_copy(translator, directory, **options):
            weights = b"".join(weight.numpy() for weight in translator.model.trainable_variables)
            key = (export, weights, *sorted(options.items()))
            if key not in exported:
                place = tmp_path_factory.mktemp("exported") / "model"
                exported[key] = (place, export(translator, place, **options))

            place, result = exported[key]
            shutil.copytree(place, directory, dirs_exist_ok=True)
            return result

        return export_or_copy

    def convert_once(translator, *, quantize=False, **options):
        sizes = str([weight.shape for weight in translator.model.trainable_variables])
        key = (sizes, *sorted(options.items()))
        if key not in converted:
            converted[key] = convert(translator, quantize=quantize, **options)
        return converted[key]

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Translator, "load", load_once)
        monkeypatch.setattr(tflite, "convert", convert_once)
        for module, name in ((saved_model, "export_saved_model"), (tflite, "export_tflite")):
            monkeypatch.setattr(module, name, once(getattr(module, name)))
        yield


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, translators_once):
    """A folder with the models and files that the commands name; the bundled corpus is in it."""
    folder = tmp_path_factory.mktemp("prepared")
    corpus = folder / "data" / "en-ko"
    for path in (corpus, folder / "versions"):
        path.mkdir(parents=True)

    write_corpora(folder)
    write_workbook(folder / "pairs.xlsx", bundled_lines("train", ROWS))
    for part in bundled.PARTS:
        write(corpus / f"{part}.tsv", bundled_lines(part, PAIRS if part == "train" else 2))
    shutil.copy(BUNDLED / "options.toml", corpus)
    shutil.copytree(
        ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, text in DOCUMENTS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(bundled, "_PLACES", (corpus,))
        with contextlib.chdir(folder):
            succeeds(*tiny(["train"]))
        models = folder / "saved_models"
        for name in COPIES:
            shutil.copytree(models / "en-ko", models / name)
        yield folder


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    with contextlib.closing(Shell(tmp_path_factory.mktemp("programs"))) as shell:
        yield shell


@pytest.fixture
def short_trainings(shell, prepared, monkeypatch):
    """Trainings count two steps, take none, and translate nothing; that of `prepared` does it all.

    A run that its block resumes is interrupted before its first step.
    """
    from seq2seq.training import run, validation

    interrupted = set()

    def fit_without_steps(prepared_run, callbacks):
        path = str(prepared_run.directory.path)
        if path in shell.resumed and path not in interrupted:
            interrupted.add(path)
            raise KeyboardInterrupt

        every_callback = keras.callbacks.CallbackList(callbacks, model=prepared_run.model)
        for callback in callbacks:
            if isinstance(callback, validation.Validation):
                callback.every = 1
        for step in (1, prepared_run.total_steps):
            prepared_run.model.optimizer.iterations.assign(step)
            every_callback.on_train_begin()
            every_callback.on_train_end()

    def score_without_translating(translator, dev, **_):
        return validation.DevResult(dev.target, 50.0, 50.0, [], 1.0)

    monkeypatch.setattr(run, "fit", fit_without_steps)
    monkeypatch.setattr(validation, "score_dev", score_without_translating)
    train = importlib.import_module("seq2seq.cli.train")
    monkeypatch.setattr(train, "score_in_this_process", lambda *_: None)


@pytest.fixture(scope="module")
def served():
    """`served(directories)` is a client of a server in a thread, on a free port.

    Models of the same names and files are served once.
    """
    clients = {}
    with contextlib.ExitStack() as stack:

        def serve(directories):
            models = {name: path.resolve() for name, path in directories.items()}
            key = str([(name, contents(path)) for name, path in models.items()])
            if key not in clients:
                clients[key] = stack.enter_context(running(models))
            return clients[key]

        yield serve


@pytest.fixture
def serving(shell, served, monkeypatch):
    """`seq2seq serve` goes on in a thread."""
    from seq2seq.serving import server

    command = importlib.import_module("seq2seq.cli.serve")
    monkeypatch.setattr(
        server, "serve", lambda directories, **_: setattr(shell, "client", served(directories))
    )
    monkeypatch.setattr(command, "_log_to_standard_error", lambda: None)


@pytest.mark.usefixtures("short_trainings", "serving")
@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_every_command_of_a_page_runs_or_is_marked(page, shell, prepared, tmp_path):
    folder = shutil.copytree(prepared, tmp_path / "folder")
    for block in shell_blocks(page.read_text(encoding="utf-8")):
        if not block.not_run:
            done = shell.run(block.code, folder)
            assert done.returncode == 0, f"{name_of(page)}, line {block.line}:\n{done.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_command_hides_from_the_run(page):
    text = page.read_text(encoding="utf-8")
    shown = list(shell_blocks(text))

    assert all(block.not_run for block in shown if block.shell != "bash")
    marks = re.findall("^<!-- not run", text, re.MULTILINE)
    assert len(marks) == sum(bool(block.not_run) for block in shown)

    commands = [block.code for block in shown]
    for other in set(blocks(text)) - set(commands):
        assert not re.search(r"^(\$ |seq2seq |pip |curl )", other, re.MULTILINE), other
