"""Pairs with their lines: what is written for a pair stands at the line that gave it."""

import json

import pytest

from seq2seq.data.corpus import PairFiles, read_corpus
from seq2seq.data.numbered import read_numbered

PAIRS = [("b c", "c b"), None, ("d e", "e d"), None, ("f", "f")]  # None is a line that is no pair


def tsv(path):
    lines = ["no tab" if pair is None else "\t".join(pair) for pair in PAIRS]
    path.write_text("English\tKorean\n" + "".join(line + "\n" for line in lines))
    return PairFiles(path), 1


def csv(path):
    lines = ["," if pair is None else f'"{pair[0]}",{pair[1]}' for pair in PAIRS]
    path.write_text("source,target\r\n" + "".join(line + "\r\n" for line in lines))
    return PairFiles(path), 1


def jsonl(path):
    lines = ["{}" if pair is None else json.dumps(pair) for pair in PAIRS]
    path.write_text("".join(line + "\n" for line in lines))
    return PairFiles(path), 0


def parallel(path):
    other = path.with_suffix(".other")
    for file, side in ((path, 0), (other, 1)):
        file.write_text("".join(f"{pair[side] if pair else ''}\n" for pair in PAIRS))
    return PairFiles(path, other), 0


FORMS = {"a.tsv": tsv, "a.csv": csv, "a.jsonl": jsonl, "a.txt": parallel}


@pytest.mark.parametrize("names", [[name] for name in FORMS] + [[*FORMS]], ids=" ".join)
def test_texts_of_pairs_stand_at_their_lines(tmp_path, names):
    files, wanted = [], []
    for name in names:
        file, headers = FORMS[name](tmp_path / name)
        files.append(file)
        wanted += [""] * headers + [pair[0] if pair else "" for pair in PAIRS]

    numbered = read_numbered(files)
    assert numbered.lines_of(numbered.corpus.source) == wanted
    assert numbered.corpus == read_corpus(files)


def test_text_of_several_lines_takes_one(tmp_path):
    file, _ = jsonl(tmp_path / "a.jsonl")
    lines = read_numbered([file]).lines_of(["a\nb", "c\u2028d", "e\r\nf"])
    assert lines == ["a b", "", "c d", "", "e f"]
