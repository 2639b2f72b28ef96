"""Sorting and counting by numpy: ordering_side.py OPERATION COUNT. The result on stdout, {"seconds":{"work":S}} on stderr."""
import json
import statistics
import sys
import time

import numpy as np

operation, n = sys.argv[1], int(sys.argv[2])


def mixed(indices):
    h = indices * np.uint32(0x9E3779B1)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


indices = np.arange(n, dtype=np.uint32)


def fractions():
    low = mixed(indices ^ np.uint32(0x5BD1E995)) >> np.uint32(11)
    return (mixed(indices).astype(np.float64) * 2**21 + low) / 2**53


def median_seconds(call, runs, before=lambda: None):
    seconds = []
    for run in range(-2, runs):
        before()
        start = time.perf_counter()
        result = call()
        if run >= 0:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


if operation.startswith("sort-"):
    types = {"f64": fractions, "i32": lambda: mixed(indices).view(np.int32), "u32": lambda: mixed(indices)}
    given = types[operation[5:]]()
    xs = given.copy()
    work, _ = median_seconds(xs.sort, 5, lambda: np.copyto(xs, given))
    some = np.floor(xs[::1000].astype(np.float64) * (1_000_000 if operation == "sort-f64" else 1)).astype(np.int64)
    result = int(((np.arange(len(some)) % 7 + 1) * some).sum())
else:
    if operation == "histogram":
        xs = fractions()
        work, counts = median_seconds(lambda: np.histogram(xs, 100, (0, 1))[0], 5)
    else:
        xs = (mixed(indices) % np.uint32(1000)).astype(np.int32)
        work, counts = median_seconds(lambda: np.bincount(xs), 5)
    result = int(((np.arange(len(counts)) + 1) * counts).sum())

print(result)
print(json.dumps({"seconds": {"work": work}}), file=sys.stderr)
