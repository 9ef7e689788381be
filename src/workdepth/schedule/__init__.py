"""What needs a concrete graph: levels, liveness, the profile of a schedule, the check of the formulas, p threads."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    """A package that can be called: ``workdepth.schedule(...)`` finds a schedule.

    Python binds a subpackage to its name, so a function of this name would be lost behind it.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from workdepth.schedule.threads.search import schedule

        return schedule(*args, **kwargs)


sys.modules[__name__].__class__ = _Package
