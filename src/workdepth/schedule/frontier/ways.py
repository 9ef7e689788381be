"""The ways to a frontier, tried in order of what they prove."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from workdepth.errors import CheckError
from workdepth.graph.unit import UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.frontier.association import FreeFold, free_fold
from workdepth.schedule.frontier.budget import Budget, OutOfBudget
from workdepth.schedule.frontier.configurations import Configurations
from workdepth.schedule.frontier.counting import Counting, eager
from workdepth.schedule.frontier.downsets import Downsets, suits
from workdepth.schedule.frontier.families import Counts, Forest, forest_of
from workdepth.schedule.frontier.frontier import BOUNDS, EXACT, Frontier, Point
from workdepth.schedule.frontier.greedy import Starts
from workdepth.schedule.frontier.idle import IdleOrNot, may_pay
from workdepth.schedule.frontier.known import Known
from workdepth.schedule.frontier.points import Cost, least
from workdepth.schedule.frontier.problem import Problem, problem_of
from workdepth.schedule.frontier.solver import available
from workdepth.schedule.frontier.sweep import Sweep, greedy_points
from workdepth.schedule.witness import Witness, replay

MOST_CONFIGURED = 40  # jobs that a search over configurations is tried on
MOST_SOLVED = 400  # jobs that the solver is given
MOST_JOBS = 2000  # jobs that greedy schedules are made of
MOST_TIME = 20_000  # steps in sequence that a search counts one by one


class Search:
    """One question, and what is known of it so far."""

    def __init__(
        self,
        unit: UnitGraph,
        conventions: Conventions,
        sizes: dict[str, int],
        any_tree: bool,
        within: float,
    ) -> None:
        self.unit, self.conventions, self.sizes = unit, conventions, sizes
        self.any_tree, self.within = any_tree, within
        self.budget = Budget(within)
        self.why: list[str] = []
        self.interrupted = False

    def found(self) -> Frontier:
        """Return the frontier: exact if one way ends, else what is known."""
        if self.any_tree:
            return self._any_tree()
        if len(self.unit) > 4 * MOST_JOBS:
            return self._of_the_machines()
        problem = problem_of(self.unit, self.conventions)
        if len(problem) > MOST_JOBS:
            return self._of_the_machines()
        exact = self._exactly(problem)
        return exact if exact is not None else self._bounded(problem)

    def _exactly(self, problem: Problem) -> Frontier | None:
        """Try the ways that prove all; None where none ends in time."""
        if sum(problem.steps) > MOST_TIME:
            self.why.append(f"{sum(problem.steps)} steps are too many to count one by one")
            return None
        forest = forest_of(problem)
        if forest is not None:
            search = Counting(forest, Budget(self.within * 0.6))
            found = self._try(
                "counts", search.frontier, lambda c: _starts_of(forest, problem, search.schedule(c)), problem
            )
            if found is not None:
                return found
        if self.interrupted:
            return None
        budget = Budget(min(self.budget.left(), self.within * 0.35))
        search = _configured(problem, budget)
        return (
            None if search is None else self._try("configurations", search.frontier, search.starts, problem)
        )

    def _try(
        self,
        method: str,
        costs: Callable[[], list[Cost]],
        starts: Callable[[Cost], Starts],
        problem: Problem,
    ) -> Frontier | None:
        try:
            found = costs()
        except OutOfBudget as limit:
            self.why.append(f"the search over {method} ended: {limit}")
            return None
        except KeyboardInterrupt:
            self.why.append(f"interrupted in the search over {method}")
            self.interrupted = True
            return None
        points = [self._point(c, EXACT, c[0], problem.unit, problem.witness(starts(c))) for c in found]
        return self._frontier(points, EXACT, method)

    def _bounded(self, problem: Problem) -> Frontier:
        """Return what greedy schedules and the solver know when the time is over."""
        known = Known(problem)
        sweep = Sweep(known, self.budget)
        method, exact = "greedy schedules and bounds", False
        try:
            greedy_points(known, Budget(max(1.0, self.budget.left() * 0.2)))
            if self._may_solve(problem):
                method = "greedy schedules, then the solver cell by cell"
                sweep.run()
            exact = sweep.finished()
        except KeyboardInterrupt:
            self.why.append("interrupted")
            self.interrupted = True
        if not exact and not self.interrupted and not self.budget.left():
            self.why.append(f"{self.within:g} s are over; more may be proven in more")
        return self._known(known, exact, method)

    def _may_solve(self, problem: Problem) -> bool:
        if self.interrupted:
            return False
        if len(problem) > MOST_SOLVED:
            self.why.append(f"{len(problem)} jobs are more than the {MOST_SOLVED} that the solver is given")
            return False
        if not available():
            self.why.append("the solver is not installed; it may prove more: pip install 'workdepth[solve]'")
            return False
        return True

    def _known(self, known: Known, exact: bool, method: str) -> Frontier:
        points = []
        for cost in known.points():
            proven = EXACT if exact or known.exact(cost) else BOUNDS
            low = min(known.low(cost[2], cost[1]), cost[0])
            witness = known.problem.witness(known.starts[cost])
            points.append(self._point(cost, proven, low, known.problem.unit, witness))
        return self._frontier(points, EXACT if exact else BOUNDS, method)

    def _any_tree(self) -> Frontier:
        fold = free_fold(problem_of(self.unit, self.conventions))
        search = Counting(fold.family, self.budget)
        try:
            costs = search.frontier()
        except (OutOfBudget, KeyboardInterrupt) as limit:
            self.interrupted = isinstance(limit, KeyboardInterrupt)
            self.why.append("interrupted" if self.interrupted else f"the search over counts ended: {limit}")
            return self._some_trees(fold)
        points = [self._point(c, EXACT, c[0], *fold.carried_out(search.schedule(c))) for c in costs]
        return self._frontier(points, EXACT, "counts, over all trees")

    def _some_trees(self, fold: FreeFold) -> Frontier:
        """Return what a rule reaches with 1, 2, 4, ... threads, each with its own tree."""
        count, work = fold.family.count, sum(fold.family.totals)
        found: dict[Cost, Point] = {}
        for threads in (1 << k for k in range(work.bit_length())):
            unit, witness = fold.carried_out(eager(fold.family, threads))
            r = replay(unit, witness, self.conventions)
            low = max((count - 1).bit_length(), -(-work // max(r.threads, 1)))
            cost = r.time, r.memory, r.threads
            found[cost] = Point(*cost, BOUNDS, low, unit, witness)
        return self._frontier([found[c] for c in least(found)], BOUNDS, "a greedy rule and bounds")

    def _of_the_machines(self) -> Frontier:
        """Return the schedules of the RAM and of the GPU: all there is at once for a very large graph."""
        from workdepth.schedule.frontier.machines import machine_points

        points = [
            self._point(cost, BOUNDS, low, self.unit, witness)
            for cost, low, witness in machine_points(self.unit, self.conventions)
        ]
        best = least(p.cost for p in points)
        self.why.append(
            f"{self.unit.operations} operations are too many to search: the RAM and the GPU alone"
        )
        return self._frontier([p for p in points if p.cost in best], BOUNDS, "the two machines")

    def _point(self, cost: Cost, status: str, low: int, unit: UnitGraph, witness: Witness) -> Point:
        """Return a point after carrying its witness out."""
        seen = replay(unit, witness, self.conventions)
        if (seen.time, seen.memory, seen.threads) != cost:
            raise CheckError(
                f"a schedule said to cost {cost} costs {seen}",
                where=unit.name,
                next_step="this is a fault of the search: please report the graph",
            )
        return Point(*cost, status, low, unit, witness)

    def _frontier(self, points: Iterable[Point], status: str, method: str) -> Frontier:
        return Frontier(
            algorithm=self.unit.name,
            sizes=dict(self.sizes),
            conventions=self.conventions,
            points=tuple(sorted(points, key=lambda p: p.cost)),
            status=status,
            method=method,
            note="" if status == EXACT else "; ".join(self.why),
            any_tree=self.any_tree,
            interrupted=self.interrupted,
        )


def _configured(problem: Problem, budget: Budget) -> Any:
    """Return the search over configurations that suits a problem; None where it is too large."""
    way: Any = Downsets if suits(problem) else Configurations
    if way is Configurations and len(problem) > MOST_CONFIGURED:
        return None
    if not may_pay(problem):
        return way(problem, budget)
    return IdleOrNot(way, problem, budget) if all(problem.steps) else None


def _starts_of(forest: Forest, problem: Problem, schedule: list[Counts]) -> Starts:
    """Return when each job starts where so many of each orbit start in each step, in their order."""
    starts = [0] * len(problem)
    done = [0] * len(forest.orbits)
    for now, counts in enumerate(schedule):
        for k, orbit in enumerate(forest.orbits):
            for job in orbit.jobs[done[k] : done[k] + counts[k]]:
                starts[job] = now
            done[k] += counts[k]
    return starts
