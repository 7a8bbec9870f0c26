"""What the pages need to be a site: links to files of the repository, which are no pages of it."""

import posixpath
import re

_LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./|results/)[^)\s]*)\)")
_DATA = "docs/results/"  # lies in docs/, and is no part of the site


def on_page_markdown(markdown: str, *, page, config, files) -> str:
    """Leads links that leave docs/ to the repository, or makes them names where none is known.

    On GitHub, and in an editor, the pages link to the code beside them. A site has no such files.
    """
    base = (config["repo_url"] or "").rstrip("/")
    folder = posixpath.dirname(f"docs/{page.file.src_uri}")

    def replace(match: re.Match[str]) -> str:
        text, target = match.groups()
        path = posixpath.normpath(f"{folder}/{target}")
        if path.startswith("docs/") and not path.startswith(_DATA):
            return match[0]

        if base:
            return f"[{text}]({base}/blob/main/{path})"

        return f"`{text}`" if "/" in text or text.endswith((".py", ".toml")) else text

    return _LINK.sub(replace, markdown)
