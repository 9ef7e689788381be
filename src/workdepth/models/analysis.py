"""The analysis of one algorithm: its figures on both machines, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workdepth.errors import ModelError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.alike import Alike
from workdepth.graph.calling import called
from workdepth.graph.decisions import branches_of, choices_of
from workdepth.graph.inrange import check_ranges
from workdepth.graph.nodes import (
    COMPOSITES,
    PHASES,
    Apply,
    Block,
    Branch,
    Call,
    Constant,
    Fold,
    Gather,
    Index,
    Input,
    Literal,
    Map,
    Repeat,
    Scan,
    Scatter,
    Solved,
    ranges_of,
)
from workdepth.graph.rewriting import (
    rewritten,
    with_base,
    with_calls_opened,
    with_ports_in_place,
    without_probabilities,
)
from workdepth.graph.wellformed import check_graph
from workdepth.models.access import whole
from workdepth.models.bounded import NOTHING, ONE, ZERO, Bounded, most
from workdepth.models.choices import has_choice
from workdepth.models.chosen import Chosen, fixed
from workdepth.models.conventions import Conventions
from workdepth.models.counts import inside, total, work
from workdepth.models.declared import declared
from workdepth.models.exclusive import exclusive_delay
from workdepth.models.figure import Figure, figure
from workdepth.models.gpu import Gpu
from workdepth.models.moves import room_of, words_of
from workdepth.models.origin import origin_of_output
from workdepth.models.prefix import shape_of
from workdepth.models.ram import Ram
from workdepth.models.recursion import (
    Level,
    inputs_words,
    is_recursive,
    readers_delay,
    solved,
    takes_all,
)
from workdepth.models.scope import Scope
from workdepth.models.settling import free_operations
from workdepth.models.speedup import speedup_kind
from workdepth.models.storage import Entry
from workdepth.symbolic import Domain, Size, ceiling, growth, log2, maximum_of, simplify


@dataclass(frozen=True)
class Cost:
    """What one machine needs.  All but ``work`` are attained together, by one schedule.

    Attributes
    ----------
    time : Figure
        Steps: the work on the RAM, the span on the GPU.
    memory : Figure
        Most words live at once.
    threads : Figure
        Most operations in progress in one step.
    work : Figure
        Steps of all operations together.
    """

    time: Figure
    memory: Figure
    threads: Figure
    work: Figure

    @property
    def space(self) -> Figure:
        """Memory + threads, in words + threads: both are space."""
        return self.memory.plus(self.threads)

    @property
    def spacetime(self) -> Figure:
        """Space x time."""
        return self.space.times(self.time)

    def figures(self) -> dict[str, Figure]:
        """Return all figures by name."""
        names = ("time", "memory", "threads", "work", "space", "spacetime")
        return {text: getattr(self, text) for text in names}


@dataclass(frozen=True)
class Analysis:
    """The costs of one algorithm on both machines.

    Attributes
    ----------
    algorithm : str
        Its name.
    sizes : tuple of Size
        Its sizes and their domains.
    conventions : Conventions
        The switches under which the figures hold.
    models : mapping
        The costs on "RAM" and "GPU".
    graph : Algorithm, optional
        What was analysed, where it has formulas.
    """

    algorithm: str
    sizes: tuple[Size, ...]
    conventions: Conventions
    models: Mapping[str, Cost]
    graph: Algorithm | None = field(default=None, repr=False, compare=False)

    def explain(self) -> Any:
        """Tell which nodes make the span, the peak of memory and the threads, with their shares.

        Raises
        ------
        ModelError
            For a plain DAG: ask :func:`workdepth.explain`, which tells it step by step.
        """
        from workdepth.models.explain import explain_algorithm  # it re-walks what is derived here

        if self.graph is None:
            raise ModelError(
                f"{self.algorithm} has numbers, not formulas",
                next_step="use workdepth.explain(graph) for a plain DAG",
            )
        return explain_algorithm(self.graph, self.conventions)

    def __getitem__(self, machine: str) -> Cost:
        return self.models[machine]

    @property
    def declared(self) -> tuple[str, ...]:
        """What is declared, not derived: a line for each opaque block, with its costs."""
        return declared(self.graph) if self.graph is not None else ()

    @property
    def parallelism(self) -> Figure:
        """Work / span (CLRS, 4th ed., section 26.1)."""
        return self["GPU"].work.over(self["GPU"].time)

    @property
    def speedup(self) -> Figure:
        """RAM time / GPU time; 0/0 is 1."""
        return self["RAM"].time.over(self["GPU"].time)

    @property
    def speedup_kind(self) -> str:
        """``constant``, ``unbounded``, ``polynomial`` or ``exponential``, all sizes growing together."""
        return speedup_kind(self["RAM"].time.growth, self["GPU"].time.growth)


def analyze_algorithm(algorithm: Algorithm, conventions: Conventions | None = None) -> Analysis:
    """Derive time, memory and threads on the RAM and on the GPU; the algorithm is not changed.

    Parameters
    ----------
    algorithm : Algorithm
        A well-formed algorithm.
    conventions : Conventions, optional
        The switches; the defaults otherwise.

    Raises
    ------
    GraphError
        When the graph is not well formed, or reads or writes out of bounds at a small size.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> costs = analyze_algorithm(g)
    >>> str(costs["GPU"].time), str(costs["GPU"].threads), costs.speedup_kind
    ('ceiling(log2(n))', 'floor(n/2)', 'exponential')
    """
    conventions = conventions or Conventions()
    alike = Alike()
    check_graph(algorithm, alike)
    check_ranges(algorithm, alike)
    models = _models(algorithm, conventions, alike)
    uniform = [choice.uniform for choice in choices_of(algorithm).values()]
    likely = uniform + [bool(kind.probabilities) for kind in branches_of(algorithm).values()]
    if any(likely):
        most = _models(without_probabilities(algorithm), conventions, alike)
        models = {m: _expected(c, most[m], all(likely)) for m, c in models.items()}
        if any(uniform):
            models["GPU"] = replace(models["GPU"], time=replace(most["GPU"].time, relation="<="))
    return Analysis(str(algorithm.name), algorithm.sizes, conventions, models, algorithm)


def _models(algorithm: Algorithm, conventions: Conventions, alike: Alike) -> dict[str, Cost]:
    opened = _opened(algorithm, conventions)
    if is_recursive(algorithm):
        return recursive_costs(opened, algorithm.domain, conventions)
    return costs(opened, algorithm.domain, conventions, alike)


def _expected(found: Cost, worst: Cost, likely: bool) -> Cost:
    """Return expected time and work, marked as estimates, with memory and threads of the worst case.

    Where not everything that data decides is ``likely``, to have probabilities, the rest is at its worst: a bound.
    """
    time, steps = (
        replace(f, relation="~", above=f.relation != "=" or not likely) for f in (found.time, found.work)
    )
    return Cost(time, worst.memory, worst.threads, steps)


def _opened(algorithm: Algorithm, conventions: Conventions) -> Algorithm:
    """Return a graph, and its base case, without calls to others, and with ports named by their numbers."""
    graph = algorithm
    if called(graph):
        graph = _with_recursions(with_calls_opened(graph), conventions)
    graph = with_ports_in_place(graph)
    return with_base(graph, lambda body: _opened(body, conventions))


def _with_recursions(algorithm: Algorithm, conventions: Conventions) -> Algorithm:
    """Return a graph in which each call to another algorithm that calls itself is a block of its solved figures."""
    known: dict[int, Level] = {}

    def change(_: str, kind: Any) -> Any:
        if not isinstance(kind, Call) or kind.algorithm is None:
            return kind
        if id(kind.algorithm) not in known:
            callee = _opened(kind.algorithm, conventions)
            known[id(kind.algorithm)] = solved(callee, conventions, _results)
        return known[id(kind.algorithm)].block(
            f"call of {kind.algorithm.name or 'another'}", dict(kind.sizes)
        )

    return rewritten(algorithm, change)


def recursive_costs(algorithm: Algorithm, domain: Domain, conventions: Conventions) -> dict[str, Cost]:
    """Return the costs of a checked algorithm that calls itself, at the sizes of its domain."""
    level = solved(algorithm, conventions, _results)
    words = inputs_words(Scope(algorithm))
    loaded = words if conventions.inputs == "loaded" else ZERO
    operations = (level.work + loaded).loosened(loaded == ZERO or takes_all(algorithm))
    everything = (level.made + words).loosened()
    if conventions.inputs == "resident":
        on_one, memory = level.whole_on_one, level.whole
    else:
        on_one, memory = ((q + words).loosened(words == ZERO) for q in (level.on_one, level.memory))
    on_one, memory = (_capped(q, everything, domain) for q in (on_one, memory))
    time, threads = level.span, level.threads
    if loaded != ZERO:
        time, threads = (time + 1).loosened(), (threads + words).loosened()
    if conventions.phases == "dataflow":
        time, threads, memory = time.loosened(), operations.loosened(), everything
    if conventions.reads == "exclusive":
        time = time.times(readers_delay(operations.expr, domain) + 1).loosened()
    one = figure(operations, domain)
    on_ram = Cost(one, figure(on_one, domain), figure(Bounded(ONE), domain), one)
    found = (time, memory, threads, operations)
    return {"RAM": on_ram, "GPU": Cost(*(figure(q, domain) for q in found))}


def costs(
    algorithm: Algorithm, domain: Domain, conventions: Conventions, alike: Alike | None = None
) -> dict[str, Cost]:
    """Return the costs of a checked algorithm without calls, at the sizes of a domain."""
    graph, chosen = fixed(algorithm, domain)
    scope = Scope(graph, alike=alike)
    return {"RAM": _ram(scope, chosen, conventions), "GPU": _gpu(scope, chosen, conventions)}


def _inputs(scope: Scope, loaded: bool) -> dict[str, Entry]:
    named = [v for v, kind in scope.kinds.items() if isinstance(kind, Input | Constant)]
    return {v: Entry(whole(scope.shape((v, 0))), dies=True, loads=loaded) for v in named}


def _streamed(scope: Scope, conventions: Conventions) -> frozenset[int]:
    """Return the outputs that leave: none beside operations of no work, which settle before anything leaves."""
    leave = conventions.outputs == "streamed" and not free_operations(scope)
    return frozenset(range(len(scope.outputs))) if leave else frozenset()


def _ram(scope: Scope, chosen: Chosen, conventions: Conventions) -> Cost:
    domain = chosen.within
    loaded = conventions.inputs == "loaded"
    entries = _inputs(scope, loaded)
    words = Bounded(sum((e.part.words for e in entries.values()), ZERO))
    ram = Ram(conventions)
    held = ram.scope(scope, entries, domain, _streamed(scope, conventions))
    operations = (work(scope, domain) + (words.expr if loaded else ZERO)).loosened(ram.won)
    memory = (held.peak if loaded else words + held.peak).loosened(_settled(scope, conventions))
    memory = _capped(memory, words + _results(scope, domain), domain)
    operations, memory = _settled_costs(chosen, operations, memory)
    time = figure(operations, chosen.domain)
    return Cost(time, figure(memory, chosen.domain), figure(Bounded(ONE), chosen.domain), time)


def _settled_costs(chosen: Chosen, operations: Bounded, *others: Bounded) -> list[Bounded]:
    """Return work and other quantities at their worst over the choices, work at its mean where that is expected."""
    if not chosen.choices:
        return [operations, *others]
    found = chosen.together([operations, *others])
    return [chosen.mean(operations) if chosen.expects else found[0], *found[1:]]


def _gpu(scope: Scope, chosen: Chosen, conventions: Conventions) -> Cost:
    domain = chosen.within
    loaded = conventions.inputs == "loaded"
    entries = _inputs(scope, False)
    words = Bounded(sum((e.part.words for e in entries.values()), ZERO))
    ready = ONE if loaded and entries else ZERO
    gpu = Gpu(conventions)
    stage = gpu.scope(scope, ONE, entries, domain, _streamed(scope, conventions), ready)
    time, threads = stage.duration, stage.threads
    memory = (words + stage.peak).loosened(_settled(scope, conventions))
    operations = work(scope, domain).loosened(gpu.won)
    if loaded:
        time = most([time, Bounded(ready)], domain)
        early = any(not scope.operands[v] or _free(scope, v) for v in scope.order)
        threads = most([words, threads], domain) if not early else (words + threads).loosened()
        memory = memory.loosened(not early)
        operations = operations + words
    if conventions.phases == "dataflow" and not _one_phase(scope, loaded):
        # Without joins everything may start earlier: never later, but wider and fuller.
        time, threads = time.loosened(), operations.loosened()
        memory = (words + _results(scope, domain)).loosened()
    memory = _capped(memory, words + _results(scope, domain), domain)
    untold = conventions.phases == "dataflow" and not _one_phase(scope, loaded)
    if conventions.reads == "exclusive" and (untold or has_choice(scope)):
        # Without phases, or in a case that data chooses, any operations may meet at a word, in each step.
        most_readers = ceiling(log2(simplify(maximum_of(1, operations.expr), domain)))
        time = time.times(most_readers + 1).loosened()
    elif conventions.reads == "exclusive":
        # Every step in which a word has many readers lasts longer, for all: only the time changes.
        time = time + exclusive_delay(gpu, scope, domain, ready)
    operations, time, memory, threads = _settled_costs(chosen, operations, time, memory, threads)
    return Cost(*(figure(q, chosen.domain) for q in (time, memory, threads, operations)))


def _free(scope: Scope, node: str) -> bool:
    """Say whether a node may run while the inputs are being loaded."""
    return all(not isinstance(scope.kinds[o.node], Input | Constant) for o in scope.operands[node]) and all(
        o.node not in scope.order for o in scope.operands[node]
    )


def _capped(memory: Bounded, everything: Bounded, domain: Domain) -> Bounded:
    """Return a memory figure, or, where it is a worse bound, all words that there ever are."""
    if memory.exact or growth(everything.expr, domain) >= growth(memory.expr, domain):
        return memory
    return everything.loosened()


def _settled(scope: Scope, conventions: Conventions) -> bool:
    """Say whether no word is there for a part of a step, or under a name that is only streamed."""
    streamed = conventions.outputs == "streamed"
    return not free_operations(scope) and not (streamed and not all(_fresh(scope, o) for o in scope.outputs))


def _fresh(scope: Scope, output: str) -> bool:
    """Say whether an output is made of words of its own, each made where it is named."""
    (operand,) = scope.operands[output]
    match kind := scope.kinds[operand.node]:
        case Apply() | Fold():
            return True
        case Map(into=None):
            inner = scope.inner(kind.body)
            return not origin_of_output(inner, operand.out).ports and _fresh(
                inner, inner.outputs[operand.out]
            )
    return False


def _one_phase(scope: Scope, loaded: bool) -> bool:
    """Say whether there is but one phase, of operations that wait for the inputs: then joins change nothing."""
    if any(isinstance(k, Gather | Scatter | Branch | Block) for k in scope.kinds.values()):
        return False
    composites = [k for k in scope.kinds.values() if isinstance(k, COMPOSITES)]
    if not composites:
        return True
    bodies = [scope.inner(c.body) for c in composites]
    nested = any(isinstance(k, PHASES) for body in bodies for k in body.kinds.values())
    if any(isinstance(k, Repeat) for k in composites):
        return False  # what a round does apart from its state need not wait for the round before
    early = loaded and any(_unfed(body, v) for body in bodies for v in body.order)
    return len(scope.order) == 1 and not nested and not early


def _unfed(body: Scope, node: str) -> bool:
    """Say whether a node of a body reads nothing but numbers."""
    return all(isinstance(body.kinds[o.node], Literal | Index) for o in body.operands[node])


def _results(scope: Scope, domain: Domain) -> Bounded:
    """Return how many words all operations make together."""
    found = NOTHING
    for node in scope.order:
        match kind := scope.kinds[node]:
            case Apply():
                found = found + kind.op.results
            case Map() | Fold() | Scan() | Repeat():
                key = "results", scope.alike.of(kind), domain
                if key not in scope.known:
                    scope.known[key] = _results_of_copies(scope, kind, domain)
                found = found + scope.known[key]
            case Branch():
                found = found + most([_results(scope.inner(case), domain) for case in kind.cases], domain)
            case Solved():
                found = (found + kind.made).loosened()
            case Block():
                found = (found + maximum_of(kind.memory, kind.on_one)).loosened()
            case Gather():
                found = found + words_of(scope, node)
            case Scatter():
                found = found + words_of(scope, node) + room_of(scope, node)
    return found


def _results_of_copies(scope: Scope, kind: Map | Fold | Scan | Repeat, domain: Domain) -> Bounded:
    """Return how many words copies of a body make; it looks at nothing outside the node, so see Note [Alike]."""
    loops = ranges_of(kind)
    found = total(_results(scope.inner(kind.body), inside(domain, loops)), loops, domain)
    match kind:
        case Fold():
            return found + (kind.over.extent - 1) * kind.op.results
        case Scan():
            return found + shape_of(kind, domain).size.times(kind.op.results)
    return found
