"""What a check found, as text and as a page that needs nothing else."""

from collections.abc import Iterator
from html import escape

from seq2seq.data.quality.check import Findings
from seq2seq.data.quality.rules import RULES

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
td.count { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
li { overflow-wrap: anywhere; }
ul { background: var(--soft); border-radius: .5rem; padding: .6rem .6rem .6rem 1.6rem; }
"""


def as_text(name: str, findings: Findings) -> Iterator[str]:
    """Yields the lines of a report.

    Args:
        name: The files.
        findings: What was found in them.
    """
    yield f"{name}: {findings.pairs:,} pairs"
    for rule in _broken(findings):
        yield ""
        yield f"{rule}: {_how_many(rule, findings)}  {RULES[rule].title}"
        yield from (f"    {example}" for example in findings.examples.get(rule, []))
        yield f"  Cost: {RULES[rule].cost}"
        yield f"  What to do: {RULES[rule].advice}"

    yield ""
    yield f"Nothing found: {', '.join(_kept(findings)) or 'no rule is kept by all pairs'}."
    if findings.by_words < findings.pairs:
        yield (
            f"Words and spelling (language, cut, mismatch): looked at in the first "
            f"{findings.by_words:,} pairs."
        )


def as_page(name: str, findings: Findings) -> str:
    """Returns a report as HTML, which loads nothing and follows the reader's light or dark."""
    rows = []
    sections = []
    for rule in _broken(findings):
        known = RULES[rule]
        count = escape(_how_many(rule, findings))
        title = escape(known.title)
        rows.append(
            f'<tr><td><a href="#{rule}">{rule}</a></td><td class="count">{count}</td>'
            f"<td>{title}</td></tr>"
        )
        examples = "".join(f"<li>{escape(text)}</li>" for text in findings.examples.get(rule, []))
        sections.append(
            f'<h2 id="{rule}">{title}: {count}</h2>\n<ul>{examples}</ul>\n'
            f"<p><b>Cost.</b> {escape(known.cost)}</p>\n"
            f"<p><b>What to do.</b> {escape(known.advice)}</p>"
        )

    heading = escape(f"{name}: {findings.pairs:,} pairs")
    kept = escape(", ".join(_kept(findings)))
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{heading}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_STYLE}</style>\n<h1>{heading}</h1>\n<table>{''.join(rows)}</table>\n"
        f"<p>Nothing found: {kept}.</p>\n" + "\n".join(sections) + "\n</html>\n"
    )


def _broken(findings: Findings) -> list[str]:
    return [rule for rule in RULES if findings.counts[rule]]


def _kept(findings: Findings) -> list[str]:
    return [rule for rule in RULES if not findings.counts[rule]]


def _how_many(rule: str, findings: Findings) -> str:
    count = findings.counts[rule]
    if rule in ("letters", "header", "empty"):
        return f"{count:,}"
    share = 100 * count / max(1, findings.looked_at(rule))
    return f"{count:,} ({share:.2g} %)"
