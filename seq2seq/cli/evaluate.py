"""`seq2seq evaluate`: scores with signatures and confidence intervals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import Command, option_group
from seq2seq.cli.corpora import read_numbered_corpora
from seq2seq.cli.options import (
    CORPUS_ARGUMENT,
    ENSEMBLE,
    expect_bundled,
    find_models,
    glossary_option,
    model_option,
    pair_options,
    read_glossary,
    search_options,
)
from seq2seq.cli.values import Directory
from seq2seq.data.formats.columns import Columns
from seq2seq.data.numbered import NumberedCorpus
from seq2seq.quiet import load_tensorflow
from seq2seq.search.options import SearchOptions
from seq2seq.storage.files import write_text

if TYPE_CHECKING:
    from seq2seq.evaluation.comparison import Comparison

_scores = option_group("Scores")
_output = option_group("Output")


@click.command(
    cls=Command,
    short_help="Score a translator: BLEU, chrF2, TER.",
    also=["test", "bleu"],
    examples=[
        ("seq2seq evaluate test.tsv --model saved_models/mine", "scores"),
        (
            "seq2seq evaluate test.tsv --model saved_models/new --baseline saved_models/old",
            "is the new one better?",
        ),
    ],
)
@CORPUS_ARGUMENT
@pair_options
@model_option(ENSEMBLE)
@glossary_option
@_scores(
    "--baseline",
    type=Directory(),
    metavar="DIR",
    help="Another model: is the difference significant? (paired bootstrap)",
)
@_scores(
    "--tokenize",
    default="auto",
    show_default="auto, by the letters of the references",
    metavar="NAME",
    help="BLEU's tokenizer: 13a, zh, char, intl, none, …; ko-mecab needs the extra ko.",
)
@search_options
@_output(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the translations, a line for each line of the input; .gz too.",
)
@_output("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    corpus: tuple[str, ...],
    source: tuple[str, ...],
    target: tuple[str, ...],
    columns: Columns | None,
    model_directories: tuple[Path, ...],
    glossary_file: str | None,
    tokenize: str,
    baseline: Path | None,
    output: Path | None,
    as_json: bool,
    batch_size: int,
    **search: Any,
) -> None:
    """Translate a corpus and score the translations with sacreBLEU.

    Without a corpus, a model of the bundled corpus is scored on its two test sets: test, and
    test-unseen, whose names and word combinations do not occur in training.
    """
    options = SearchOptions(**search)  # checked before TensorFlow is loaded
    search["batch_size"] = batch_size
    search["glossary"] = read_glossary(glossary_file)
    models = find_models(model_directories)
    if baseline:
        find_models([baseline])
    corpora = _corpora(models, corpus, source, target, columns)

    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.evaluation.comparison import compare
    from seq2seq.evaluation.evaluation import evaluate_translator
    from seq2seq.translation.translator import Translator

    threads = split_cores()
    translator = Translator.load(*models, threads=threads)
    other = Translator.load(baseline, threads=threads) if baseline else None
    for each in filter(None, (translator, other)):
        each.expect_able(options)

    results: dict[str, dict[str, Any]] = {}
    kept: list[str] = []
    for name, numbered in corpora.items():
        pairs = numbered.corpus
        evaluation = evaluate_translator(translator, pairs, tokenize=tokenize, **search)
        kept += numbered.lines_of(evaluation.hypotheses)
        results[name] = evaluation.as_dict()
        if not as_json:
            heading = f"{name}: {len(pairs):,} sentences, beam {search['beam_size']}"
            click.echo(f"{heading}\n{evaluation.table()}\n")

        if other:
            hypotheses = other.translate(pairs.source, **search)
            tests = compare(
                evaluation.hypotheses, hypotheses, pairs.target, tokenize=evaluation.tokenize
            )
            results[name]["baseline"] = {metric: test.as_dict() for metric, test in tests.items()}
            if not as_json:
                click.echo(_comparison(tests, baseline))

    if output:
        write_text(output, "".join(line + "\n" for line in kept))
    if as_json:
        report = {"model": " + ".join(map(str, models)), "results": results}
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))


def _corpora(
    models: Sequence[Path],
    corpus: tuple[str, ...],
    source: tuple[str, ...],
    target: tuple[str, ...],
    columns: Columns | None,
) -> dict[str, NumberedCorpus]:
    """The corpora to translate, by name: the given one, or the test sets of the bundled one."""
    if corpus or source or target:
        return {"corpus": read_numbered_corpora(corpus, source, target, columns=columns)}

    expect_bundled(models, "Give CORPUS.tsv, or --source and --target.")
    return {
        part: read_numbered_corpora((), (), (), bundled=part) for part in ("test", "test-unseen")
    }


def _comparison(tests: Mapping[str, Comparison], baseline: Path | None) -> str:
    """A line for each metric: both scores, and whether they differ by more than chance."""
    lines = [f"Against {baseline} (paired bootstrap, p < 0.05 counts as a difference):"]
    for test in tests.values():
        verdict = "differs" if test.p_value < 0.05 else "no difference shown"
        lines.append(
            f"  {test.system.name:5}  {test.system.value:6.2f} against {test.baseline.value:6.2f}  "
            f"p = {test.p_value:.3f}  {verdict}"
        )
    return "\n".join(lines) + "\n"
