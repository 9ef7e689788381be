"""The labels of Sethi and Ullman: the least memory of a tree of single words, leaf to root."""

from __future__ import annotations

from typing import Any


def sethi_ullman(tree: Any, cells: str = "reuse") -> int:
    """Return how many words it takes to evaluate a tree whose leaves are loaded or computed from nothing.

    A node that evaluates its operands in turn holds k - 1 results while it evaluates the k-th, so the hungriest
    go first; then it holds all of them, and under ``separate`` cells its own result as well.

    Parameters
    ----------
    tree : networkx.DiGraph
        Edges lead to the root; every value is one word.
    cells : {"reuse", "separate"}

    Returns
    -------
    int

    References
    ----------
    R. Sethi and J. D. Ullman, "The generation of optimal code for arithmetic expressions", Journal of the ACM 17
    (1970), 715-728.

    Examples
    --------
    >>> import networkx as nx
    >>> tree = nx.balanced_tree(2, 3, create_using=nx.DiGraph).reverse()
    >>> sethi_ullman(tree), sethi_ullman(tree, "separate")
    (4, 5)
    """
    import networkx as nx

    beside = cells == "separate"
    label: dict[Any, int] = {}
    for node in nx.topological_sort(tree):
        hungriest = sorted((label[child] for child in set(tree.predecessors(node))), reverse=True)
        in_turn = max((held + need for held, need in enumerate(hungriest)), default=1)
        label[node] = max(in_turn, len(hungriest) + beside)
    return max(label.values())
