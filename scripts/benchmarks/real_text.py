#!/usr/bin/env python
"""Measures what models make of real text: links, numbers, tags, paragraphs, capitals, terms.

    python scripts/benchmarks/real_text.py --data DATA --model saved_models/multi30k-en-de
    python scripts/benchmarks/real_text.py --data DATA --bundled-model saved_models/en-ko
    python scripts/benchmarks/real_text.py --data DATA --model … --limit 50 --show 5

The texts are made here, always the same ones of a seed, from the sentences of Multi30k's
test_2016_flickr and of the bundled test set:

spans        1 to 3 links, numbers, … in each sentence: the share that stands in the translation
             once, letter for letter; tags in pairs, opened before closed, none across another.
             BLEU and chrF2 of the rest stand beside those of the plain sentences. The last row has
             spans in the place of words, in the sentences and in their references
letters      the same with words of other scripts
paragraphs   sentences joined with a space, compared with their translations one by one
case         the sentences in small letters and in capitals
glossary     terms that stand together in most of the training pairs, and unlikely ones
particles    Korean terms: whether the particle after them fits
short        one word, number or mark: whether it gives its Korean, or itself
kept         words and numbers that stand in source and reference of a corpus

Shares and scores are of 100. DATA holds multi30k/, chr-en/ (for --cherokee-model) and en-ko-nli/
(for --korean-model). Each row is printed, and written to the --json file, as soon as it is done.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from real_texts.capitals import measure_case
from real_texts.glossary import find_terms, measure_glossary
from real_texts.kept import LATIN_WORDS, NUMBERS, measure_kept
from real_texts.paragraphs import measure_paragraphs
from real_texts.particles import measure_particles
from real_texts.rows import Row, Sentences, Translate
from real_texts.short import measure_short
from real_texts.spans import measure_replaced, measure_scripts, measure_spans
from real_texts.tags import measure_tags
from reproduction.provenance import checkout, processor
from seq2seq.cpu import available_cores
from seq2seq.data.bundled import bundled_corpus
from seq2seq.data.corpus import Corpus, PairFiles, read_corpus
from seq2seq.errors import InputError
from seq2seq.storage.files import write_text
from seq2seq.translation.translator import Translator

MODELS = ("model", "bundled_model", "cherokee_model", "korean_model")
SECTIONS = ("spans", "letters", "paragraphs", "case", "glossary", "particles", "short", "kept")

Parts = Iterator[tuple[str, Callable[[], Iterator[Row]]]]  # a section, and what measures it


def main(arguments: list[str] | None = None) -> int:
    """Measures what the options choose; returns the exit code."""
    options = parse(arguments)
    facts = {
        **checkout(),
        "processor": processor(),
        "seed": options.seed,
        "beam_size": options.beam_size,
        "limit": options.limit,
    }

    rows: list[Row] = []
    try:
        for row in measure(options):
            rows.append(row)
            print(row, flush=True)
            for failure in row.failures[: options.show]:
                print("".join(f"\n    {line}" for line in failure), file=sys.stderr, flush=True)
            if options.json:
                write_text(options.json, as_json(facts, rows))
    except InputError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1

    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, with their defaults filled in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the corpora")
    models = {
        "--model": "English-German, trained on Multi30k",
        "--bundled-model": "English-Korean, trained on the bundled pairs",
        "--cherokee-model": "Cherokee-English, trained on chr-en",
        "--korean-model": "English-Korean, trained on en-ko-nli",
    }
    for option, words in models.items():
        parser.add_argument(option, metavar="DIR", help=words)
    parser.add_argument("--section", action="append", choices=SECTIONS, help="default: all")
    parser.add_argument("--beam-size", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument("--limit", type=int, metavar="N", help="first sentences alone")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="default: 1")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="failures of each row")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the rows are written")

    options = parser.parse_args(arguments)

    if not any(getattr(options, name) for name in MODELS):
        parser.error("Expected a model. Received none. Give --model or another one.")
    if not options.data and any(getattr(options, name) for name in MODELS if "bundled" not in name):
        parser.error("Expected --data, where the corpora are. Received none.")
    if options.limit is not None and options.limit < 1:
        parser.error(f"Expected --limit to be at least 1. Received: {options.limit}.")

    options.section = options.section or SECTIONS
    return options


def measure(options: argparse.Namespace) -> Iterator[Row]:
    """The rows of all models and sections that were asked for; a model is loaded when needed."""
    parts = {
        "model": multi30k,
        "bundled_model": bundled,
        "cherokee_model": cherokee,
        "korean_model": korean,
    }
    for name, parts_of in parts.items():
        directory = getattr(options, name)
        if directory:
            for section, rows in parts_of(options, loaded(directory, options.beam_size)):
                if section in options.section:
                    yield from rows()


def loaded(directory: str, beam_size: int) -> Translate:
    """What translates with a model."""
    translator = Translator.load(directory, threads=available_cores())

    def translate(texts: Iterable[str], glossary: dict[str, str] | None = None) -> Iterator[str]:
        listed = {"glossary": glossary} if glossary else {}
        translations = translator.stream(texts, beam_size=beam_size, **listed)
        return (translation.text for translation in translations)

    return translate


def multi30k(options: argparse.Namespace, translate: Translate) -> Parts:
    """What is measured of English to German."""
    folder = options.data / "multi30k"
    test = read_pairs(folder, "test_2016_flickr", "en", "de")
    sentences = of_corpus("en-de", test, translate, options.limit)
    yield from common(sentences, options.seed)

    @cache
    def terms() -> dict[str, str]:
        train = read_pairs(folder, "train", "en", "de")
        return find_terms(train.source, train.target)

    yield "spans", lambda: measure_replaced(sentences, terms(), options.seed)
    yield "glossary", lambda: measure_glossary(sentences, terms(), options.seed)


def bundled(options: argparse.Namespace, translate: Translate) -> Parts:
    """What is measured of English to Korean."""
    sentences = of_corpus("en-ko", bundled_corpus("test"), translate, options.limit)
    yield from common(sentences, options.seed)
    yield "particles", lambda: measure_particles(sentences)
    yield (
        "short",
        lambda: measure_short(sentences.corpus, translate, options.seed, options.limit),
    )


def cherokee(options: argparse.Namespace, translate: Translate) -> Parts:
    """What is measured of Cherokee to English: Latin words in texts unlike the training pairs."""
    corpus = read_pairs(options.data / "chr-en", "out_dev", "chr", "en")
    sentences = of_corpus("chr-en", corpus, translate, options.limit)
    yield "kept", lambda: measure_kept(sentences, "Latin words", LATIN_WORDS)


def korean(options: argparse.Namespace, translate: Translate) -> Parts:
    """What is measured of English to Korean with human pairs: numbers."""
    corpus = read_corpus([PairFiles(options.data / "en-ko-nli" / "dev.tsv")])
    sentences = of_corpus("en-ko-nli", corpus, translate, options.limit)
    yield "kept", lambda: measure_kept(sentences, "numbers", NUMBERS)


def common(sentences: Sentences, seed: int) -> Parts:
    """What is measured of every test set of plain sentences."""
    yield "spans", lambda: measure_spans(sentences, seed)
    yield "spans", lambda: measure_tags(sentences, seed)
    yield "letters", lambda: measure_scripts(sentences, seed)
    yield "paragraphs", lambda: measure_paragraphs(sentences, seed)
    yield "case", lambda: measure_case(sentences)


def read_pairs(folder: Path, part: str, source: str, target: str) -> Corpus:
    """A corpus of two text files.

    Raises:
        InputError: One is missing.
    """
    return read_corpus([PairFiles(folder / f"{part}.{source}", folder / f"{part}.{target}")])


def of_corpus(name: str, corpus: Corpus, translate: Translate, limit: int | None) -> Sentences:
    """The first sentences of a corpus, or all, with what translates them."""
    return Sentences(name, [*corpus.source][:limit], [*corpus.target][:limit], translate)


def as_json(facts: dict, rows: list[Row]) -> str:
    """The facts of the run and its rows, a line each."""
    lines = ",\n".join(json.dumps(row.as_dict(), ensure_ascii=False) for row in rows)
    return re.sub(r"\}$", "", json.dumps(facts)) + ',\n"rows": [\n' + lines + "\n]}\n"


if __name__ == "__main__":
    sys.exit(main())
