"""The training steps that `scripts/bench_training.py` compares, and the process that each of them runs in."""
