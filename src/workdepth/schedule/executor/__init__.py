"""One task over many cells: in this process, on its cores, or on a cluster, by the same call."""

from workdepth.schedule.executor.run_all import run_all

__all__ = ["run_all"]
