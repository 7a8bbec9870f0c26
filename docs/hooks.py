"""What the pages need to be a site: links to files of the repository, which are no pages of it."""

import re

_LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./|results/)[^)\s]*)\)")


def on_page_markdown(markdown: str, *, page, config, files) -> str:
    """Leads links that leave docs/ to the repository, or makes them names where none is known.

    On GitHub, and in an editor, the pages link to the code beside them. A site has no such files.
    """
    base = (config["repo_url"] or "").rstrip("/")

    def replace(match: re.Match[str]) -> str:
        text, target = match.groups()
        path = target.removeprefix("../") if target.startswith("../") else f"docs/{target}"

        if base:
            return f"[{text}]({base}/blob/main/{path})"

        return f"`{text}`" if "/" in text or text.endswith((".py", ".toml")) else text

    return _LINK.sub(replace, markdown)
