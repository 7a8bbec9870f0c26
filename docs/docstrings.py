"""What the site's reference has to be told: public names, and Keras's sections of docstrings."""

import ast
import re
import textwrap

import griffe

_TITLES = {
    r"^Example:$": "Examples:",
    r"^Call arguments:$": "Other Parameters: Call arguments:",
}
_REFERENCE = re.compile(r"^Reference:\n((?:[ ]+.*\n?|\n)+)", flags=re.MULTILINE)
_RETURNS = re.compile(r"^Returns:\n((?:[ ]+.*\n?|\n)+)", flags=re.MULTILINE)
_NAMED = re.compile(r"[ ]{4}\w+: ")


class PublicNames(griffe.Extension):
    """Makes the names known that `seq2seq/__init__.py` imports only when they are used."""

    def on_package(self, *, pkg: griffe.Module, **_: object) -> None:
        """Adds an alias for each name of the table `_PUBLIC`, where there is none yet."""
        table = pkg.members.get("_PUBLIC")
        if not isinstance(table, griffe.Attribute):
            return

        for name, module in ast.literal_eval(str(table.value)).items():
            if name not in pkg.members:
                pkg.set_member(name, griffe.Alias(name, f"{pkg.name}.{module}.{name}"))


class KerasSections(griffe.Extension):
    """Renames the sections that Google's style does not have."""

    def on_instance(self, *, obj: griffe.Object, **_: object) -> None:
        """Rewrites the docstring of a module, class, function or attribute."""
        if not obj.docstring:
            return

        text = obj.docstring.value
        for title, known in _TITLES.items():
            text = re.sub(title, known, text, flags=re.MULTILINE)

        text = _RETURNS.sub(_as_items, text)
        obj.docstring.value = _REFERENCE.sub(_as_paragraph, text)


def _as_paragraph(section: re.Match[str]) -> str:
    return f"**Reference:** {textwrap.dedent(section.group(1)).strip()}\n\n"


def _as_items(section: re.Match[str]) -> str:
    """Indents the lines that go on, so that only a named value begins another item."""
    first, *rest = section.group(1).rstrip().split("\n")
    rest = [line if _NAMED.match(line) or not line else f"    {line}" for line in rest]
    return "\n".join(["Returns:", first, *rest]) + "\n\n"
