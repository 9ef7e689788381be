"""Figures held to the unrolled graph, at a few small sizes."""

import workdepth as wd
from workdepth.models.conventions import every_convention
from workdepth.schedule.cases import worst

FIGURES = ("time", "memory", "threads", "work")


def points(g):
    """A few sizes: all small, some unequal."""
    for value in (1, 2, 3, 5):
        yield {s.name: max(value + (k if value > 1 else 0), s.low) for k, s in enumerate(g.sizes)}


def unrolled(g, phases, point):
    """Return the unit graph, or None where the algorithm has no meaning at these sizes."""
    try:
        return wd.unroll(g, phases=phases, **point)
    except wd.WorkdepthError:
        return None


def hold_in_every_case(g, conventions):
    """Hold each figure to the largest of all choices of cases."""
    analysis = wd.analyze(g, conventions)
    for point in points(g):
        try:
            truths = worst(g, conventions, point)
        except wd.WorkdepthError:
            continue
        for machine, truth in truths.items():
            _hold(analysis, machine, truth, point)


def hold_to_the_graph(g, conventions):
    analysis = wd.analyze(g, conventions)
    for point in points(g):
        unit = unrolled(g, conventions.phases, point)
        if unit is None:
            continue
        for machine in ("RAM", "GPU"):
            _hold(analysis, machine, wd.profile(unit, machine, **conventions.of_schedule()), point)


def hold_in_every_setting(g):
    """Hold each figure to the unrolled graph under all settings of the switches."""
    assert all(unrolled(g, "barrier", point) is not None for point in points(g))
    for conventions in every_convention():
        hold_to_the_graph(g, conventions)


def _hold(analysis, machine, truth, point):
    for name in FIGURES:
        figure, found = getattr(analysis[machine], name), getattr(truth, name)
        told = figure.at(**point)
        held = told == found if figure.relation == "=" else told >= found
        assert held, (machine, name, str(figure), point)
