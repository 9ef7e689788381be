"""Whether there is a GPU, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from workdepth.errors import MissingError

INSTALL = 'pip install "workdepth[cuda13]" (or [cuda12], to fit the driver)'


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a GPU can be used; false values say why not."""

    usable: bool
    reason: str

    def __bool__(self) -> bool:
        """Return whether a GPU can be used."""
        return self.usable


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What the driver tells of a device; sizes in bytes."""

    name: str
    compute_capability: tuple[int, int]
    multiprocessors: int
    threads_per_multiprocessor: int
    shared_per_block: int
    l2_bytes: int
    memory_bytes: int
    driver: int
    runtime: int


def cupy() -> ModuleType:
    """Return CuPy.

    Raises
    ------
    MissingError
        Where CuPy is not installed.
    """
    try:
        import cupy as module
    except ImportError as error:
        raise MissingError("CuPy is not installed", where="workdepth.gpu", next_step=INSTALL) from error
    return module


def available() -> Availability:
    """Return whether a GPU can be used, and if not, why.

    Returns
    -------
    Availability
        True or false in a condition.

    Examples
    --------
    >>> isinstance(bool(available()), bool)
    True
    """
    try:
        module = cupy()
    except MissingError as error:
        return Availability(False, f"{error.what}: {error.next_step}")
    if not module.cuda.is_available():
        return Availability(False, "CuPy is installed, but finds no usable NVIDIA GPU or driver")
    return Availability(True, f"{module.cuda.runtime.getDeviceCount()} GPU(s)")


def usable() -> ModuleType:
    """Return CuPy where it has a device to use.

    Raises
    ------
    MissingError
        Where CuPy or a GPU is missing.
    """
    found = available()
    if not found:
        raise MissingError(
            f"no GPU to use ({found.reason})", next_step="measure with the PTX machine instead: --on ptx"
        )
    return cupy()


def facts(device: int = 0) -> DeviceFacts:
    """Return what the driver tells of a device.

    Raises
    ------
    MissingError
        Where CuPy or a GPU is missing.
    """
    runtime = usable().cuda.runtime
    told: dict[str, Any] = runtime.getDeviceProperties(device)
    name = told["name"]
    return DeviceFacts(
        name=name.decode() if isinstance(name, bytes) else str(name),
        compute_capability=(int(told["major"]), int(told["minor"])),
        multiprocessors=int(told["multiProcessorCount"]),
        threads_per_multiprocessor=int(told["maxThreadsPerMultiProcessor"]),
        shared_per_block=int(told["sharedMemPerBlock"]),
        l2_bytes=int(told["l2CacheSize"]),
        memory_bytes=int(told["totalGlobalMem"]),
        driver=int(runtime.driverGetVersion()),
        runtime=int(runtime.runtimeGetVersion()),
    )
