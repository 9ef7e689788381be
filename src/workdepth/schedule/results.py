"""What ``run`` computes against what the oracle computes, on odd unsigned integers that wrap around."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from workdepth.errors import CheckError, GraphError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Constant, Input
from workdepth.graph.oracles import Oracle
from workdepth.graph.run import run


def sample_inputs(graph: Algorithm, point: Mapping[str, int], dtype: Any = np.uint64) -> dict[str, Any]:
    """Return random arrays for the inputs and constants: odd unsigned integers, the same at each call.

    Odd, so that products never vanish; unsigned, so that they wrap around: any order of an associative and
    commutative operation then gives the same result, bit for bit.
    """
    rng = np.random.default_rng([ord(c) for c in str(graph.name)] + list(point.values()))
    found = {}
    for _, data in graph.nodes(data=True):
        kind = data["kind"]
        if isinstance(kind, Input | Constant):
            shape = tuple(int(e.at(point)) for e in kind.shape)
            found[kind.name] = (rng.integers(0, 2**31, shape, dtype=np.uint64) * 2 + 1).astype(dtype)
    return found


def compare_results(graph: Algorithm, oracle: Oracle, point: Mapping[str, int]) -> None:
    """Compare the outputs with the oracle's.

    Raises
    ------
    CheckError
        When one differs: it names the output, the sizes and both values.
    """
    inputs = sample_inputs(graph, point)
    sizes = {k: v for k, v in point.items() if k not in _from_shapes(graph)}
    computed = _by_name(run(graph, **inputs, **sizes), graph)
    _check_oracle(graph, oracle, inputs)
    with np.errstate(over="ignore"):
        expected = _by_name(oracle(**inputs), graph)
    if computed.keys() != expected.keys():
        raise CheckError(
            f"the outputs are {', '.join(computed)}, the oracle's {', '.join(expected)}",
            where=str(graph.name),
            next_step="let the oracle return a dict with one entry for each output",
        )
    for name, value in computed.items():
        if not _same(np.asarray(value), np.asarray(expected[name])):
            raise CheckError(
                f"output {name} is {_short(value)}, the oracle has {_short(expected[name])}",
                where=f"{graph.name}, {', '.join(f'{k}={v}' for k, v in point.items())}",
                next_step="compare the graph with the definition of the algorithm",
            )


def _check_oracle(graph: Algorithm, oracle: Oracle, inputs: Mapping[str, Any]) -> None:
    """Refuse an oracle that does not take the inputs by name."""
    wanted = ", ".join(inputs) or "nothing"
    try:
        inspect.signature(oracle).bind(**inputs)
    except TypeError as error:
        raise GraphError(
            f"the oracle does not take the inputs by name: {error}",
            where=str(graph.name),
            next_step=f"let it take: {wanted}",
        ) from error
    except ValueError:
        return  # a function of C: what it takes cannot be asked


def _from_shapes(graph: Algorithm) -> set[str]:
    shapes = [d["kind"].shape for _, d in graph.nodes(data=True) if isinstance(d["kind"], Input | Constant)]
    return {name for shape in shapes for extent in shape for name in extent.names}


def _by_name(result: Any, graph: Algorithm) -> dict[str, Any]:
    return result if isinstance(result, dict) else {graph.output_names[0]: result}


def _same(a: Any, b: Any) -> bool:
    if a.shape != b.shape:
        return False
    if np.issubdtype(a.dtype, np.floating) or np.issubdtype(b.dtype, np.floating):
        return bool(np.allclose(a, b, rtol=1e-9, equal_nan=True))
    return bool(np.array_equal(a, b))


def _short(value: Any) -> str:
    text = str(np.asarray(value)).replace("\n", " ")
    return text if len(text) <= 60 else text[:57] + "..."
