"""The version of this package, which every model directory names."""

import re


def package_version() -> str:
    """The version of the package that runs, such as "0.2.0"."""
    from importlib.metadata import version  # an import that takes long

    return version("seq2seq")


def is_newer(version: str) -> bool:
    """Whether a version's major and minor numbers lie beyond those of the package that runs."""
    return _major_and_minor(version) > _major_and_minor(package_version())


def _major_and_minor(version: str) -> tuple[int, int]:
    found = re.match(r"(\d{1,9})\.(\d{1,9})", version)
    return (int(found[1]), int(found[2])) if found else (0, 0)
