"""Keras's sections of docstrings, as the reference on the site understands them."""

import re
import textwrap

import griffe

_TITLES = {
    r"^Example:$": "Examples:",
    r"^Call arguments:$": "Other Parameters: Call arguments:",
}
_REFERENCE = re.compile(r"^Reference:\n((?:[ ]+.*\n?|\n)+)", flags=re.MULTILINE)


class KerasSections(griffe.Extension):
    """Renames the sections that Google's style does not have."""

    def on_instance(self, *, obj: griffe.Object, **_: object) -> None:
        """Rewrites the docstring of a module, class, function or attribute."""
        if not obj.docstring:
            return

        text = obj.docstring.value
        for title, known in _TITLES.items():
            text = re.sub(title, known, text, flags=re.MULTILINE)

        obj.docstring.value = _REFERENCE.sub(_as_paragraph, text)


def _as_paragraph(section: re.Match[str]) -> str:
    return f"**Reference:** {textwrap.dedent(section.group(1)).strip()}\n\n"
