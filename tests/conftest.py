"""Shared by all tests: examples are drawn the same way every time; what needs a GPU is skipped and counted."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "fixed", derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("fixed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked ``gpu`` where there is no GPU, with the reason."""
    marked = [item for item in items if item.get_closest_marker("gpu")]
    if not marked:
        return
    from workdepth import gpu

    found = gpu.available()
    if not found:
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=f"no GPU: {found.reason}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests a GPU would have run."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "gpu" in r.keywords]
    if skipped:
        reasons = {str(r.longrepr[2]).removeprefix("Skipped: ") for r in skipped}
        terminalreporter.write_line(
            f"{len(skipped)} tests marked gpu were skipped: {'; '.join(sorted(reasons))}"
        )
