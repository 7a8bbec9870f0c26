"""Which packages are installed: those that seq2seq needs, and those of its extras."""

import platform
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from seq2seq.diagnosis.finding import Finding

# What each extra is for. Those for who develops seq2seq are left out.
EXTRAS = {
    "beam": "translation of shards on Apache Beam",
    "data": "pairs in XLSX, TMX and XLIFF",
    "documents": "documents in Markdown",
    "explain": "pictures of what happens inside a model",
    "ko": "BLEU with mecab-ko",
    "serve": "the server",
}

_PACKAGE = "seq2seq"
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[(?P<extras>[^\]]*)\])?")
_EXTRA = re.compile(r"extra == ['\"](?P<extra>[^'\"]+)['\"]")


def look_at_packages() -> Iterator[Finding]:
    """Looks at Python and at every package that seq2seq needs."""
    yield Finding("python", f"{platform.python_version()} on {platform.platform()}")
    for name in (_PACKAGE, *_required(_PACKAGE, extra=None)):
        installed = _version(name)
        if installed:
            yield Finding(name, installed)
        else:
            advice = f"Run pip install {name}, or install seq2seq again."
            yield Finding(name, "not installed", advice, broken=True)


def look_at_extras() -> Iterator[Finding]:
    """Looks at the extras, in one line each."""
    for extra, purpose in EXTRAS.items():
        names = _required(_PACKAGE, extra=extra)
        missing = [name for name in names if not _version(name)]
        if names and not missing:
            versions = ", ".join(f"{name} {_version(name)}" for name in names)
            yield Finding(f"extra {extra}", versions)
        else:
            advice = f'For {purpose}: pip install "seq2seq[{extra}]".'
            lacking = f"without {', '.join(missing)}" if missing else "not installed"
            yield Finding(f"extra {extra}", lacking, advice)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _required(package: str, *, extra: str | None) -> list[str]:
    """The names of the packages that a package needs for an extra, or without any.

    An extra of another package, such as sacrebleu[ko], stands for what that needs for it.
    """
    try:
        requirements = requires(package) or []
    except PackageNotFoundError:
        return []

    names: list[str] = []
    for requirement in requirements:
        marker = _EXTRA.search(requirement)
        match = _REQUIREMENT.match(requirement)
        if match is None or (marker["extra"] if marker else None) != extra:
            continue
        names.append(match["name"])
        for inner in filter(None, re.split(r"[, ]+", match["extras"] or "")):
            names += _required(match["name"], extra=inner)
    return list(dict.fromkeys(names))
