"""The limit of the arithmetic: how fast TensorFlow multiplies two large float32 matrices here."""

import json
import sys
import time

import tensorflow as tf

_ROWS = 2048


def matmul_gflops(seconds: float, *, rows: int = _ROWS) -> float:
    """The best speed of a square product within about this time.

    Returns:
        10^9 floating point operations per second.
    """
    matrix = tf.random.normal([rows, rows])
    multiply = tf.function(lambda factor: tf.matmul(factor, factor))
    multiply(matrix)

    times: list[float] = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        began = time.perf_counter()
        multiply(matrix)
        times.append(time.perf_counter() - began)

    return 2 * rows**3 / min(times) / 1e9


if __name__ == "__main__":
    print(json.dumps({"matmul_gflops": matmul_gflops(float(sys.argv[1]))}))
