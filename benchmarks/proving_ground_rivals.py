"""The proving ground's sweeps given to other estimators: big_O, Extra-P, and three rules written out here.

    pip install big-O extrap; python benchmarks/proving_ground_rivals.py

Every method is given the medians, the best summary of a point; Extra-P's restricted list holds the classes
of the proving ground and no others.  What is not installed is named and left out.  Needs NumPy only, not this
package.
"""

from __future__ import annotations

import json
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from proving_ground_families import DISTURBANCES, FAMILIES, GROWTHS, NOISES, draw

FIRST_SEED, SEEDS, GRIDS = 1000, 8, (13, 7)
RESULTS = Path(__file__).parent / "results" / "proving_ground_rivals.json"
EXPONENTS = {
    "1": (0, 0), "log(n)": (0, 1), "log(n)**2": (0, 2), "sqrt(n)": (0.5, 0), "n": (1, 0),
    "n*log(n)": (1, 1), "n**(3/2)": (1.5, 0), "n**2": (2, 0), "n**3": (3, 0),
}  # fmt: skip
Method = Callable[[np.ndarray, np.ndarray], str]


def one_coefficient(sizes: np.ndarray, times: np.ndarray) -> str:
    """Google Benchmark's rule: one coefficient, absolute least squares, least RMS; six classes."""
    best = {}
    for name in ("1", "log(n)", "n", "n*log(n)", "n**2", "n**3"):
        g = GROWTHS[name](sizes)
        best[name] = float(np.sqrt(np.mean((times - (times @ g) / (g @ g) * g) ** 2)))
    return min(best, key=best.__getitem__)


def slope(sizes: np.ndarray, times: np.ndarray) -> str:
    """The class whose log-log slope over the whole sweep is nearest."""
    return _nearest(sizes, times, 0)


def doubling(sizes: np.ndarray, times: np.ndarray) -> str:
    """The class whose growth over the last four steps is nearest."""
    return _nearest(sizes, times, len(sizes) - 5)


def _nearest(sizes: np.ndarray, times: np.ndarray, start: int) -> str:
    def rise(values: np.ndarray) -> float:
        return float(np.polyfit(np.log(sizes[start:]), np.log(values[start:]), 1)[0])

    return min(GROWTHS, key=lambda name: abs(rise(times) - rise(GROWTHS[name](sizes))))


def big_o_methods() -> dict[str, Method]:
    """The package big_O, on seconds and on microseconds (its tie-break is not free of the unit)."""
    import big_o
    from big_o import complexities as c

    names = {
        "Constant": "1", "Linear": "n", "Quadratic": "n**2", "Cubic": "n**3", "Logarithmic": "log(n)",
        "Linearithmic": "n*log(n)",
    }  # fmt: skip

    def named(sizes: np.ndarray, times: np.ndarray) -> str:
        classes = [c.Constant, c.Linear, c.Quadratic, c.Cubic, c.Polynomial, c.Logarithmic, c.Linearithmic]
        while True:
            try:
                best = big_o.infer_big_o_class(sizes, times, classes=classes)[0]
                break
            except IndexError:  # a rank-deficient fit at large sizes: drop the fastest class and try again
                classes.remove(c.Cubic if c.Cubic in classes else c.Quadratic)
        kind = type(best).__name__
        if kind != "Polynomial":
            return names[kind]
        power = float(best.coefficients()[1])
        close = [n for n, (p, logs) in EXPONENTS.items() if not logs and abs(p - power) <= 0.1]
        return close[0] if close else f"n**{power:.2f}"

    return {"big_O, seconds": named, "big_O, microseconds": lambda n, t: named(n, 1e6 * t)}


def extrap_methods() -> dict[str, Method]:
    """Extra-P's basic modeler, with its own list of exponents and with the proving ground's."""
    from extrap.entities.coordinate import Coordinate
    from extrap.entities.measurement import Measurement
    from extrap.modelers.single_parameter.basic import SingleParameterModeler

    def method(restricted: bool) -> Method:
        modeler = SingleParameterModeler()
        if restricted:
            blocks = [(p, logs) for name, (p, logs) in EXPONENTS.items() if name != "1"]
            modeler.hypotheses_building_blocks = [_block(p, logs) for p, logs in blocks]

        def named(sizes: np.ndarray, times: np.ndarray) -> str:
            points = [Measurement(Coordinate(n), None, None, [t]) for n, t in zip(sizes, times, strict=True)]
            terms = modeler.create_model(points).hypothesis.function.compound_terms
            powers = {"polynomial": 0.0, "logarithm": 0.0}
            for simple in terms[0].simple_terms if terms else ():
                powers[simple.term_type] += float(simple.exponent)
            found = (powers["polynomial"], powers["logarithm"])
            return next((n for n, e in EXPONENTS.items() if e == found), f"other {found}")

        return named

    return {"Extra-P, default list": method(False), "Extra-P, our list": method(True)}


def _block(power: float, logs: int):
    from extrap.entities.terms import CompoundTerm, SimpleTerm

    parts = [SimpleTerm("polynomial", power)] if power else []
    return CompoundTerm(*parts, *([SimpleTerm("logarithm", logs)] if logs else []))


def available() -> tuple[dict[str, Method], list[str]]:
    """All methods that can run here, and the names of the packages that are not installed."""
    methods: dict[str, Method] = {
        "one coefficient (Google Benchmark's rule)": one_coefficient,
        "log-log slope": slope,
        "doubling ratio of the last four steps": doubling,
    }
    absent = []
    for package, make in (("big_O", big_o_methods), ("Extra-P", extrap_methods)):
        try:
            methods |= make()
        except ImportError:
            absent.append(package)
    return methods, absent


def evaluate(methods: dict[str, Method], points: int, tuned: bool) -> dict:
    """The accuracy of every method on one grid."""
    right: dict = defaultdict(lambda: defaultdict(list))
    for family in FAMILIES:
        for noise in NOISES if family.tuned == tuned else ():
            for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
                sweep = draw(family, noise, DISTURBANCES[seed % len(DISTURBANCES)], points, seed)
                times = np.exp(np.median(np.log(sweep.samples).reshape(points, -1), axis=1))
                for name, method in methods.items():
                    hit = method(sweep.sizes, times) == family.truth
                    for key in ("all", family.group, f"{noise:.0%}", sweep.disturbance):
                        right[name][key].append(hit)
    accuracy = {m: {k: 100 * sum(v) / len(v) for k, v in by.items()} for m, by in right.items()}
    return {"points": points, "families": "tuned" if tuned else "held out", "accuracy": accuracy}


def main() -> None:
    """Run every method that is here and store the result."""
    methods, absent = available()
    print("absent:", ", ".join(absent) or "none")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the rivals' own
        runs = [evaluate(methods, points, tuned) for points in GRIDS for tuned in (True, False)]
    RESULTS.write_text(json.dumps({"absent": absent, "runs": runs}, indent=1) + "\n")
    for run in runs:
        print(run["points"], run["families"], {m: round(by["all"], 1) for m, by in run["accuracy"].items()})


if __name__ == "__main__":
    main()
