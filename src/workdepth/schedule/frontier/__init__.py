"""The frontier: every best trade of time, memory and threads that a graph's schedules can make."""
