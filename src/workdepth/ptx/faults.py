"""The machine's complaints: text that is not PTX it knows, and kernels that do wrong."""

from __future__ import annotations

from workdepth.errors import WorkdepthError


class PtxError(WorkdepthError):
    """PTX text that cannot be read, or an instruction that the machine has no rule for."""


class CompileError(WorkdepthError):
    """CUDA C++ that the compiler refused; the text carries the compiler's log."""


class KernelError(WorkdepthError):
    """A kernel that did wrong while it ran: an access out of bounds, a barrier not reached by all, no end."""
