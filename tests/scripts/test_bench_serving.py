"""Laws of the serving benchmark: it counts every answer, and a wrong one does not pass."""

import contextlib
import json

import pytest
from benchmarks import serving as bench_serving

pytest_plugins = ["fixtures.commands"]


@pytest.fixture
def arguments(untrained, tmp_path):
    """Those of a short measurement."""
    source = tmp_path / "source.txt"
    source.write_text("d b e\n\nc h b i\n", encoding="utf-8")
    short = ["--clients", "1", "--clients", "3", "--seconds", "0.1", "--json"]
    return ["--model", str(untrained(1)), "--source", str(source), *short]


def test_clients_alone_and_together_get_the_right_answers(arguments, capsys):
    bench_serving.main(arguments)
    results = json.loads(capsys.readouterr().out)["results"]
    assert [(result["search"], result["clients"]) for result in results] == [
        ("greedy", 1),
        ("greedy", 3),
        ("beam", 1),
        ("beam", 3),
    ]
    for result in results:
        assert result["answers"] >= result["clients"] and result["wrong"] == 0
        assert 0 < result["latency_ms"]["p50"] <= result["latency_ms"]["p99"]


def test_source_that_holds_nothing_is_refused(arguments, tmp_path, capsys):
    empty = tmp_path / "empty.txt"
    empty.touch()
    for path, message in ((empty, "Received an empty one"), (tmp_path / "nowhere", "No such file")):
        with pytest.raises(SystemExit):
            bench_serving.main([*arguments, "--source", str(path)])
        assert message in capsys.readouterr().err


def test_wrong_answers_are_counted_and_end_with_an_error(arguments, capsys, monkeypatch):
    monkeypatch.setattr(bench_serving, "server", lambda model: contextlib.nullcontext(0))
    monkeypatch.setattr(
        bench_serving.Client, "ask", lambda client, text: text[::-1] if client.expected else text
    )
    with pytest.raises(SystemExit, match="not those that the same sentences get alone"):
        bench_serving.main([*arguments, "--search", "greedy"])
    for result in json.loads(capsys.readouterr().out)["results"]:
        assert 0 < result["wrong"] < result["answers"]  # an empty sentence is the same backwards
