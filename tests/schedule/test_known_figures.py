"""Figures that are known from elsewhere, at several sizes."""

from __future__ import annotations

import pytest

from graphs import bitonic, fft, floyd_warshall, hillis_steele, jacobi, matmul, multiply_n, tree_by_hand
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.unroll import unroll
from workdepth.schedule.profile import profile


def memory(g: Algorithm, machine: str, cells: str = "reuse", **sizes: int) -> int:
    return profile(unroll(g, **sizes), machine, cells).memory


def triple(g: Algorithm, machine: str, cells: str, inputs: str, **sizes: int) -> tuple[int, int, int]:
    p = profile(unroll(g, **sizes), machine, cells, inputs)
    return p.time, p.memory, p.threads


@pytest.mark.parametrize("n", range(1, 41))
def test_multiply_n(n: int) -> None:
    g, up, down = multiply_n(), (n - 1).bit_length(), n.bit_length() - 1
    assert triple(g, "RAM", "reuse", "resident", n=n) == (n - 1, n, 1)
    assert triple(g, "GPU", "reuse", "resident", n=n) == (up, n, n // 2)
    if n >= 2:
        assert triple(g, "RAM", "separate", "resident", n=n) == (n - 1, n + 1, 1)
        assert triple(g, "GPU", "separate", "resident", n=n) == (up, n + n // 2, n // 2)
        assert triple(g, "RAM", "reuse", "loaded", n=n) == (2 * n - 1, down + 1, 1)
        assert triple(g, "GPU", "reuse", "loaded", n=n) == (up + 1, n, n)


@pytest.mark.parametrize("n", [2, 3, 5, 8, 13])
def test_matmul(n: int) -> None:
    serial, tree, sizes = matmul("serial"), matmul(), {"n": n, "k": n, "m": n}
    assert memory(serial, "RAM", **sizes) == 2 * n**2 + n
    assert memory(serial, "GPU", **sizes) == max(4 * n**2 - 4 * n, 2 * n**2)
    assert memory(tree, "GPU", **sizes) == max(n**3, 2 * n**2)
    if n > 2:
        assert memory(serial, "GPU", "separate", **sizes) == 5 * n**2 - 4 * n
        assert memory(tree, "GPU", "separate", **sizes) == n**3 + n**2 * max(n // 2, 2)


@pytest.mark.parametrize("n", [3, 4, 7, 10])
def test_floyd_warshall(n: int) -> None:
    assert memory(floyd_warshall(), "RAM", n=n) == n**2 + n + 2
    assert memory(floyd_warshall(), "GPU", n=n) == 2 * n**2
    assert memory(floyd_warshall(), "GPU", "separate", n=n) == 3 * n**2


@pytest.mark.parametrize("n", [5, 8, 16])
def test_jacobi(n: int) -> None:
    assert memory(jacobi(), "RAM", n=n, t=n) == n + 1


@pytest.mark.parametrize("n", [2, 4, 8, 16, 32])
def test_hillis_steele(n: int) -> None:
    levels = range(n.bit_length() - 1)
    most = max(max(min(2**d, n - 2 ** (d + 1)), 0) for d in levels)
    assert memory(hillis_steele(), "RAM", n=n) == n + most


@pytest.mark.parametrize("n", [2, 8, 32])
def test_a_tree_by_hand_needs_no_more_than_its_input(n: int) -> None:
    assert triple(tree_by_hand(), "RAM", "reuse", "resident", n=n) == (n - 1, n, 1)


@pytest.mark.parametrize("n", [4, 8, 16])
def test_fft(n: int) -> None:
    assert memory(fft(), "RAM", n=n) == 3 * n // 2
    assert memory(fft(), "RAM", "separate", n=n) == 3 * n // 2 + 2
    assert memory(fft(), "GPU", n=n) == 3 * n // 2
    assert memory(fft(), "GPU", "separate", n=n) == 5 * n // 2


@pytest.mark.parametrize("n", [2, 4, 8, 16])
def test_bitonic(n: int) -> None:
    assert memory(bitonic(), "RAM", n=n) == n
    assert memory(bitonic(), "RAM", "separate", n=n) == n + 2
    assert memory(bitonic(), "GPU", n=n) == n
    assert memory(bitonic(), "GPU", "separate", n=n) == 2 * n
