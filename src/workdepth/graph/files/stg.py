"""Task graphs of the Standard Task Graph set, in.

A row is ``task duration count predecessors...``; the first number of the file counts the tasks without the
two dummies that begin and end every graph; lines that start with ``#`` are remarks.

References
----------
T. Tobita, H. Kasahara, "A standard task graph set for fair evaluation of multiprocessor scheduling
algorithms", Journal of Scheduling 5 (2002), 379-394.
"""

from __future__ import annotations

from typing import Any

import networkx as nx

from workdepth.errors import FileError
from workdepth.graph.files.dag import checked

DUMMIES = 2


def read_stg(text: str, where: str, ops: Any = ()) -> nx.MultiDiGraph:
    r"""Return the plain DAG of a task graph: a node a task, its duration as ``work``.

    Raises
    ------
    FileError
        Where a row is not what it should be.

    Examples
    --------
    >>> dag = read_stg("1\n0 0 0\n1 7 1 0\n2 0 1 1\n", "one.stg")
    >>> dag.nodes[1], list(dag.edges())
    ({'work': 7}, [(0, 1), (1, 2)])
    """
    rows = [
        (number, line.split())
        for number, line in enumerate(text.splitlines(), 1)
        if line.partition("#")[0].strip()
    ]
    if not rows or len(rows[0][1]) != 1:
        raise FileError(
            "the first line is not the number of tasks", where=where, next_step="give an STG file"
        )
    (count,) = _numbers(rows[0], where)
    tasks = [_task(row, where) for row in rows[1:]]
    if len(tasks) != count + DUMMIES:
        raise FileError(
            f"{len(tasks)} tasks, where {count} and {DUMMIES} dummies are promised",
            where=where,
            next_step="give the whole file",
        )
    dag = nx.MultiDiGraph()
    for k, (task, duration, _) in enumerate(tasks):
        if task != k:
            raise FileError(
                f"task {task} stands where task {k} belongs", where=where, next_step="keep the order"
            )
        dag.add_node(task, work=duration)
    for task, _, before in tasks:
        for one in before:
            if one not in dag:
                raise FileError(
                    f"task {task} waits for task {one}, which there is not",
                    where=where,
                    next_step="mend the row",
                )
            dag.add_edge(one, task)
    return checked(dag, where)


def _task(row: tuple[int, list[str]], where: str) -> tuple[int, int, list[int]]:
    numbers = _numbers(row, where)
    if len(numbers) < 3 or len(numbers) != 3 + numbers[2]:
        raise FileError(
            "a row is not task, duration, count and as many predecessors",
            where=f"{where}, line {row[0]}",
            next_step="mend the row",
        )
    return numbers[0], numbers[1], numbers[3:]


def _numbers(row: tuple[int, list[str]], where: str) -> list[int]:
    odd = next(
        (word for word in row[1] if not (word.isascii() and word.isdecimal() and len(word) < 13)), None
    )
    if odd is not None:
        raise FileError(
            f"{odd!r:.60} stands where an integer of at least 0 belongs",
            where=f"{where}, line {row[0]}",
            next_step="give an STG file without communication costs",
        )
    return [int(word) for word in row[1]]
