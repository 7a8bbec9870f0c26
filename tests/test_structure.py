"""The table of rooms in CONTRIBUTING.md: who may import whom, and what no module does."""

import ast
import functools
from pathlib import Path

import pytest

import seq2seq

PACKAGE = Path(__file__).parents[1] / "seq2seq"
MODULES = sorted(PACKAGE.rglob("*.py"))

# What the modules of each room may import besides their own room and SHARED, files of the root.
TABLE = {
    "data": "",
    "model": "",
    "search": "",
    "evaluation": "data",
    "storage": "model",
    "documents": "",
    "shards": "data storage",
    "translation": "data model search evaluation storage",
    "exports": "model search storage translation",
    "training": "data model evaluation storage translation exports",
    "explain": "data model search evaluation storage translation training",
    "comparison": "data evaluation storage translation training explain",
    "serving": "data documents exports translation",  # what prepares texts, and files
    "diagnosis": "data model training explain",
    "cli": "data model search evaluation storage documents shards translation "
    "training explain comparison exports serving diagnosis",
}
ROOT = {"__init__", "__main__", "api", "cpu", "errors", "gpu", "ids", "quiet"}
SHARED = {"cpu", "errors", "gpu", "ids", "quiet"}
LIGHT = (
    "comparison.combinations",
    "comparison.plan",
    "cpu",
    "gpu",
    "data.bundled",
    "data.capitals",
    "data.corpus",
    "data.directions",
    "data.doubling",
    "data.download.catalogue",
    "data.download.collect",
    "data.download.fetch",
    "data.formats.columns",
    "data.formats.extra",
    "data.formats.frame",
    "data.formats.json_lines",
    "data.formats.languages",
    "data.formats.memory",
    "data.formats.reader",
    "data.formats.rows",
    "data.formats.separated",
    "data.formats.workbook",
    "data.holdout",
    "data.letters",
    "data.lexical_table",
    "data.lines",
    "data.numbered",
    "data.pairs",
    "data.placeholders",
    "data.quality.check",
    "data.quality.clean",
    "data.quality.inspection",
    "data.quality.located",
    "data.quality.marks",
    "data.quality.report",
    "data.quality.robust",
    "data.quality.rules",
    "data.quality.spelling",
    "data.quality.word_fit",
    "data.scripts",
    "data.skipped_lines",
    "data.spans",
    "data.splitting",
    "data.standard_input",
    "data.stream",
    "data.vocabulary",
    "diagnosis.costs",
    "diagnosis.finding",
    "errors",
    "evaluation.degenerate",
    "evaluation.pairwise",
    "evaluation.reliability",
    "evaluation.report.words",
    "explain.explanation",
    "explain.formats",
    "exports.description",
    "exports.litert",
    "exports.note",
    "exports.signatures",
    "exports.tflite_translator",
    "exports.trial",
    "exports.web_files",
    "exports.whole",
    "ids",
    "model.options",
    "quiet",
    "search.options",
    "shards.job",
    "shards.manifest",
    "shards.merge",
    "shards.ranges",
    "shards.source",
    "storage.ancestry",
    "storage.archive",
    "storage.average",
    "storage.configuration",
    "storage.directory",
    "storage.files",
    "storage.languages",
    "storage.lock",
    "storage.manifest",
    "storage.options",
    "storage.recording",
    "storage.regular",
    "storage.version",
    "training.arguments",
    "training.cluster",
    "training.description",
    "training.facts",
    "training.fine_tuning",
    "training.inputs",
    "training.launch",
    "training.model_card",
    "training.presets",
    "training.progress",
    "translation.alphabet",
    "translation.batching",
    "translation.calibration",
    "translation.confidence",
    "translation.glossary",
    "translation.keeping",
    "translation.last_sounds",
    "translation.listed",
    "translation.particles",
    "translation.projection",
    "translation.protected",
    "translation.protection",
    "translation.readings",
    "translation.reranking",
    "translation.restoration",
    "translation.result",
    "translation.sentences",
    "translation.tags",
    "translation.target_language",
    "translation.terms",
    "translation.texts",
    "translation.words",
)  # no TensorFlow when they are imported
HEAVY = {"tensorflow", "tensorflow_text", "keras"}


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path, *, at_top=False):
    """Every module that a file imports, anywhere in it or at its top alone, as dotted names."""
    parsed = tree(path)
    for node in parsed.body if at_top else ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def own_imports(path, **options):
    """The modules of this package that a file imports, such as "data.corpus"."""
    names = [
        name.removeprefix("seq2seq.")
        for name in imports(path, **options)
        if name.startswith("seq2seq.")
    ]
    return {name if is_module(name) else name.rpartition(".")[0] for name in names}


