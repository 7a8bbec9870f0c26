"""Reads the tables of the lexicon, which are text that people can read and edit as lists."""

from __future__ import annotations


def words(table: str) -> list[str]:
    """Reads a table of words with spaces between them."""
    return table.split()


def pairs(table: str) -> dict[str, str]:
    """Reads a table of `english=korean` entries with commas between them."""
    entries = table.replace("\n", " ").split(",")
    return dict(entry.strip().split("=") for entry in entries)


def triples(table: str) -> dict[str, tuple[str, str]]:
    """Reads a table of `key=one=two` entries with commas between them."""
    found = {}
    for entry in table.replace("\n", " ").split(","):
        key, one, two = entry.strip().split("=")
        found[key] = (one, two)
    return found


def rows(table: str) -> list[str]:
    """Reads a table of one row a line; a line that begins with a space continues the row above."""
    return table.strip().replace("\n ", " ").splitlines()
