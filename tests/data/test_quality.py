"""What a check finds, what cleaning takes out, and what a split keeps apart."""

import random

import pytest

from damage import damaged
from seq2seq.data.corpus import Corpus, PairFiles, read_tsv
from seq2seq.data.quality.check import check, quick_findings
from seq2seq.data.quality.clean import clean
from seq2seq.data.quality.inspection import Inspection
from seq2seq.data.quality.located import Located
from seq2seq.data.quality.marks import (
    has_doubled_quotes,
    is_damaged,
    is_garbled,
    sentence_count,
    unbalanced,
)
from seq2seq.data.quality.report import as_page, as_text
from seq2seq.data.quality.rules import REMOVING, RULES
from seq2seq.data.splitting import split
from seq2seq.errors import InputError

SYLLABLES = "bal dor fin gim kur mes pol tan".split()
VERBS = "sees:sieht loves:liebt finds:findet seeks:sucht paints:malt forgets:vergisst"
WHEN = "today:heute tomorrow:morgen often:oft always:immer never:niemals again:wieder"


def sentences(count, seed=1):
    """Pairs of a small language, word for word, with a third language beside them."""
    chance = random.Random(seed)
    verbs, times = ([word.split(":") for word in text.split()] for text in (VERBS, WHEN))
    nouns = [(a + b, f"{b}{a}en") for a in SYLLABLES for b in SYLLABLES if a != b]
    rows = []
    for _ in range(count):
        one, other = chance.sample(nouns, 2)
        verb, when = chance.choice(verbs), chance.choice(times)
        source = f"The {one[0]} {verb[0]} the {other[0]} {when[0]}."
        target = f"Däs {one[1]} {verb[1]} däs {other[1]} {when[1]}."
        rows.append((source, target, "Il " + "uovqxy aqluo "[:7] * 3 + one[0][::-1]))
    return rows


def located(pairs):
    return [Located(source, target, f"line {k}") for k, (source, target) in enumerate(pairs, 1)]


@pytest.fixture
def write(tmp_path):
    def write_file(name, pairs):
        path = tmp_path / name
        path.write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
        return str(path)

    return write_file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("schÃ¶n", True),
        ("donâ€™t", True),
        ("schön".encode().decode("latin-1"), True),
        ("나는".encode().decode("cp1252", errors="ignore") + "ë‚˜", True),
        ("schön", False),
        ("„MENÜ“", False),
        ("CAFÉ’s", False),
        ("나는 유솔이야.", False),
        ("plain", False),
    ],
)
def test_text_that_was_read_in_a_wrong_encoding_is_known(text, expected):
    assert is_garbled(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\ufffdb", True),
        ("a\x00b", True),
        ("\x93quoted\x94", True),
        ("占쏙옙", True),
        ("می‌رود", False),
        ("a\u00a0b", False),
        ("占い", False),
        ("👩‍👧", False),
    ],
)
def test_damaged_letters_are_known(text, expected):
    assert is_damaged(text) is expected


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("It costs $12,345.67.", "12.345,67 Dollar", []),
        ("In 1998.", "In 1989.", ["numbers"]),
        ("<b>Yes</b>", "Ja", ["tags"]),
        ("<b>Yes</b> {name}", "{name} <b>ja</b>", []),
        ("Hello {name}", "Hallo", ["tags"]),
        ("plain", "einfach", []),
    ],
)
def test_numbers_and_tags_are_compared(source, target, expected):
    assert unbalanced(source, target) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One.", 1),
        ("One. Two!", 2),
        ('"One." Two?', 2),
        ("Mr. Kim is 3.5 m tall.", 1),
        ("U.S. flights", 1),
        ("一。二！", 2),
    ],
)
def test_sentences_are_counted_by_the_marks_at_their_ends(text, count):
    assert sentence_count(text) == count


def test_doubled_quotes_are_those_of_a_quoted_cell():
    assert has_doubled_quotes('"He said ""yes""."')
    assert not has_doubled_quotes('"Yes," he said, "no."')
    assert not has_doubled_quotes('""')


def test_every_kind_of_damage_is_found_and_what_is_good_stays():
    sides = zip(*sentences(3000), strict=True)
    pairs = damaged(*(list(side) for side in sides))
    inspection = Inspection(Corpus.collect(pair[:2] for pair in pairs))
    found = inspection.faults(located(pair[:2] for pair in pairs))

    taken = {}
    for pair, broken in zip(pairs, found, strict=True):
        # A small language says the same again by chance: only damaged pairs count as duplicates.
        why = set(broken) & set(REMOVING) - ({"duplicates"} if not pair.damage else set())
        taken.setdefault(pair.damage, []).append(bool(why))
    shares = {kind: sum(each) / len(each) for kind, each in taken.items()}
    assert shares.pop("") < 0.02
    assert all(share > 0.95 for share in shares.values()), shares


def test_rules_that_need_no_words_are_found_without_them():
    pairs = [pair[:2] for pair in sentences(200)]
    odd = {
        "duplicates": pairs[0],
        "copies": ("Three words here.", "Three words here."),
        "encoding": ("a\ufffdb", "c"),
        "mojibake": ("yes", "schÃ¶n"),
        "script": ("yes and no", "да и нет"),
        "length": ("no", "x" * 400),
        "overlap": ("Held out.", "Zurück."),
        "numbers": ("It is 5.", "Es ist 6."),
        "tags": ("<b>Yes</b>", "Ja"),
        "sentences": ("One. Two.", "Eins"),
        "quotes": ('"A ""b"""', "c"),
    }
    inspection = Inspection(Corpus.collect(pairs), held=frozenset({"held out."}), words=False)
    inspection.faults(located(pairs))
    for rule, broken in zip(odd, inspection.faults(located(odd.values())), strict=True):
        assert rule in broken


