"""Analyses made by hand, so that printed texts do not move when formulas are written more simply."""

from workdepth.models import Analysis, Conventions, Cost
from workdepth.models.figure import Figure
from workdepth.report.table import Row, Table
from workdepth.symbolic import Domain, Size, parse

LONG = " + ".join(f"floor(n/{k})*ceiling(log2(n + {k}))" for k in range(2, 9))


def cost(domain, time, memory, threads, work, relation="="):
    def figure(text, rel="="):
        return Figure(parse(text), rel, domain)

    return Cost(figure(time), figure(memory, relation), figure(threads), figure(work))


def product(**switches):
    domain = Domain((Size("n"),))
    models = {
        "RAM": cost(domain, "n - 1", "n", "1", "n - 1"),
        "GPU": cost(domain, "ceiling(log2(n))", "n", "floor(n/2)", "n - 1"),
    }
    return Table((Row(Analysis("multiply-n", domain.sizes, Conventions(**switches), models)),))


def long():
    domain = Domain((Size("n", power_of=2), Size("m")))
    models = {
        "RAM": cost(domain, "m*n", LONG, "1", "m*n", "<="),
        "GPU": cost(domain, "log2(n) + m", "m*n", "n", "m*n"),
    }
    return Table((Row(Analysis("long", domain.sizes, Conventions(), models)),))


def both():
    return Table((*product().rows, *long().rows))
