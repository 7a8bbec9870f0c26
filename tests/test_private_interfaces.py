"""docs/private-interfaces.md lists every private interface of others that the package uses."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TREES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "seq2seq").rglob("*.py"))
}
TEXT = (ROOT / "docs" / "private-interfaces.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| `")
]
NAMED_TUPLE = {"_replace", "_asdict", "_fields", "_make"}  # private by their name alone
INTERNAL = re.compile(r"^(tensorflow\.(python|core)|tensorflow_text\.python|keras\.src)\b|\._")


def is_private(name):
    return name.startswith("_") and not name.startswith("__") and name not in NAMED_TUPLE


def defined(nodes):
    """The names of functions, classes and attributes that the package itself defines."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if ast.unparse(node.value) in ("self", "cls"):
                yield node.attr
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


OURS = {name for tree in TREES.values() for name in defined(ast.walk(tree))}


def foreign(tree):
    """Private attributes that nothing of ours is called by, and imports of internal modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in OURS:
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{name.name}" for name in node.names]
            yield from (name for name in names if INTERNAL.search(name))
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if INTERNAL.search(name.name))


@pytest.mark.parametrize("path", TREES)
def test_private_interface_of_another_package_has_a_row_of_its_file(path):
    listed = " ".join(row[0] for row in ROWS if path in row[1])
    missing = [name for name in foreign(TREES[path]) if name not in listed]
    assert not missing, f"{path} uses {missing}: give each a row in docs/private-interfaces.md"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`"))
def test_row_names_a_file_that_uses_the_interface_and_a_test_that_knows_it(row):
    interface, file, _, checked, test = row
    code = (ROOT / file.strip("`")).read_text(encoding="utf-8")
    test_code = (ROOT / test.strip("`")).read_text(encoding="utf-8")
    for quoted in re.findall("`([^`]+)`", interface):
        name = re.split(r"[.(]", quoted.partition("(")[0])[-1]
        assert name in code, f"{file} does without {name} now: delete its row"
        assert name in test_code
    assert re.fullmatch(r"[a-z-]+ [0-9.]+", checked)
