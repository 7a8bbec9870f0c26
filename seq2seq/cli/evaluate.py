"""`seq2seq evaluate`: scores with signatures and confidence intervals."""

import json
from pathlib import Path

import click

from seq2seq.cli.options import (
    ENSEMBLE,
    expect_bundled,
    find_models,
    model_option,
    read_corpora,
    search_options,
)
from seq2seq.cli.quiet import load_tensorflow
from seq2seq.search.options import SearchOptions
from seq2seq.storage.files import write_text


@click.command(short_help="Score a translator: BLEU, chrF2, TER.")
@click.argument("corpus", nargs=-1, metavar="[CORPUS.tsv]...")
@click.option("--source", multiple=True, metavar="FILE", help="Source sentences. Repeatable.")
@click.option(
    "--target", multiple=True, metavar="FILE", help="Their reference translations. Repeatable."
)
@model_option(ENSEMBLE)
@search_options
@click.option(
    "--tokenize",
    default="13a",
    show_default=True,
    help="BLEU's tokenizer: 13a, intl, char, none, …; ko-mecab needs the extra ko.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Another model: is the difference significant? (paired bootstrap)",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the translations; .gz too.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    corpus,
    source,
    target,
    model_directories,
    tokenize,
    baseline,
    output,
    as_json,
    batch_size,
    **search,
):
    """Translate a corpus and score the translations with sacreBLEU.

    Without a corpus, a model of the bundled corpus is scored on its two test sets: "test", and "test-unseen", whose
    names and word combinations do not occur in training.
    """
    options = SearchOptions(
        **search
    )  # what is wrong with them is better known before TensorFlow is loaded
    search["batch_size"] = batch_size
    models = find_models(model_directories)
    if baseline:
        find_models([baseline])
    corpora = _corpora(models, corpus, source, target)

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
    results, kept = {}, []
    for name, pairs in corpora.items():
        evaluation = evaluate_translator(translator, pairs, tokenize=tokenize, **search)
        kept += evaluation.hypotheses
        results[name] = evaluation.as_dict()
        if not as_json:
            click.echo(
                f"{name}: {len(pairs):,} sentences, beam {search['beam_size']}\n{evaluation.table()}\n"
            )
        if other:
            hypotheses = other.translate(pairs.source, **search)
            tests = compare(evaluation.hypotheses, hypotheses, pairs.target, tokenize=tokenize)
            results[name]["baseline"] = {metric: test.as_dict() for metric, test in tests.items()}
            if not as_json:
                click.echo(_comparison(tests, baseline))
    if output:
        write_text(output, "".join(line + "\n" for line in kept))
    if as_json:
        click.echo(
            json.dumps(
                {"model": " + ".join(map(str, models)), "results": results},
                indent=2,
                ensure_ascii=False,
            )
        )


def _corpora(models, corpus, source, target):
    if corpus or source or target:
        return {"corpus": read_corpora(corpus, source, target)}
    expect_bundled(models, "Give CORPUS.tsv, or --source and --target.")
    return {part: read_corpora((), (), (), bundled=part) for part in ("test", "test-unseen")}


def _comparison(tests, baseline):
    lines = [f"Against {baseline} (paired bootstrap, p < 0.05 counts as a difference):"]
    for test in tests.values():
        verdict = "differs" if test.p_value < 0.05 else "no difference shown"
        lines.append(
            f"  {test.system.name:5}  {test.system.value:6.2f} against {test.baseline.value:6.2f}  "
            f"p = {test.p_value:.3f}  {verdict}"
        )
    return "\n".join(lines) + "\n"
