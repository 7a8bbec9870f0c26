"""The model card: what a model is, what it learnt, how good it is, and how to use it, in Markdown.

Reference:
    Mitchell et al., Model Cards for Model Reporting, FAT* 2019.
"""

import re
from collections.abc import Iterator
from shlex import quote

from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.recording import write_recorded_text
from seq2seq.training.description import Description, describe
from seq2seq.training.facts import data, facts

CARD = "MODEL_CARD.md"

_MARKUP = re.compile(r"([\\`*_\[\]<>|#])")
_WEAK = 0.5  # a correlation below which confidence tells good from bad translations badly


def write_card(place: ModelDirectory) -> None:
    """Writes the card of a trained model into its directory, and records it in the manifest.

    Raises:
        InputError: It is no model directory, a file in it is damaged, or it cannot be written to.
    """
    write_recorded_text(place.path / CARD, card(describe(place)))


def card(description: Description) -> str:
    """Returns the card of a model, in Markdown."""
    parts = [_head(description), _facts(description), _scores(description), _use(description)]
    return "\n\n".join("\n".join(part) for part in [*parts, _limits(description)]) + "\n"


def _head(description: Description) -> Iterator[str]:
    name = description.path.resolve().name
    yield f"# {_plain(name)}"
    yield ""
    yield (
        "A recurrent translation model that seq2seq has trained on "
        f"{_plain(data(description))}. `seq2seq info` prints the same."
    )


def _facts(description: Description) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    for name, text in facts(description):
        yield f"| {name} | {_plain(text)} |"


def _scores(description: Description) -> Iterator[str]:
    yield "## Scores"
    yield ""
    if not description.scores:
        yield "It was not scored at the end of its training. `seq2seq evaluate` does it."
        return
    yield "| test set | sentences | metric | score | signature |"
    yield "|---|---|---|---|---|"
    for score in description.scores:
        sentences = "" if score.sentences is None else f"{score.sentences:,}"
        signature = score.signature.replace("|", "\\|")
        yield (
            f"| {_plain(score.test)} | {sentences} | {score.name} | {score.value:.2f} | "
            f"`{signature}` |"
        )


def _use(description: Description) -> Iterator[str]:
    folder = quote(description.path.resolve().name)
    yield "## Use"
    yield ""
    yield "```bash"
    yield f'seq2seq translate --model {folder} "…"'
    yield f"seq2seq evaluate test.tsv --model {folder} --report report.html"
    yield f"seq2seq export {folder}-served --model {folder}"
    yield "```"
    yield ""
    yield (
        "It is meant for sentences like those that it has learnt: of the same languages, the same "
        "subject and the same style. Where a wrong translation does harm, a person has to read it "
        "first."
    )


def _limits(description: Description) -> Iterator[str]:
    yield "## Limits"
    yield ""
    yield (
        "- Words and constructions that its data lack are translated badly, however fluent the "
        "result sounds."
    )
    yield "- What its data say too often, or wrongly, it says, too."
    yield "- A text is translated sentence by sentence: nothing is known of the sentence before."
    yield (
        "- The scores are of sentences like those of training. Of other text they tell nothing: "
        "measure it."
    )
    found = description.calibration
    if found is None:
        yield "- It does not tell how good its translations are to be expected."
    elif found.correlation < _WEAK:
        yield (
            f"- Confidence separates good from bad translations badly (r = "
            f"{found.correlation:.2f} on the dev set)."
        )
    yield "- Who may use it depends on the licence of its data, which is not known here."


def _plain(text: str) -> str:
    """A text without markup, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
