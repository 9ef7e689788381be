"""The fewest words of well-known graphs, in closed form: their pebbling numbers.

Every value is one word, leaves are loaded, one value is asked for at a time.  Under ``reuse`` a result may take the
word of a dying operand (a pebble slides); ``separate`` cells take one word more.  Trees and grids take no more when
everything runs once; a butterfly does.

References
----------
M. S. Paterson and C. E. Hewitt, "Comparative schematology", Project MAC Conference on Concurrent Systems and
Parallel Computation (1970), 119-127, for trees.  S. A. Cook, "An observation on time-storage trade off", Journal of
Computer and System Sciences 9 (1974), 308-316, for pyramids.  J. E. Savage, Models of Computation (Addison-Wesley,
1998), chapter 10, for trees, pyramids and the FFT.
"""

from __future__ import annotations


def of_tree(height: int, cells: str = "reuse") -> int:
    """Return the pebbling number of the complete binary tree of a height of at least 1.

    Examples
    --------
    >>> of_tree(3), of_tree(3, "separate")
    (4, 5)
    """
    return height + 1 + (cells == "separate")


def of_pyramid(height: int, cells: str = "reuse") -> int:
    """Return the pebbling number of the pyramid of a height of at least 1.

    Examples
    --------
    >>> of_pyramid(4), of_pyramid(4, "separate")
    (5, 6)
    """
    return height + 1 + (cells == "separate")


def of_grid(rows: int, columns: int, cells: str = "reuse") -> int:
    """Return the pebbling number of the grid, of at least two rows and columns.

    Examples
    --------
    >>> of_grid(3, 4), of_grid(3, 4, "separate")
    (3, 4)
    """
    return min(rows, columns) + (cells == "separate")


def of_butterfly(points: int, cells: str = "reuse") -> int:
    """Return the pebbling number of the FFT of a power of two, at least 2, its outputs streamed.

    Examples
    --------
    >>> of_butterfly(4, "separate")
    4
    """
    return of_tree(points.bit_length() - 1, cells)
