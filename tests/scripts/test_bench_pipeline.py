"""The benchmark of the input pipeline runs, and its figures are about the pairs it was given."""

import json
import subprocess
from types import SimpleNamespace

from benchmarks import pipeline


def test_benchmark_gives_figures_for_each_size(monkeypatch, capsys):
    """The first size in a process of its own, as the script has it, and the other one in this."""
    processes = []

    def run_first(command, **options):
        if not processes:
            processes.append(subprocess.run(command, **options))
            return processes[0]
        path = command[command.index("--measure") + 1]
        output = json.dumps(pipeline.measure(path, batch_tokens=2048))
        return subprocess.CompletedProcess(command, 0, output)

    how = SimpleNamespace(run=run_first, PIPE=subprocess.PIPE)
    monkeypatch.setattr(pipeline, "subprocess", how)
    monkeypatch.setattr(pipeline, "LEXICON", 2000)
    monkeypatch.setattr("sys.argv", ["pipeline.py", "--json", "--pairs", "300", "700"])
    pipeline.main()

    results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(processes) == 1
    assert [result["pairs"] for result in results] == [300, 700]
    for result in results:
        assert 0 < result["source_padding"] < 0.5
        assert 0 < result["target_padding"] < 0.5
        assert result["pairs_per_second"] > 0 and result["peak_mib"] > 100
