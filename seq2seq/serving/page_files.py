"""The files of the page. Some are those of the page that `seq2seq export --format web` writes."""

import os
from pathlib import Path

from starlette.staticfiles import StaticFiles

from seq2seq.exports.web_files import WEB_FILES

_PAGE = Path(__file__).parent / "page"
_OF_BOTH = {  # in the folder of the export
    "choice.js",
    "elements.js",
    "glossary.js",
    "icon.svg",
    "theme.js",
    "units.js",
}


class PageFiles(StaticFiles):
    """Serves the page and its files."""

    def __init__(self) -> None:
        super().__init__(directory=_PAGE, html=True)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Finds the file of a path, and what the system tells of it."""
        if path in _OF_BOTH:
            file = WEB_FILES / path
            return str(file), file.stat()
        return super().lookup_path(path)
