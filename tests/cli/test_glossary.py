"""`--glossary` of the commands."""

import json

import pytest

from fixtures.commands import fails, succeeds

pytest_plugins = ["fixtures.commands", "fixtures.protected"]


@pytest.fixture(scope="module")
def noisy_model(noisy_translator, tmp_path_factory):
    directory = tmp_path_factory.mktemp("noisy")
    noisy_translator.save(directory)
    return directory


@pytest.fixture
def terms(tmp_path):
    path = tmp_path / "terms.tsv"
    path.write_text("cat\tKatze\n", encoding="utf-8")
    return path


def test_translate_writes_terms_as_listed(noisy_model, terms):
    output = succeeds("translate", "--model", noisy_model, "--glossary", terms, "a cat", "a dog")
    first, second = output.stdout.splitlines()
    assert "Katze" in first and "Katze" not in second


def test_evaluate_takes_a_glossary(noisy_model, terms, tmp_path):
    corpus = tmp_path / "corpus.tsv"
    corpus.write_text("a cat\tA KATZE\n", encoding="utf-8")
    translations = tmp_path / "translations.txt"
    options = ("--glossary", terms, "--output", translations, "--json")
    output = succeeds("evaluate", corpus, "--model", noisy_model, *options)
    assert json.loads(output.stdout)["results"]["corpus"]["sentences"] == 1
    assert "Katze" in translations.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [("translate", "a"), ("serve",), ("evaluate",)])
def test_glossary_that_is_none_is_one_line(noisy_model, tmp_path, command):
    terms = tmp_path / "terms.tsv"
    terms.write_text("cat\n", encoding="utf-8")
    name, *texts = command
    error = fails(name, *texts, "--model", noisy_model, "--glossary", terms)
    assert f"{terms}, line 1, with no TAB" in error
