"""What `scripts/bench_training.py` and `scripts/bench_decoding.py` compare, and the processes that it runs in."""
