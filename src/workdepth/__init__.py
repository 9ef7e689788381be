"""workdepth: time, memory and threads of an algorithm on the RAM and on the GPU."""

__version__ = "0.1.0"
