"""A plan of launches: which kernel, in which shape, on which arrays, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workdepth.errors import WorkdepthError


@dataclass(frozen=True, slots=True)
class Array:
    """An array that a plan needs: its element type and length; zeroed unless the caller gives it."""

    dtype: str
    length: int
    given: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """One kernel launch; arguments are names of the plan's arrays, or NumPy scalars."""

    kernel: str
    grid: tuple[int, ...]
    block: tuple[int, ...]
    args: tuple[str | np.generic, ...]
    shared_bytes: int = 0


@dataclass(frozen=True, slots=True)
class LaunchPlan:
    """All launches that solve one problem of one size.

    Attributes
    ----------
    source : str
        The kernel file, as ``kernel_path`` takes it.
    size : int
        The problem's size n.
    arrays : Mapping
        The arrays, by name.
    launches : tuple of Launch
        The launches in order; there may be none.
    result : str
        The array whose first ``result_length`` elements are the answer.
    """

    source: str
    size: int
    arrays: Mapping[str, Array]
    launches: tuple[Launch, ...]
    result: str
    result_length: int = 1

    def filled(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return fresh arrays: copies of the inputs, zeros for the rest.

        Raises
        ------
        WorkdepthError
            Where an input is missing, unknown, or of another type or length than the plan's.

        Examples
        --------
        >>> plan = LaunchPlan("multiply_tree", 1, {"x": Array("uint32", 1, True)}, (), "x")
        >>> plan.filled({"x": np.array([7], np.uint32)})
        {'x': array([7], dtype=uint32)}
        """
        wanted = {name for name, array in self.arrays.items() if array.given}
        if set(inputs) != wanted:
            raise WorkdepthError(
                f"inputs {sorted(inputs)} for a plan that takes {sorted(wanted)}",
                where=self.source,
                next_step="pass exactly those arrays",
            )
        return {name: self._fresh(name, array, inputs) for name, array in self.arrays.items()}

    def _fresh(self, name: str, array: Array, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        if not array.given:
            return np.zeros(array.length, array.dtype)
        values = inputs[name]
        if values.dtype != array.dtype or values.shape != (array.length,):
            raise WorkdepthError(
                f"{name} is {values.dtype}{list(values.shape)}",
                where=self.source,
                next_step=f"pass {array.dtype}[{array.length}]",
            )
        return values.copy()

    def answer(self, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the answer, once the launches have run on ``arrays``."""
        return arrays[self.result][: self.result_length]
