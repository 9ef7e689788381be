"""Store or recompute: the least time of one thread with a given number of words."""
