"""A stand-in for CuPy, as far as the launcher uses it: arrays are NumPy's, launches are written down."""

from __future__ import annotations

import types

import numpy as np


class Array(np.ndarray):
    """What ``cupy.ndarray`` is to the launcher: not a plain NumPy array."""


class Function:
    def __init__(self, name: str, log: list) -> None:
        self.name, self.log = name, log
        self.max_dynamic_shared_size_bytes = 48 * 1024

    def __call__(self, grid: tuple, block: tuple, args: tuple, shared_mem: int = 0) -> None:
        self.log.append((self.name, grid, block, shared_mem))
        if self.name.startswith("multiply_tree"):
            x, m = args
            half = (int(m) + 1) // 2
            x[: int(m) - half] *= x[half : int(m)]


class Event:
    now = 0.0

    def record(self) -> None:
        Event.now += 0.5
        self.time = Event.now

    def synchronize(self) -> None:
        pass


def fake(devices: int = 1) -> types.SimpleNamespace:
    log: list = []
    facts = {
        "name": b"Fake GPU",
        "major": 9,
        "minor": 0,
        "multiProcessorCount": 4,
        "maxThreadsPerMultiProcessor": 2048,
        "sharedMemPerBlock": 49152,
        "l2CacheSize": 2**20,
        "totalGlobalMem": 2**30,
    }
    runtime = types.SimpleNamespace(
        getDeviceCount=lambda: devices,
        getDeviceProperties=lambda _: facts,
        driverGetVersion=lambda: 13000,
        runtimeGetVersion=lambda: 13000,
    )
    cuda = types.SimpleNamespace(
        is_available=lambda: devices > 0,
        runtime=runtime,
        Event=Event,
        Device=lambda: types.SimpleNamespace(synchronize=lambda: None),
        get_elapsed_time=lambda start, stop: stop.time - start.time,
    )
    sources: list = []

    def raw_module(code: str, options: tuple, backend: str) -> types.SimpleNamespace:
        sources.append((code, options, backend))
        return types.SimpleNamespace(get_function=lambda name: Function(name, log))

    return types.SimpleNamespace(
        ndarray=Array,
        cuda=cuda,
        RawModule=raw_module,
        asarray=lambda values: values.copy().view(Array),
        asnumpy=lambda values: np.asarray(values).view(np.ndarray),
        log=log,
        sources=sources,
    )
