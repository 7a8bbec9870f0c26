"""The house of design.md: who may import whom, and what no module does."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "seq2seq"
MODULES = sorted(PACKAGE.rglob("*.py"))

# What each module may import of this package. The command line may import everything.
TABLE = {
    "__init__": "",
    "__main__": "cli",
    "alignment": "data ids",
    "archive": "files",
    "attention": "precision",
    "average": "archive configuration directory errors files",
    "bahdanau": "precision recurrent",
    "bundled": "errors",
    "callbacks": "checkpoint corpus degenerate errors evaluation events files kept progress translator",
    "candidates": "ids",
    "checkpoint": "archive errors",
    "configuration": "corpus errors files stream",
    "cores": "",
    "corpus": "errors lines",
    "data": "cores corpus errors ids stream tokenizer",
    "decoder": "attention bahdanau loss precision recurrent",
    "degenerate": "corpus",
    "directory": "archive configuration errors",
    "encoder": "recurrent",
    "ensemble": "errors model",
    "errors": "",
    "evaluation": "corpus degenerate errors translator",
    "events": "",
    "decoding": "candidates data ids sampling search search_options shortlist",
    "export": "decoding directory ensemble errors files ids search_options translator warm_up",
    "files": "errors",
    "holdout": "corpus errors stream",
    "ids": "",
    "kept": "files translator",
    "lines": "errors",
    "litert": "errors ids",
    "loss": "ids precision",
    "model": "decoder encoder ids loss precision",
    "optimizer": "",
    "parallel": "cores",
    "precision": "",
    "progress": "",
    "recurrent": "precision",
    "sampling": "candidates ids search",
    "search": "candidates ids",
    "search_options": "errors",
    "shortlist": "alignment archive data ids",
    "stream": "corpus",
    "tflite": "decoding directory ensemble export files litert search_options tflite_translator translator",
    "tflite_example": "",
    "tflite_translator": "errors ids litert translation",
    "tokenizer": "errors ids",
    "training": "alignment callbacks checkpoint configuration corpus data directory errors optimizer parallel precision"
    " progress shortlist stream tokenizer translator",
    "translation": "ids",
    "translator": "archive checkpoint configuration decoding directory ensemble errors files ids model parallel"
    " search search_options shortlist tokenizer translation",
    "vocabulary": "",
    "warm_up": "",
}
LIGHT = (
    "archive",
    "average",
    "bundled",
    "configuration",
    "cores",
    "corpus",
    "degenerate",
    "directory",
    "errors",
    "files",
    "holdout",
    "ids",
    "lines",
    "litert",
    "progress",
    "search_options",
    "stream",
    "tflite_translator",
    "translation",
)  # no TensorFlow
HEAVY = {"tensorflow", "tensorflow_text", "keras"}


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """Every module that a file imports, anywhere in it, as dotted names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def own_imports(path):
    return {name.split(".")[1] for name in imports(path) if name.startswith("seq2seq.")}


def names(paths):
    return [str(path.relative_to(PACKAGE)) for path in paths]


TOP = [path for path in MODULES if path.parent == PACKAGE]


@pytest.mark.parametrize("path", TOP, ids=names(TOP))
def test_module_imports_only_what_the_table_allows(path):
    assert path.stem in TABLE, f"{path.name} is new: add it to the table, and to design.md"
    assert own_imports(path) <= set(TABLE[path.stem].split())


def test_table_names_no_module_that_is_gone():
    assert set(TABLE) == {path.stem for path in TOP}


def test_table_has_no_circle():
    order, left = [], {name: set(allowed.split()) - {"cli"} for name, allowed in TABLE.items()}
    while left:
        free = [name for name, allowed in left.items() if allowed <= set(order)]
        assert free, f"a circle among {sorted(left)}"
        order += free
        left = {name: allowed for name, allowed in left.items() if name not in free}


@pytest.mark.parametrize("path", sorted((PACKAGE / "serving").rglob("*.py")), ids=lambda path: path.name)
def test_serving_knows_nothing_but_the_exported_model(path):
    assert own_imports(path) <= {
        "serving",
        "errors",
        "files",
        "parallel",
        "cores",
        "ids",
        "litert",
        "tflite_translator",
    }
    assert "keras" not in {name.split(".")[0] for name in imports(path)}


def test_search_knows_no_model_and_models_know_no_text():
    assert not own_imports(PACKAGE / "search.py") & {"model", "decoder", "encoder", "tokenizer"}
    for name in ("model", "ensemble", "encoder", "decoder", "attention", "recurrent", "loss"):
        assert not own_imports(PACKAGE / f"{name}.py") & {"tokenizer", "corpus", "data", "translator"}


def test_only_the_command_line_knows_click():
    for path in MODULES:
        if "cli" not in path.parts:
            assert not [name for name in imports(path) if name.split(".")[0] == "click"], path


@pytest.mark.parametrize("path", [path for path in MODULES if "cli" in path.parts], ids=lambda path: path.name)
def test_commands_import_tensorflow_inside_functions_only(path):
    """Directly, or through a module of this package that needs it."""
    for node in tree(path).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
            parts = module.split(".")
            assert parts[0] not in HEAVY
            if parts[0] == "seq2seq":
                assert parts[1] == "cli" or parts[1] in LIGHT, f"{path.name} imports {module} at its top"


@pytest.mark.parametrize("name", LIGHT)
def test_light_modules_import_no_tensorflow(name):
    path = PACKAGE / f"{name}.py"
    assert not {module.split(".")[0] for module in imports(path)} & HEAVY
    assert own_imports(path) <= set(LIGHT)


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
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"{path}:{node.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_module_is_short_and_says_what_it_is(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert ast.get_docstring(tree(path))
    assert path.stem not in {"utils", "helpers", "common", "misc"}