def test_check_counts_places_and_explains(write):
    pairs = [pair[:2] for pair in sentences(300)]
    path = write("a.tsv", [("source", "target"), *pairs, pairs[7], ("Ω one", "")])
    held = {"dev": Corpus([pairs[3][0]], ["x"])}
    findings = check([PairFiles(path)], held)

    assert findings.pairs == 301
    assert findings.counts["empty"] == findings.counts["header"] == 1
    assert findings.counts["duplicates"] >= 1 and findings.counts["overlap"] >= 1
    assert all(len(examples) <= 5 for examples in findings.examples.values())

    text = "\n".join(as_text(path, findings))
    assert "line 303 (with an empty side)" in text and "is a header" in text
    for rule in findings.counts:
        assert RULES[rule].cost in text and RULES[rule].advice in text
    assert "Nothing found:" in text and "mojibake" in text


def test_page_stands_alone_and_escapes_what_it_shows(write):
    path = write("a.tsv", [("<script>x</script> one two", "<script>x</script> one two")] * 2)
    page = as_page("<&>", check([PairFiles(path)], {}))
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "color-scheme: light dark" in page
    assert "http" not in page.replace("https://aclanthology.org", "")


def test_rare_letters_are_named_with_their_place(write):
    pairs = [pair[:2] for pair in sentences(50)]
    findings = check([PairFiles(write("a.tsv", [*pairs, ("The ŋ.", "Das ŋ.")]))], {})
    assert any(
        "'ŋ' (2 times)" in line and "line 51" in line for line in findings.examples["letters"]
    )


def test_clean_judges_every_pair_in_order_and_each_rule_can_be_switched_off(write):
    pairs = [*[pair[:2] for pair in sentences(200)], ("Three words here.", "Three words here.")]
    pairs = list(dict.fromkeys(pairs))
    pairs.append(pairs[0])
    files = [PairFiles(write("a.tsv", pairs))]

    judged = list(clean(files, {}, []))
    assert [each.pair[:2] for each in judged] == pairs
    assert judged[-1].reasons == ["duplicates"] and "copies" in judged[-2].reasons
    assert judged[-1].pair.place.endswith(f"a.tsv, line {len(pairs)}")

    for each in clean(files, {}, [], keep=REMOVING):
        assert each.reasons == []
    kept = list(clean(files, {}, [], keep=["duplicates"]))
    assert kept[-1].reasons == []


def test_clean_refuses_what_it_cannot_read_twice():
    with pytest.raises(InputError, match="Expected files to clean, which are read twice"):
        list(clean([PairFiles("-")], {}, []))


def test_quick_look_takes_three_lines_or_none():
    pairs = list(dict.fromkeys(pair[:2] for pair in sentences(150)))
    assert quick_findings(Corpus.collect(pairs)) == []
    lines = quick_findings(Corpus.collect([*pairs, *pairs[:20]]))
    assert len(lines) == 3 and "duplicates 20" in lines[0]


def keys(corpus):
    return {("s", text) for text in corpus.source} | {("t", text) for text in corpus.target}


def test_split_has_no_sentence_in_two_parts_and_loses_none(write):
    pairs = [(f"source {k % 90}", f"target {k % 70}.{k // 70}") for k in range(200)]
    files = [PairFiles(write("a.tsv", pairs))]
    parts = split(files, dev=20, test=15, seed=1)
    train, dev, test, report = parts

    assert sorted(zip(train.source + dev.source + test.source, strict=True))
    assert len(train) + len(dev) + len(test) == 200 and "no documents" in report
    assert 10 < len(dev) <= 20 and 10 < len(test) <= 15
    assert not (keys(train) & keys(dev) or keys(train) & keys(test) or keys(dev) & keys(test))
    assert split(files, dev=20, test=15, seed=1) == parts
    assert split(files, dev=20, test=15, seed=2).dev != dev


def test_split_keeps_documents_whole(write, tmp_path):
    path = tmp_path / "a.tsv"
    documents = [[f"s{d} {k}\tt{d} {k}\n" for k in range(5)] for d in range(30)]
    documents[7][2] = documents[21][3] = "Yes.\tJa.\n"
    path.write_text("\n".join("".join(document) for document in documents))
    train, dev, test, report = split([PairFiles(str(path))], dev=20, test=20, seed=1)

    assert "30 documents, each whole" in report
    for part in (dev, test):
        named = [text.split()[0] for text in part.source if text != "Yes."]
        assert all(named.count(name) >= 4 for name in named)
    assert not (keys(train) & keys(dev) or keys(train) & keys(test) or keys(dev) & keys(test))


@pytest.mark.parametrize(("dev", "test"), [(5, 5), (9, 9)])
def test_split_of_too_few_pairs_is_refused(write, dev, test):
    path = write("a.tsv", [("same", f"t{k}") for k in range(8)])
    with pytest.raises(InputError, match="Expected enough pairs .* 8 pairs in 1 groups"):
        split([PairFiles(path)], dev=dev, test=test, seed=1)


def test_corpus_of_this_project_is_mostly_kept():
    corpus = read_tsv("data/en-ko/dev.tsv")
    found = Inspection(corpus).faults(located(zip(corpus.source, corpus.target, strict=True)))
    assert sum(bool(set(REMOVING) & set(broken)) for broken in found) < 0.05 * len(corpus)
