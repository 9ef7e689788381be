"""What ``run`` computes against what the oracle computes, on odd unsigned integers that wrap around.

Where a position, a sorted array or an angle is asked, the inputs are those that were registered beside the oracle.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from workdepth.errors import CheckError, GraphError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Constant, Input
from workdepth.graph.oracles import Oracle, Sampler, sampler_of
from workdepth.graph.run import run


def sample_inputs(
    graph: Algorithm, point: Mapping[str, int], dtype: Any = np.uint64, samples: Sampler | None = None
) -> dict[str, Any]:
    """Return random arrays for the inputs and constants, the same at each call.

    Odd unsigned integers, where nothing else is given or registered under the algorithm's name: odd, so that products
    never vanish; unsigned, so that they wrap around: any order of an associative and commutative operation
    then gives the same result, bit for bit.

    Raises
    ------
    GraphError
        When the function that makes them does not take the sizes by name, or makes what is no input.
    """
    rng = np.random.default_rng([ord(c) for c in str(graph.name)] + list(point.values()))
    found = _made(graph, samples or sampler_of(str(graph.name)), point)
    for name, kind in _declared(graph).items():
        if name not in found:
            shape = tuple(int(e.at(point)) for e in kind.shape)
            found[name] = (rng.integers(0, 2**31, shape, dtype=np.uint64) * 2 + 1).astype(dtype)
    return found


def _made(graph: Algorithm, sampler: Sampler | None, point: Mapping[str, int]) -> dict[str, Any]:
    if sampler is None:
        return {}
    rng = np.random.default_rng([*str(graph.name).encode(), *point.values()])
    where, step = str(graph.name), "or give the algorithm a name that no other has"
    try:
        inspect.signature(sampler).bind(rng, **point)
    except TypeError as error:
        raise GraphError(
            f"what makes the inputs does not take the sizes by name: {error}",
            where=where,
            next_step=f"let it take a random generator, then: {', '.join(point) or 'nothing'}; {step}",
        ) from error
    found = dict(sampler(rng, **point))
    for name in found.keys() - _declared(graph).keys():
        raise GraphError(
            f"what makes the inputs makes {name!r}, which is none",
            where=where,
            next_step=f"the inputs are: {', '.join(_declared(graph))}; {step}",
        )
    return found


def _declared(graph: Algorithm) -> dict[str, Any]:
    kinds = (data["kind"] for _, data in graph.nodes(data=True))
    return {kind.name: kind for kind in kinds if isinstance(kind, Input | Constant)}


def compare_results(
    graph: Algorithm, oracle: Oracle, point: Mapping[str, int], samples: Sampler | None = None
) -> None:
    """Compare the outputs with the oracle's, on the inputs that :func:`sample_inputs` makes.

    Raises
    ------
    CheckError
        When one differs: it names the output, the sizes and both values.
    """
    inputs = sample_inputs(graph, point, samples=samples)
    try:
        computed = _by_name(run(graph, **inputs, **point), graph)
    except GraphError as error:
        if samples is None and sampler_of(str(graph.name)) is None:
            step = f"{error.next_step}; these inputs were drawn at random, give check(samples=...) to make others"
            raise GraphError(error.what, where=error.where, next_step=step) from error
        raise
    asked = _asked(graph, oracle, inputs, point)
    with np.errstate(over="ignore"):
        expected = _by_name(oracle(**inputs, **asked), graph)
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


def _asked(
    graph: Algorithm, oracle: Oracle, inputs: Mapping[str, Any], point: Mapping[str, int]
) -> dict[str, int]:
    """Return the sizes that an oracle asks for; refuse one that does not take the inputs by name."""
    wanted = ", ".join(inputs) or "nothing"
    try:
        signature = inspect.signature(oracle)
        asked = {name: value for name, value in point.items() if name in signature.parameters}
        signature.bind(**inputs, **asked)
    except TypeError as error:
        raise GraphError(
            f"the oracle does not take the inputs by name: {error}",
            where=str(graph.name),
            next_step=f"let it take: {wanted}",
        ) from error
    except ValueError:
        return {}  # a function of C: what it takes cannot be asked
    return asked


def _by_name(result: Any, graph: Algorithm) -> dict[str, Any]:
    return result if isinstance(result, dict) else {graph.output_names[0]: result}


def _same(a: Any, b: Any) -> bool:
    if a.shape != b.shape:
        return False
    if np.issubdtype(a.dtype, np.inexact) or np.issubdtype(b.dtype, np.inexact):
        return bool(np.allclose(a, b, rtol=1e-9, equal_nan=True))
    return bool(np.array_equal(a, b))


def _short(value: Any) -> str:
    text = str(np.asarray(value)).replace("\n", " ")
    return text if len(text) <= 60 else text[:57] + "..."