def is_module(name):
    place = PACKAGE / name.replace(".", "/")
    return place.is_dir() or place.with_suffix(".py").is_file()


def names(paths):
    return [str(path.relative_to(PACKAGE)) for path in paths]


def rooms():
    return sorted(path for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


@pytest.mark.parametrize("room", rooms(), ids=lambda path: path.name)
def test_room_imports_only_what_the_table_allows(room):
    assert room.name in TABLE, f"{room.name} is new: add it to the table, and to CONTRIBUTING.md"
    allowed = {room.name, *SHARED, *TABLE[room.name].split()}
    for path in room.rglob("*.py"):
        assert {name.split(".")[0] for name in own_imports(path)} <= allowed, path


def test_table_names_no_room_that_is_gone():
    assert set(TABLE) == {room.name for room in rooms()}
    assert {path.stem for path in PACKAGE.glob("*.py")} == ROOT


def test_table_has_no_circle():
    """The order of the table is one in which every room imports earlier rooms alone."""
    earlier = set()
    for room, allowed in TABLE.items():
        assert set(allowed.split()) <= earlier, room
        earlier.add(room)


def test_modules_have_no_circle():
    graph = {
        name[:-3].replace("/", "."): own_imports(path)
        for name, path in zip(names(MODULES), MODULES, strict=True)
    }
    done = set()
    while left := graph.keys() - done:
        free = {name for name in left if not graph[name] & left - {name}}
        assert free, f"a circle among {sorted(left)}"
        done |= free


@pytest.mark.parametrize("room", rooms(), ids=lambda path: path.name)
def test_room_says_in_one_sentence_what_belongs_there(room):
    assert len(ast.get_docstring(tree(room / "__init__.py")).splitlines()) == 1


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "serving").rglob("*.py")), ids=lambda path: path.name
)
def test_serving_knows_nothing_but_the_exported_model(path):
    outside = {name for name in own_imports(path) if name.startswith(("exports", "translation"))}
    assert outside <= set(LIGHT)
    assert "keras" not in {name.split(".")[0] for name in imports(path)}


def test_only_the_command_line_knows_click():
    for path in MODULES:
        if "cli" not in path.parts:
            assert not [name for name in imports(path) if name.split(".")[0] == "click"], path


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "cli").rglob("*.py")), ids=lambda path: path.name
)
def test_commands_import_tensorflow_inside_functions_only(path):
    """Directly, or through a module of this package that needs it."""
    assert not {name.split(".")[0] for name in imports(path, at_top=True)} & HEAVY
    for name in own_imports(path, at_top=True):
        assert name.split(".")[0] == "cli" or name in LIGHT, (
            f"{path.name} imports {name} at its top"
        )


@pytest.mark.parametrize("name", LIGHT)
def test_light_modules_import_no_tensorflow(name):
    path = PACKAGE / f"{name.replace('.', '/')}.py"
    assert not {module.split(".")[0] for module in imports(path, at_top=True)} & HEAVY
    assert own_imports(path, at_top=True) <= set(LIGHT)


@functools.cache
def needs_tensorflow(name):
    """Whether to import a module of this package imports TensorFlow, directly or through others."""
    path = PACKAGE / f"{name.replace('.', '/')}.py"
    if {module.split(".")[0] for module in imports(path, at_top=True)} & HEAVY:
        return True
    return any(needs_tensorflow(other) for other in own_imports(path, at_top=True))


def test_public_names_that_need_tensorflow_are_those_that_load_it_quietly():
    heavy = {name for name, module in seq2seq._PUBLIC.items() if needs_tensorflow(module)}
    assert heavy == seq2seq._OF_TENSORFLOW


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_module_neither_pickles_evaluates_prints_nor_asserts(path):
    assert not {name.split(".")[0] for name in imports(path)} & {
        "pickle",
        "cloudpickle",
        "dill",
        "marshal",
        "shelve",
        "joblib",
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec", "print"}, f"{path}:{node.lineno}"
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant) and node.value.value is False, path
        assert not isinstance(node, ast.Assert), f"{path}:{node.lineno}"
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), (
            f"{path}:{node.lineno}"
        )


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_module_is_short_and_says_what_it_is(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert ast.get_docstring(tree(path))
    assert path.stem not in {"utils", "helpers", "common", "misc"}
