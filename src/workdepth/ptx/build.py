"""Write the PTX that the package ships: ``python -m workdepth.ptx.build``."""

from __future__ import annotations

from workdepth.plans import kernel_names, kernel_path, ptx_path
from workdepth.ptx.compile import to_ptx

SHIPPED_ARCH = "compute_80"


def built(name: str) -> str:
    """Return the PTX of a kernel file, as it should be shipped."""
    return to_ptx(kernel_path(name), arch=SHIPPED_ARCH)


def main() -> None:
    """Compile every kernel file and write its PTX beside it."""
    for name in kernel_names():
        path = ptx_path(name)
        path.write_text(built(name), encoding="utf-8")
        print(path.name)


if __name__ == "__main__":
    main()
