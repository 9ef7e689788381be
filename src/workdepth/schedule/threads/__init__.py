"""Schedules on p threads, with or without a limit of memory: greedy, bounds, exact."""
