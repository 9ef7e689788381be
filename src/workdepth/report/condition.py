"""What is installed and present, what is missing, and the line that mends it."""

from __future__ import annotations

import json
import platform
import re
from dataclasses import asdict, dataclass
from importlib import metadata

from workdepth.errors import FileError

SCHEMA = "workdepth.doctor/1"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w-]+)['\"]")

# What each extra is for; those without a line here are for developers.
PURPOSES = {
    "ptx": "compile your own kernels for the PTX machine",
    "plot": "plots of fits",
    "cuda12": "run kernels on an NVIDIA GPU, driver for CUDA 12",
    "cuda13": "run kernels on an NVIDIA GPU, driver for CUDA 13",
    "fast": "compiled loops",
    "solve": "best schedules",
    "cluster": "sweeps on many machines",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for.

    Attributes
    ----------
    what, detail : str
        What it is and what was found.
    state : {"ok", "missing", "broken"}
        A missing thing is optional; a broken one is not.
    mend : str
        The line that mends it, or nothing.
    """

    what: str
    state: str
    detail: str
    mend: str = ""


def findings() -> list[Finding]:
    """Look at everything; nothing is changed, and only CuPy is imported, where it is installed."""
    from workdepth import __version__

    first = Finding("workdepth", "ok", f"{__version__}, on Python {platform.python_version()}")
    needed, extras = _requirements()
    found = [first, *(_package(name) for name in needed), _kernels()]
    return [*found, *(_extra(name, extras[name]) for name in PURPOSES if name in extras), _gpu()]


def _requirements() -> tuple[list[str], dict[str, list[str]]]:
    """Return the names of the packages that are always needed, and those of each extra."""
    needed: list[str] = []
    extras: dict[str, list[str]] = {}
    for line in metadata.requires("workdepth") or []:
        match, extra = _NAME.match(line), _EXTRA.search(line)
        if match:
            (extras.setdefault(extra.group(1), []) if extra else needed).append(match.group())
    return needed, extras


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _package(name: str) -> Finding:
    version = _version(name)
    if version:
        return Finding(name, "ok", version)
    return Finding(name, "broken", "not installed", f"pip install {name}")


def _extra(name: str, packages: list[str]) -> Finding:
    absent = [package for package in packages if not _version(package)]
    if absent:
        mend = f'pip install "workdepth[{name}]"'
        return Finding(f"extra {name}", "missing", f"{PURPOSES[name]}: no {', '.join(absent)}", mend)
    versions = ", ".join(f"{package} {_version(package)}" for package in packages)
    return Finding(f"extra {name}", "ok", f"{PURPOSES[name]}: {versions}")


def _kernels() -> Finding:
    from workdepth.plans import kernel_names, ptx_path

    try:
        names = kernel_names()
    except FileError as error:
        return Finding("kernels", "broken", error.what, "pip install --force-reinstall workdepth")
    bare = [name for name in names if not ptx_path(name).is_file()]
    if bare or not names:
        return Finding(
            "kernels",
            "broken",
            f"no PTX of {', '.join(bare) or 'any'}",
            "pip install --force-reinstall workdepth",
        )
    return Finding("kernels", "ok", f"{len(names)} with their PTX: {', '.join(names)}")


def _gpu() -> Finding:
    from workdepth import gpu

    there = gpu.available()
    if not there:
        return Finding(
            "GPU",
            "missing",
            f"{there.reason}; the PTX machine counts kernels without one",
            "workdepth measure --on ptx",
        )
    facts = gpu.facts()
    major, minor = facts.compute_capability
    memory = facts.memory_bytes / 2**30
    return Finding("GPU", "ok", f"{facts.name}, compute capability {major}.{minor}, {memory:.0f} GiB")


def exit_code(found: list[Finding]) -> int:
    """Return 3 where something that is always needed is not there."""
    return 3 if any(one.state == "broken" for one in found) else 0


def findings_json(found: list[Finding]) -> str:
    """Write findings as a JSON document."""
    return json.dumps({"schema": SCHEMA, "rows": [asdict(one) for one in found]}, indent=2)


def findings_text(found: list[Finding]) -> str:
    """Write findings as lines; what is not there is followed by the line that mends it."""
    wide = max(len(one.what) for one in found)
    lines = []
    for one in found:
        lines.append(f"{one.state:7}  {one.what:{wide}}  {one.detail}")
        if one.mend and one.state != "ok":
            lines.append(f"{'':7}  {'':{wide}}  -> {one.mend}")
    return "\n".join(lines)
