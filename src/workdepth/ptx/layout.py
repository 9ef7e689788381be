"""Where variables lie: offsets in shared and local memory, addresses of the module's own arrays.

Shared and local addresses are offsets; a generic address of theirs lies in a window far above every array.
Arrays lie 64 GiB apart, so that an index that runs away still names the array it ran from.
"""

from __future__ import annotations

from workdepth.ptx.faults import PtxError
from workdepth.ptx.syntax import Function, ModuleText, Variable

GENERIC_WINDOW = {"shared": 0x7F << 56, "local": 0x7E << 56}
ARRAY_STRIDE = 1 << 36
LARGEST_SHARED = 227 * 1024
LARGEST_LOCAL = 512 * 1024


def array_address(number: int) -> int:
    """Return where the array of that number begins."""
    return (number + 1) * ARRAY_STRIDE


def module_arrays(module: ModuleText) -> list[Variable]:
    """Return the variables of a module that live in global or constant memory, in order."""
    return [variable for variable in module.variables.values() if variable.space in ("global", "const")]


def parameter_offsets(function: Function) -> dict[str, int]:
    """Return where each parameter lies in the bank of parameters."""
    offsets, end = {}, 0
    for variable in function.parameters:
        start = -(-end // variable.align) * variable.align
        offsets[variable.name], end = start, start + variable.bytes
    return offsets


class Layout:
    """The addresses of everything that a function can name."""

    def __init__(self, function: Function, module: ModuleText) -> None:
        self.shared: list[tuple[str, int, int]] = []
        self.places: dict[str, tuple[str, int]] = {}
        self.shared_bytes = self.local_bytes = 0
        own = [*module.variables.values(), *function.variables]
        # Dynamic shared arrays have no size: they begin where the static ones end, as on the device.
        own.sort(key=lambda variable: variable.extern and variable.space == "shared")
        for variable in own:
            self._place(variable)
        # The arrays of a module come first, then the bank of parameters, then the arrays of a launch.
        arrays = module_arrays(module)
        for number, variable in enumerate(arrays):
            self.places[variable.name] = (variable.space, array_address(number))
        for name, offset in parameter_offsets(function).items():
            self.places[name] = ("param", array_address(len(arrays)) + offset)
        if self.shared_bytes > LARGEST_SHARED:
            raise PtxError(
                f"{self.shared_bytes} bytes of shared memory in {function.name}",
                next_step=f"a block has at most {LARGEST_SHARED}",
            )
        if self.local_bytes > LARGEST_LOCAL:
            raise PtxError(
                f"{self.local_bytes} bytes of local memory in {function.name}",
                next_step=f"a thread has at most {LARGEST_LOCAL}",
            )

    def _place(self, variable: Variable) -> None:
        align = max(variable.align, 1)
        if variable.space == "shared":
            start = -(-self.shared_bytes // align) * align
            self.places[variable.name] = ("shared", start)
            self.shared.append((variable.name, start, variable.bytes))
            self.shared_bytes = start + variable.bytes
        elif variable.space in ("local", "param"):
            start = -(-self.local_bytes // align) * align
            self.places[variable.name] = ("local", start)
            self.local_bytes = start + variable.bytes

    def address(self, name: str) -> tuple[str, int] | None:
        """Return the space and address of a variable."""
        return self.places.get(name)
