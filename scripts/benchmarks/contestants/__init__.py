"""What the benchmarks of training and decoding compare, and the processes that it runs in."""
