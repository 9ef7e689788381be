"""Arguments, checked against what the kernel declares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workdepth.plans.shape import LaunchError
from workdepth.ptx.layout import ARRAY_STRIDE, array_address, parameter_offsets
from workdepth.ptx.memory import Buffer, array_buffer
from workdepth.ptx.program import Program
from workdepth.ptx.syntax import Function, Variable
from workdepth.ptx.types import TYPES

Argument = np.ndarray | np.generic


def parameter_bank(function: Function, number: int) -> Buffer:
    """Return the memory that holds a kernel's parameters, empty yet; ``number`` places it."""
    size = max(
        (
            at + v.bytes
            for v, at in zip(function.parameters, parameter_offsets(function).values(), strict=True)
        ),
        default=0,
    )
    return Buffer("the parameters", np.zeros(size, np.uint8), array_address(number), 1, 1, writable=False)


def bound(
    function: Function, program: Program, args: Sequence[Argument], bank: Buffer
) -> tuple[list[Buffer], dict[int, np.ndarray]]:
    """Bind arguments to parameters.

    Parameters
    ----------
    function : Function
        The kernel, for its parameters.
    program : Program
        The kernel, for the slots that read them.
    args : sequence
        Arrays and scalars.
    bank : Buffer
        The memory of the parameters; it is filled, and the arrays are numbered after it.

    Returns
    -------
    tuple
        The arrays as buffers, and the value of each parameter slot.

    Raises
    ------
    LaunchError
        Where arguments do not fit in number, kind, width or layout.
    """
    declared = function.parameters
    if len(args) != len(declared):
        raise LaunchError(
            f"{len(args)} arguments for {len(declared)} parameters",
            where=f"kernel {function.name}",
            next_step=f"it takes: {', '.join(_described(one) for one in declared) or 'none'}",
        )
    first = bank.base // ARRAY_STRIDE
    buffers: list[Buffer] = []
    places: dict[tuple[int, int], int] = {}
    contents: dict[str, bytes] = {}
    for number, (value, variable) in enumerate(zip(args, declared, strict=True)):
        where = f"argument {number} of kernel {function.name}"
        if isinstance(value, np.ndarray):
            _check_array(value, variable, where)
            key = (value.ctypes.data, value.nbytes)
            if key not in places:
                places[key] = array_address(first + len(buffers))
                name = f"argument {number} ({value.dtype})"
                buffers.append(array_buffer(name, first + len(buffers), value, program.granule["global"]))
            contents[variable.name] = places[key].to_bytes(8, "little")
        else:
            contents[variable.name] = _scalar(value, variable, where)
    for name, offset in parameter_offsets(function).items():
        data = np.frombuffer(contents[name], np.uint8)
        bank.bytes[offset : offset + len(data)] = data
    return buffers, _slot_values(program, contents)


def _slot_values(program: Program, contents: dict[str, bytes]) -> dict[int, np.ndarray]:
    values = {}
    for number, slot in enumerate(program.slots):
        if slot.kind == "parameter" and isinstance(slot.key, tuple):
            name, offset = slot.key
            part = contents[name][offset : offset + slot.type.bytes]
            values[number] = np.frombuffer(part, slot.type.raw).copy()
    return values


def _described(variable: Variable) -> str:
    return f"{variable.type}[{variable.bytes} bytes]" if variable.is_array else variable.type


def _check_array(value: np.ndarray, variable: Variable, where: str) -> None:
    if variable.is_array or TYPES[variable.type].bits != 64 or variable.type == "f64":
        raise LaunchError(
            f"an array where the kernel takes a value of type {_described(variable)}",
            where=where,
            next_step="pass a NumPy scalar",
        )
    if not value.flags.c_contiguous:
        raise LaunchError(
            "an array that is not C-contiguous",
            where=where,
            next_step="pass numpy.ascontiguousarray(...) of it, and read the result from that copy",
        )
    if value.dtype.hasobject or value.dtype.itemsize not in (1, 2, 4, 8, 16) or not value.dtype.isnative:
        raise LaunchError(
            f"an array of dtype {value.dtype}",
            where=where,
            next_step="pass elements of 1, 2, 4, 8 or 16 bytes in the machine's byte order",
        )
    if value.nbytes == 0:
        raise LaunchError("an empty array", where=where, next_step="pass at least one element")


def _scalar(value: object, variable: Variable, where: str) -> bytes:
    kind = TYPES[variable.type]
    if not isinstance(value, np.generic):
        raise LaunchError(
            f"{value!r} of Python type {type(value).__name__}",
            where=where,
            next_step=f"pass a NumPy scalar of {variable.bytes} bytes, such as numpy.int32(...), "
            "or an array for a pointer",
        )
    if value.dtype.itemsize != variable.bytes:
        raise LaunchError(
            f"{value.dtype} of {value.dtype.itemsize} bytes for {_described(variable)}",
            where=where,
            next_step=f"pass a NumPy scalar of {variable.bytes} bytes",
        )
    if not variable.is_array and (value.dtype.kind == "f") != (kind.kind == "f") and kind.kind != "b":
        raise LaunchError(
            f"{value.dtype} for {_described(variable)}",
            where=where,
            next_step="pass a float for a float and an integer for an integer",
        )
    return value.tobytes()
