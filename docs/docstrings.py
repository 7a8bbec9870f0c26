"""Keras's sections of docstrings, as the reference on the site understands them."""

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
