"""What a kernel says of itself in the comment at its top, read so that it can be checked.

A header is lines ``// key: value``; a value is a formula in n, or words for ``requires`` and ``source``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workdepth.errors import FileError
from workdepth.plans.paths import kernel_path

_LINE = re.compile(r"// (\w+): +(\S.*)")
FORMULAS = ("work", "span", "threads", "launches", "barriers", "loads", "stores")


@dataclass(frozen=True, slots=True)
class KernelHeader:
    """The claims of a kernel file: formulas in n as text, needs and source as words.

    Attributes
    ----------
    summary : str
        What the kernel does, in one sentence.
    work, span, threads : str
        Operations of the algorithm, the longest chain of them, and threads with work to do.
    launches, barriers : str
        Kernel launches, and barriers that a thread passes, over all launches.
    loads, stores : str
        Words of global memory read and written.
    requires, source : str
        What the kernel asks of its caller, and where the method comes from.
    """

    name: str
    summary: str
    work: str
    span: str
    threads: str
    launches: str
    barriers: str
    loads: str
    stores: str
    requires: str
    source: str


def header(name: str) -> KernelHeader:
    """Read the header of a kernel file.

    Raises
    ------
    FileError
        Where there is no such kernel, or its header leaves something out.

    Examples
    --------
    >>> header("multiply_tree").span
    'ceiling(log2(n))'
    """
    text = kernel_path(name).read_text(encoding="utf-8")
    top = text.split("\n\n", 1)[0]
    found = dict(_LINE.findall(top))
    missing = [key for key in (*FORMULAS, "requires", "source") if key not in found]
    if missing:
        raise FileError(
            f"the header of {name}.cu leaves out: {', '.join(missing)}",
            where=str(kernel_path(name)),
            next_step="add a line '// key: value' for each",
        )
    summary = " ".join(line[3:] for line in top.split("\n//\n", 1)[0].splitlines())
    return KernelHeader(
        name, summary, **{key: found[key].strip() for key in (*FORMULAS, "requires", "source")}
    )
