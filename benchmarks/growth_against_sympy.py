"""Which of two costs grows faster: by their growth classes, and by sympy's limit of their ratio.

    python benchmarks/growth_against_sympy.py        writes benchmarks/results/growth_against_sympy.json

Both get the same pairs of expressions, each side in its own form, and must give the same answer; a pair that sympy
gives up or does not finish is counted apart and not timed; where the answers differ, numbers decide who is right.  Our
time is of two classes and one comparison, made anew in each round (only the prime factors of small numbers are
remembered); sympy's is of one call of limit, its cache cleared.  Seconds are of processor time; all samples are kept.
"""

from __future__ import annotations

import signal
import time
from statistics import geometric_mean, median
from typing import Any

import sympy
from stored import store

from workdepth.symbolic import growth, parse, symbol, to_sympy

COSTS = (
    "n", "n*log2(n)", "n**2", "n**2 + n*log2(n)", "sqrt(n)", "log2(n)", "log2(n)**2", "n*log2(n)**2",
    "3*n**3 - n**2", "n**(3/2)", "2**n", "3**n", "n*2**n", "7**log2(n)", "n**2/log2(n)", "log2(log2(n))",
    "n*(n - 1)/2", "2*n*log2(n) - n + 1",
)  # fmt: skip
#: The pairs of which one is compared with the next three.
AHEAD = 3
ROUNDS = 5
LIMIT_SECONDS = 20


def pairs() -> list[tuple[str, str]]:
    return [(a, b) for i, a in enumerate(COSTS) for b in COSTS[i + 1 : i + 1 + AHEAD]]


def ours(a: str, b: str) -> tuple[str, list[float]]:
    """Return the answer, and seconds of each round: two classes and their comparison."""
    first, second = parse(a), parse(b)
    taken = []
    for _ in range(ROUNDS):
        begin = time.process_time_ns()
        answer = growth(first).compare(growth(second))
        taken.append((time.process_time_ns() - begin) / 1e9)
    return answer, taken


def theirs(a: str, b: str) -> tuple[str, list[float]]:
    """Return the answer by the limit of the ratio, and the seconds of one call."""
    from sympy.core.cache import clear_cache

    ratio = to_sympy(parse(a)) / to_sympy(parse(b))
    clear_cache()
    begin = time.process_time_ns()
    found = sympy.limit(ratio, symbol("n"), sympy.oo)
    taken = (time.process_time_ns() - begin) / 1e9
    answer = "<" if found == 0 else ">" if found.is_infinite else "=" if found.is_positive else f"{found}"
    return answer, [taken]


class Slow(Exception):  # noqa: N818 - a signal
    """Sympy did not finish in time."""


def _stop(*_: Any) -> None:
    raise Slow


def compared(a: str, b: str) -> dict[str, Any]:
    answer, seconds = ours(a, b)
    row: dict[str, Any] = {"a": a, "b": b, "answer": answer, "seconds": seconds}
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(LIMIT_SECONDS)
    try:
        row["sympy"], row["sympy_seconds"] = theirs(a, b)
    except (Slow, NotImplementedError, ValueError, RecursionError) as error:
        row["sympy_failed"] = f"{type(error).__name__}: {error}"[:100]
    finally:
        signal.alarm(0)
    return row


def by_numbers(a: str, b: str) -> str:
    """Return the answer that the ratio at two large sizes suggests."""
    small, large = (float(parse(a).at({"n": n})) / float(parse(b).at({"n": n})) for n in (2**16, 2**64))
    return "<" if large < small / 2 else ">" if large > small * 2 else "="


def main() -> None:
    ours("n", "n**2")
    theirs("n", "n**2")  # imports are not the question
    rows = [compared(a, b) for a, b in pairs()]
    both = [r for r in rows if "sympy" in r]
    equal = [r for r in both if r["sympy"] == r["answer"]]
    differ = [r for r in both if r["sympy"] != r["answer"]]
    ratios = [median(r["sympy_seconds"]) / median(r["seconds"]) for r in equal]
    for r in differ:
        r["by_numbers"] = by_numbers(r["a"], r["b"])
        print(f"{r['a']} against {r['b']}: {r['answer']}, sympy says {r['sympy']}, numbers {r['by_numbers']}")
    wrong = [r for r in differ if r["by_numbers"] != r["answer"]]
    failed = len(rows) - len(both)
    print(f"{len(rows)} pairs: {len(equal)} equal answers, {len(differ)} differ, sympy failed on {failed}")
    print(
        f"sympy's limit / growth class: median {median(ratios):.0f}, geometric mean {geometric_mean(ratios):.0f}"
    )
    total = sum(median(r["sympy_seconds"]) for r in equal) / sum(median(r["seconds"]) for r in equal)
    found = {
        f"sympy.limit / growth class, {len(equal)} pairs with equal answers, median": {
            "value": median(ratios), "goal": 500, "unit": "times"},
        "the same, all pairs together": {"value": total, "goal": None, "unit": "times"},
        "pairs where the answers differ": {"value": len(differ), "goal": None, "unit": "pairs"},
        "of these, where numbers contradict the growth class": {"value": len(wrong), "goal": 0, "unit": "pairs"},
        "pairs that sympy gave up or did not finish": {"value": failed, "goal": None, "unit": "pairs"},
    }  # fmt: skip
    store("growth_against_sympy", {"rows": found, "pairs": rows})


if __name__ == "__main__":
    main()
