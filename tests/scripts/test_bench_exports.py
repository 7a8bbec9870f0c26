"""Laws of the comparison of a model's forms: they answer alike, or it says which does not."""

import contextlib

import pytest
from benchmarks import exports as bench_exports

pytest_plugins = ["fixtures.commands"]

TEXTS = ["d b e", "", "c h b i"]


@pytest.fixture
def arguments(untrained, tmp_path):
    source = tmp_path / "source.txt"
    source.write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    return ["--model", str(untrained(1)), "--source", str(source)]


@pytest.mark.slow
def test_all_forms_answer_as_the_library_does(arguments, capsys):
    pytest.importorskip("ai_edge_litert", reason="needs LiteRT")
    with pytest.raises(SystemExit) as end:
        bench_exports.main(arguments)
    assert not end.value.code
    forms = [
        f"{search}, {form}"
        for search in ("greedy", "beam")
        for form in ("SavedModel", "HTTP", "TFLite")
    ]
    told = [f"{form}: 0 of 3 translations differ from the library's" for form in forms]
    assert capsys.readouterr().out.splitlines() == told


def test_another_answer_is_counted_and_ends_with_status_1(arguments, capsys, monkeypatch):
    def exported(translator):
        def other(texts, search):
            best = translator.translate(texts, beam_size={"greedy": 1, "beam": 5}[search])
            return [*best[:-1], "another"] if search == "beam" else best

        return contextlib.nullcontext({"other": other})

    monkeypatch.setattr(bench_exports, "exported", exported)
    with pytest.raises(SystemExit) as end:
        bench_exports.main(arguments)
    assert end.value.code == 1
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["0", "1"]


@pytest.mark.parametrize("option", ["--model", "--source"])
def test_what_is_not_there_is_told_in_a_line(arguments, capsys, option):
    with pytest.raises(SystemExit) as end:
        bench_exports.main([*arguments, option, "nowhere"])
    assert end.value.code == 2 and "nowhere" in capsys.readouterr().err.splitlines()[-1]
