"""Verdicts and fits as plain data, for JSON."""

from __future__ import annotations

from typing import Any

from workdepth.measure.exact import ExactFit
from workdepth.measure.fit import Fit
from workdepth.measure.verdict import Verdict

SCHEMA = "workdepth.judge/1"


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict and the fit behind it as numbers, texts and lists.

    Examples
    --------
    >>> verdict_record(Verdict("inconclusive", "too few", "n", "n in [1, 2]"))["outcome"]
    'inconclusive'
    """
    return {
        "schema": SCHEMA,
        "prediction": verdict.prediction,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "span": verdict.span,
        "fit": fit_record(verdict.fit),
    }


def fit_record(fit: Fit | ExactFit | None) -> dict[str, Any] | None:
    """Return a fit as plain data; None where there is none."""
    if fit is None:
        return None
    if isinstance(fit, ExactFit):
        return {
            "exact": str(fit.expression),
            "domain": fit.domain,
            "starts_at": fit.starts_at,
            "points": fit.points,
        }
    return {
        "growth": fit.growth,
        "shape": fit.shape,
        "terms": [
            {"term": t, "coefficient": c, "interval": list(i)}
            for t, c, i in zip(fit.terms, fit.coefficients, fit.intervals, strict=True)
        ],
        "starts_at": fit.starts_at,
        "residual": fit.residual,
        "error": fit.error,
        "share_of_leading_terms": fit.share,
        "extrapolation_error": fit.extrapolation,
        "chosen_in_bootstrap": fit.shares,
        "scores": fit.scores,
    }
