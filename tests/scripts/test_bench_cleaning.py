"""The measurement of cleaning tells what is damaged from what is not, and writes the corpora."""

import json

import pytest

import cleaning
from damage import KINDS, damaged
from seq2seq.data.corpus import read_tsv

WORDS = "bal dor fin gim kur mes pol tan vex wig".split()


@pytest.fixture
def folder(tmp_path):
    """Multi30k in the small: three languages, word for word."""
    place = tmp_path / "multi30k"
    place.mkdir()
    sides = {"en": [], "de": [], "fr": []}
    for k in range(400):
        picked = [
            WORDS[(k * step + step) % len(WORDS)] + WORDS[(k // step) % 10] for step in (1, 3, 7)
        ]
        sides["en"].append(f"The {' '.join(picked)} {k} here.")
        sides["de"].append(f"Däs {' '.join(word[::-1] for word in picked)} {k} hïer.")
        sides["fr"].append(f"Il y a {' '.join(word.swapcase() for word in picked)} {k}.")
    for part in ("train", "val", "test_2016_flickr"):
        for language, lines in sides.items():
            text = "".join(line + "\n" for line in lines)
            (place / f"{part}.{language}").write_text(text, encoding="utf-8")
    return tmp_path


def test_damage_is_a_fifth_in_equal_parts_and_always_the_same(folder):
    sides = [
        (folder / "multi30k" / f"train.{language}").read_text(encoding="utf-8").splitlines()
        for language in ("en", "de", "fr")
    ]
    pairs = damaged(*sides)
    counts = [sum(pair.damage == kind for pair in pairs) for kind in KINDS]
    assert counts[:4] == [16] * 4 and counts[4] == 8 and 0 < counts[5] <= 8
    assert damaged(*sides) == pairs != damaged(*sides, seed=2)
    for place, pair in enumerate(pairs):
        same = (sides[0][place], sides[1][place]) == pair[:2]
        assert same is not bool(pair.damage)


def test_rows_and_corpora_are_written(folder, capsys):
    output = folder / "out"
    arguments = ["--data", str(folder), "--write", str(output), "--json", str(folder / "rows.json")]
    clean = folder / "clean.tsv"
    clean.write_text("a b c\td e f\n" * 3, encoding="utf-8")
    assert cleaning.main([*arguments, "--clean", str(clean)]) == 0

    rows = json.loads((folder / "rows.json").read_text())
    assert [row["damage"] for row in rows] == ["none", *KINDS, "none"]
    assert rows[-1]["taken out"] == 2 and rows[-1]["rules"] == {"duplicates": 2}
    by_kind = {row["damage"]: row["share"] for row in rows[:-1]}
    assert by_kind["copied"] == by_kind["mojibake"] == by_kind["duplicate"] == 100
    assert "taken out" in capsys.readouterr().out

    assert len(read_tsv(output / "damaged.tsv")) == len(read_tsv(output / "clean.tsv")) == 400
    assert len(read_tsv(output / "cleaned.tsv")) == 400 - sum(row["taken out"] for row in rows[:-1])
    assert len(read_tsv(output / "dev.tsv")) == len(read_tsv(output / "test.tsv")) == 400
