"""What numpy has: numpy_side.py OPERATION COUNT. The result on stdout, {"seconds":{"work":S}} on stderr."""
import json
import statistics
import sys
import time

import numpy as np

operation, n = sys.argv[1], int(sys.argv[2])


def numbers(length, modulus):
    return (np.arange(length) % modulus).astype(np.float64)


def median_seconds(call):
    call()
    call()
    seconds = []
    for _ in range(15):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


if operation == "matmul":
    a, b = numbers(n * n, 7).reshape(n, n), numbers(n * n, 11).reshape(n, n)
    into = np.empty((n, n))
    work = median_seconds(lambda: np.matmul(a, b, out=into))
    result = into.sum()
else:
    xs, ys = numbers(n, 1000), numbers(n, 777)
    into = numbers(n, 10)

    def scale():
        np.multiply(xs, -1, out=xs)

    def axpy():
        ys.__iadd__(2 * xs)

    calls = {
        "sum": xs.sum,
        "min": xs.min,
        "max": xs.max,
        "dot": lambda: np.dot(xs, ys),
        "scale": scale,
        "axpy": axpy,
        "scan": lambda: np.cumsum(xs, out=into),
    }
    work = median_seconds(calls[operation])
    results = {"scale": lambda: xs.sum(), "axpy": lambda: ys.sum(), "scan": lambda: into[-1]}
    result = results.get(operation, calls[operation])()

print(int(result))
print(json.dumps({"seconds": {"work": work}}), file=sys.stderr)
