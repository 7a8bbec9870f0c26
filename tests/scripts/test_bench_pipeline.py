"""The benchmark of the input pipeline runs, and its figures are about the pairs it was given."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "benchmarks" / "pipeline.py"


def test_benchmark_gives_figures_for_each_size():
    command = [sys.executable, SCRIPT, "--json", "--pairs", "300", "700"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    results = [json.loads(line) for line in run.stdout.splitlines()]
    assert [result["pairs"] for result in results] == [300, 700]
    for result in results:
        assert 0 < result["source_padding"] < 0.5
        assert 0 < result["target_padding"] < 0.5
        assert result["pairs_per_second"] > 0 and result["peak_mib"] > 100
