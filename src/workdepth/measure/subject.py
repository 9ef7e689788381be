"""What makes an algorithm measurable: its oracle, its kernels, and what the analyzer says of each kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from workdepth.graph.algorithm import Algorithm
from workdepth.plans import LaunchPlan

Relation = Literal["equals", "grows like"]


@dataclass(frozen=True)
class Claim:
    """What the analyzer says of one counted figure: that it equals, or grows like, a figure of a machine.

    Attributes
    ----------
    figure : str
    relation : str
    predicted : str
        ``time``, ``memory``, ``threads`` or ``work``.
    granule : int
        What the prediction is rounded up to a multiple of: threads are launched in whole blocks.
    """

    figure: str
    relation: Relation
    predicted: str
    granule: int = 1


@dataclass(frozen=True)
class Witness:
    """A kernel that stands for one machine.

    Attributes
    ----------
    kernel : str
        The kernel file.
    machine : str
        ``RAM`` or ``GPU``: whose figures it is held to.
    plan : callable
        The launches, from n and an element type.
    reach, limit : int
        The largest n swept by default, and at all.
    held : str
        What does not vary in the sweep.
    operation : Mapping of str to str
        The opcode of the algorithm's own operation, by element type; ``mul.f32 + add.f32`` for two.
    claims : tuple of Claim
        What is judged.
    blocks : tuple of int
        Block sizes whose rounding may show in the counts.
    """

    kernel: str
    machine: Literal["RAM", "GPU"]
    plan: Callable[[int, str], LaunchPlan]
    reach: int
    limit: int
    held: str
    operation: Mapping[str, str]
    claims: tuple[Claim, ...]
    blocks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Subject:
    """An algorithm that has kernels.

    Attributes
    ----------
    name : str
    build : callable
        Makes the graph, where none is given.
    oracle : callable
        The right answer, with NumPy, from the input arrays by name.
    inputs : callable
        The input arrays by name, from n, an element type and a random generator.
    types : tuple of str
        Element types that are checked; the last is the one that is counted.
    witnesses : tuple of Witness
    output : str
        Which of the graph's outputs the kernels give, where it has several.
    to_graph : callable
        Gives the kernels' inputs the shapes of the graph's.
    held : str
        What of the library's algorithm is held, where the kernels solve a special case of it.
    """

    name: str
    build: Callable[[], Algorithm]
    oracle: Callable[..., Any]
    inputs: Callable[[int, str, np.random.Generator], dict[str, np.ndarray]]
    types: tuple[str, ...]
    witnesses: tuple[Witness, ...]
    output: str = ""
    to_graph: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]] = dict
    held: str = ""


def claims(*texts: str) -> tuple[Claim, ...]:
    """Return claims written as ``steps ~ time``, ``launches = time`` or ``threads = threads / 256``."""
    relations: dict[str, Relation] = {"~": "grows like", "=": "equals"}
    parts = [text.replace("/", "").split() for text in texts]
    return tuple(Claim(figure, relations[sign], what, *map(int, rest)) for figure, sign, what, *rest in parts)
