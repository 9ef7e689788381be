"""Every kernel file with what it is asked and what is right: its plan, inputs of a size, an oracle in NumPy.

The inputs of sums are small whole numbers, also where they are floats: a sum below 2**24 is then exact in
any order, and the oracle can ask for every bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from workdepth.errors import FileError
from workdepth.plans import matrices, multiply, orders, reductions, scans, vectors
from workdepth.plans.plan import LaunchPlan
from workdepth.plans.vectors import WIDTH

Inputs = dict[str, np.ndarray]
BOTH = ("uint32", "float32")


@dataclass(frozen=True)
class Problem:
    """A kernel file, ready to be tried.

    Attributes
    ----------
    plan : callable
        The launches, from n and an element type.
    inputs : callable
        The input arrays by name, from n, an element type and a random generator.
    oracle : callable
        The right answer, from the input arrays by name.
    types : tuple of str
        The element types.
    tolerance : float
        The largest difference allowed, relative to the largest value of the answer; 0 asks for every bit.
    """

    plan: Callable[[int, str], LaunchPlan]
    inputs: Callable[[int, str, np.random.Generator], Inputs]
    oracle: Callable[..., np.ndarray]
    types: tuple[str, ...] = BOTH
    tolerance: float = 0.0

    def accepts(self, answer: np.ndarray, expected: np.ndarray) -> bool:
        """Tell whether an answer is right."""
        if self.tolerance == 0:
            return bool(np.array_equal(answer, expected))
        worst = np.max(np.abs(answer.astype(np.float64) - expected))
        return bool(worst <= self.tolerance * np.max(np.abs(expected)))


def problem(kernel: str) -> Problem:
    """Return what a kernel file is tried with.

    Raises
    ------
    FileError
        Where there is no such kernel.

    Examples
    --------
    >>> one = problem("sum_tree")
    >>> one.oracle(**one.inputs(4, "uint32", np.random.default_rng(1))).shape
    (1,)
    """
    if kernel not in PROBLEMS:
        raise FileError(
            f"no kernel file {kernel!r}", where="problem", next_step=f"there are: {', '.join(PROBLEMS)}"
        )
    return PROBLEMS[kernel]


def _small(*names: str, power: int = 1) -> Callable[[int, str, np.random.Generator], Inputs]:
    """Return inputs of n**power whole numbers from 0 to 3."""
    return lambda n, dtype, random: {name: random.integers(0, 4, n**power).astype(dtype) for name in names}


def _factor(n: int, dtype: str, random: np.random.Generator) -> Inputs:
    return {"a": np.array([3], dtype), **_small("x", "y")(n, dtype, random)}


def _odd(n: int, dtype: str, random: np.random.Generator) -> Inputs:
    """Return odd numbers: a wrap-around product of them never becomes zero."""
    kind = np.dtype(dtype)
    return {"x": random.integers(0, np.iinfo(kind).max, n, kind, endpoint=True) | kind.type(1)}


def _words(n: int, dtype: str, random: np.random.Generator) -> Inputs:
    return {"x": random.integers(0, 2**32, n, np.dtype(dtype))}


def _normal(*names: str, width: int = 1, power: int = 1) -> Callable[..., Inputs]:
    def inputs(n: int, dtype: str, random: np.random.Generator) -> Inputs:
        return {name: random.standard_normal(width * n**power).astype(dtype) for name in names}

    return inputs


def _list(n: int, dtype: str, random: np.random.Generator) -> Inputs:
    order = random.permutation(n)
    following = np.empty(n, dtype)
    following[order[:-1]] = order[1:]
    following[order[-1]] = order[-1]
    return {"next": following}


def _one(value: np.generic) -> np.ndarray:
    return np.array([value])


def _sum(x: np.ndarray) -> np.ndarray:
    return _one(np.add.reduce(x, dtype=x.dtype))


def _largest(x: np.ndarray) -> np.ndarray:
    return _one(x.max())


def _dot(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return _one(np.add.reduce(x * y, dtype=x.dtype))


def _product(x: np.ndarray) -> np.ndarray:
    return _one(np.multiply.reduce(x, dtype=x.dtype))


def _prefixes(x: np.ndarray) -> np.ndarray:
    return np.add.accumulate(x, dtype=x.dtype)


def _exclusive(x: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros(1, x.dtype), _prefixes(x)[:-1]])


def _kept(x: np.ndarray) -> np.ndarray:
    kept = x[x != 0]
    return np.concatenate([kept, np.zeros(x.size - kept.size, x.dtype)])


def _histogram(x: np.ndarray) -> np.ndarray:
    return np.bincount(x % 256, minlength=256).astype(x.dtype)


def _ranks(next: np.ndarray) -> np.ndarray:
    """Return the ranks by walking the list, from the node that none points to."""
    node = int(np.setdiff1d(np.arange(next.size), next[next != np.arange(next.size)])[0])
    ranks = np.empty_like(next)
    for rank in reversed(range(next.size)):
        ranks[node] = rank
        node = int(next[node])
    return ranks


def _square(x: np.ndarray) -> np.ndarray:
    side = round(x.size**0.5)
    return x.reshape(side, side)


def _matmul(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (_square(a) @ _square(b)).ravel()


def _transposed(x: np.ndarray) -> np.ndarray:
    return _square(x).T.ravel()


def _stencil(x: np.ndarray) -> np.ndarray:
    y, x = _square(x).copy(), _square(x)
    y[1:-1, 1:-1] = x.dtype.type(0.25) * ((x[:-2, 1:-1] + x[2:, 1:-1]) + (x[1:-1, :-2] + x[1:-1, 2:]))
    return y.ravel()


def _softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x.astype(np.float64) - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _added(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return x + y


def _axpy(a: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return a * x + y


def _attention(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    queries, keys, values = (one.astype(np.float64).reshape(-1, WIDTH) for one in (q, k, v))
    return (_softmax(queries @ keys.T / WIDTH**0.5) @ values).ravel()


_REAL, _INTEGER, _FACTORS = ("float32",), ("uint32",), ("uint32", "uint64")
_APPROXIMATE = 4e-6
_X, _XY, _AB = _small("x"), _small("x", "y"), _small("a", "b", power=2)
_QKV = _normal("q", "k", "v", width=WIDTH)
_GRID = _normal("x", power=2)

PROBLEMS: Mapping[str, Problem] = {
    "multiply_serial": Problem(multiply.multiply_serial, _odd, _product, _FACTORS),
    "multiply_tree": Problem(multiply.multiply_tree, _odd, _product, _FACTORS),
    "multiply_block": Problem(multiply.multiply_block, _odd, _product, _FACTORS),
    "sum_serial": Problem(reductions.sum_serial, _X, _sum),
    "sum_tree": Problem(reductions.sum_tree, _X, _sum),
    "sum_warp": Problem(reductions.sum_warp, _X, _sum),
    "sum_grid_stride": Problem(reductions.sum_grid_stride, _X, _sum),
    "max_serial": Problem(reductions.max_serial, _X, _largest),
    "max_tree": Problem(reductions.max_tree, _X, _largest),
    "dot_serial": Problem(reductions.dot_serial, _XY, _dot),
    "dot_tree": Problem(reductions.dot_tree, _XY, _dot),
    "scan_serial": Problem(scans.scan_serial, _X, _prefixes),
    "scan_hillis_steele": Problem(scans.scan_hillis_steele, _X, _prefixes),
    "scan_blelloch": Problem(scans.scan_blelloch, _X, _exclusive),
    "scan_two_pass": Problem(scans.scan_two_pass, _X, _prefixes),
    "compact": Problem(scans.compact, _X, _kept, _INTEGER),
    "histogram": Problem(orders.histogram, _words, _histogram, _INTEGER),
    "bitonic_sort": Problem(orders.bitonic_sort, _words, lambda x: np.sort(x), _INTEGER),
    "list_ranking": Problem(orders.list_ranking, _list, _ranks, _INTEGER),
    "matmul_serial": Problem(matrices.matmul_serial, _AB, _matmul),
    "matmul_naive": Problem(matrices.matmul_naive, _AB, _matmul),
    "matmul_tiled": Problem(matrices.matmul_tiled, _AB, _matmul),
    "matmul_cube": Problem(matrices.matmul_cube, _AB, _matmul),
    "transpose_naive": Problem(matrices.transpose_naive, _GRID, _transposed, _REAL),
    "transpose_padded": Problem(matrices.transpose_padded, _GRID, _transposed, _REAL),
    "stencil_2d": Problem(matrices.stencil_2d, _GRID, _stencil, _REAL),
    "softmax": Problem(vectors.softmax, _normal("x"), _softmax, _REAL, _APPROXIMATE),
    "attention_plain": Problem(vectors.attention_plain, _QKV, _attention, _REAL, _APPROXIMATE),
    "attention_blocked": Problem(vectors.attention_blocked, _QKV, _attention, _REAL, _APPROXIMATE),
    "vector_add": Problem(vectors.vector_add, _XY, _added),
    "vector_add_serial": Problem(vectors.vector_add_serial, _XY, _added),
    "axpy": Problem(vectors.axpy, _factor, _axpy),
    "axpy_serial": Problem(vectors.axpy_serial, _factor, _axpy),
}
