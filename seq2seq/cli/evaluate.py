"""`seq2seq evaluate`: scores with signatures and confidence intervals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import Command, option_group
from seq2seq.cli.corpora import read_each, read_numbered_corpora
from seq2seq.cli.language_options import to_option
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
from seq2seq.cli.reports import (
    expect_file,
    expect_report,
    expect_same_languages,
    rows_of,
    training_words,
    write_report,
)
from seq2seq.cli.reranking import (
    RERANKING_PARAMETERS,
    expect_reranking,
    loaded_reranking,
    reranking_options,
)
from seq2seq.cli.scored import Scored, comparison, overview, score_corpus
from seq2seq.cli.values import FILE, Directory
from seq2seq.data.formats.columns import Columns
from seq2seq.data.numbered import NumberedCorpus
from seq2seq.quiet import load_tensorflow
from seq2seq.search.options import SearchOptions
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.files import write_text

if TYPE_CHECKING:
    from seq2seq.evaluation.report.words import WordCounts

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
        (
            "seq2seq evaluate old.tsv new.tsv --each --model saved_models/mine",
            "a table of two domains",
        ),
        (
            "seq2seq evaluate test.tsv --model saved_models/mine --report report.html",
            "see every sentence",
        ),
    ],
)
@CORPUS_ARGUMENT
@pair_options
@model_option(ENSEMBLE)
@to_option(" Without it, a model of both directions is scored on each.")
@glossary_option
@_scores(
    "--baseline",
    type=Directory(),
    metavar="DIR",
    help="Another model: is the difference significant? (paired bootstrap)",
)
@_scores("--each", is_flag=True, help="Score each file apart, and show a table of all of them.")
@_scores(
    "--tokenize",
    default="auto",
    show_default="auto, by the letters of the references",
    metavar="NAME",
    help="BLEU's tokenizer: 13a, zh, char, intl, none, …; ko-mecab needs the extra ko.",
)
@search_options
@reranking_options
@_output(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the translations, a line for each line of the input; .gz too.",
)
@_output(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Every sentence, and where the model is weak: a page, .html; a table, .tsv; all numbers, "
    ".json.",
)
@_output(
    "--training",
    multiple=True,
    type=FILE,
    metavar="FILE.tsv",
    show_default="what the model has learnt, if it is still there",
    help="Training pairs, in which the report counts words. Repeatable.",
)
@_output("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    corpus: tuple[str, ...],
    source: tuple[str, ...],
    target: tuple[str, ...],
    columns: Columns | None,
    model_directories: tuple[Path, ...],
    to: str | None,
    glossary_file: str | None,
    baseline: Path | None,
    each: bool,
    tokenize: str,
    output: Path | None,
    report: Path | None,
    training: tuple[str, ...],
    as_json: bool,
    batch_size: int,
    **search: Any,
) -> None:
    """Translate a corpus and score the translations with sacreBLEU.

    Without a corpus, a model of the bundled corpus is scored on its two test sets: test, and
    test-unseen, whose names and word combinations do not occur in training.
    """
    of_reranking = {name: search.pop(name) for name in RERANKING_PARAMETERS}
    options = SearchOptions(**search)  # checked before TensorFlow is loaded
    expect_reranking(options, **of_reranking)
    search["batch_size"] = batch_size
    search["glossary"] = read_glossary(glossary_file)
    models = find_models(model_directories)
    if baseline:
        find_models([baseline])
        expect_same_languages(models[0], baseline)
    _check_files(output, report, training)
    corpora = _corpora(models, corpus, source, target, columns, each=each)
    tests = _tests(models[0], to, corpora)
    counts = None
    if report:
        counts = training_words(models[0], training, columns)
        search["attention"] = report.suffix == ".html"

    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.translation.translator import Translator

    threads = split_cores()
    translator = Translator.load(*models, threads=threads)
    other = Translator.load(baseline, threads=threads) if baseline else None
    for loaded in filter(None, (translator, other)):
        loaded.expect_able(options)
    search |= loaded_reranking(**of_reranking, threads=threads)

    searched = _in_words(options, is_reranked=bool(of_reranking["rerank_with"]))
    scored = {}
    for name, (language, numbered) in tests.items():
        one = translator.to(language)
        baseline_one = other.to(language if other.languages else None) if other else None
        scored[name] = score_corpus(numbered, one, baseline_one, tokenize=tokenize, **search)
        if not as_json:
            heading = f"{name}: {len(numbered.corpus):,} sentences, {searched}"
            click.echo(f"{heading}\n{scored[name].evaluation.table()}\n")
            if baseline:
                click.echo(comparison(scored[name].tests, baseline))

    if each and not as_json:
        click.echo(overview(scored, baseline))
    if output:
        kept = [line for one in scored.values() for line in one.lines()]
        write_text(output, "".join(line + "\n" for line in kept))
    if report:
        _write_report(report, models, baseline, scored, counts)
    if as_json:
        results = {name: one.as_dict() for name, one in scored.items()}
        shown = {"model": _name_of(models), "results": results}
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))


def _check_files(output: Path | None, report: Path | None, training: tuple[str, ...]) -> None:
    """Refuses files that could not be written, before anything is translated.

    Raises:
        InputError: One could not be written, or the name of the report tells no kind.
        click.UsageError: There are training pairs, and no report that counts their words.
    """
    if training and not report:
        raise click.UsageError("Expected --training with --report. Received: it alone.")
    if output:
        expect_file(output)
    if report:
        expect_report(report)


def _write_report(
    path: Path,
    models: Sequence[Path],
    baseline: Path | None,
    scored: Mapping[str, Scored],
    counts: WordCounts | None,
) -> None:
    from seq2seq.evaluation.report.report import make_report

    rows = [
        row
        for name, one in scored.items()
        for row in rows_of(name, one.numbered, one.evaluation.translations, one.others)
    ]
    report = make_report(
        rows,
        {name: one.evaluation for name, one in scored.items()},
        model=_name_of(models),
        baseline=str(baseline) if baseline else None,
        comparisons={name: one.tests for name, one in scored.items() if one.tests},
        counts=counts,
    )
    write_report(path, report)


def _in_words(options: SearchOptions, *, is_reranked: bool) -> str:
    """The search, as a heading tells it."""
    parts = [f"beam {max(options.beam_size, options.mbr)}"]
    if options.mbr:
        parts.append(f"minimum Bayes risk of {options.mbr}")
    if is_reranked:
        parts.append("reranked")
    return ", ".join(parts)


def _name_of(models: Sequence[Path]) -> str:
    return " + ".join(map(str, models))


def _corpora(
    models: Sequence[Path],
    corpus: tuple[str, ...],
    source: tuple[str, ...],
    target: tuple[str, ...],
    columns: Columns | None,
    *,
    each: bool,
) -> dict[str, NumberedCorpus]:
    """The corpora to translate, by name: those given, or the test sets of the bundled one.

    Args:
        models: What translates.
        corpus: Files of pairs.
        source: Source sentences of more pairs.
        target: Their translations.
        columns: The columns of `corpus`.
        each: Whether each file is a corpus of its own, with its own name.
    """
    if each and (corpus or source or target):
        return read_each(corpus, source, target, columns=columns)
    if corpus or source or target:
        return {"corpus": read_numbered_corpora(corpus, source, target, columns=columns)}

    expect_bundled(models, "Give CORPUS.tsv, or --source and --target.")
    return {
        part: read_numbered_corpora((), (), (), bundled=part) for part in ("test", "test-unseen")
    }


def _tests(
    model: Path, to: str | None, corpora: Mapping[str, NumberedCorpus]
) -> dict[str, tuple[str | None, NumberedCorpus]]:
    """What to score, by name: a language to translate into, and pairs whose target it is.

    Args:
        model: The model.
        to: The language; None for each of a model of both directions.
        corpora: The pairs as they are in the files, by name.

    Raises:
        InputError: The language is none of the model's, or it is not clear which one is meant.
    """
    languages = ModelDirectory(model).read_configuration().corpus.spoken
    if to is None and len(languages.pairs) == 1:
        targets: Sequence[str] = languages.targets[::-1]  # the direction of the files first
    else:
        languages.tag(to)
        targets = [to] if to else []

    tests: dict[str, tuple[str | None, NumberedCorpus]] = {
        f"{name} to {target}": (
            target,
            numbered.swapped() if languages.is_reversed(target) else numbered,
        )
        for name, numbered in corpora.items()
        for target in targets
    }
    return tests or {name: (None, numbered) for name, numbered in corpora.items()}
