"""Write what is made from the kernels' sources: ``python -m workdepth.ptx.build``.

Made are the PTX that the package ships, the table of ``kernels/README.md``, and, in a checkout, the page
of known instructions.
"""

from __future__ import annotations

from workdepth.plans import header, kernel_names, kernel_path, ptx_path
from workdepth.plans.paths import kernel_folder
from workdepth.ptx.catalogue import table as instructions
from workdepth.ptx.compile import to_ptx

SHIPPED_ARCH = "compute_80"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def built(name: str) -> str:
    """Return the PTX of a kernel file, as it should be shipped."""
    return to_ptx(kernel_path(name), arch=SHIPPED_ARCH)


def table() -> str:
    """Return the README's table, a row for each kernel file, from their headers."""
    columns = ("work", "span", "threads", "launches", "barriers", "loads", "stores")
    lines = ["| kernel | " + " | ".join(columns) + " | source |", "|---" * (len(columns) + 2) + "|"]
    for name in kernel_names():
        one = header(name)
        figures = " | ".join(f"`{getattr(one, column)}`" for column in columns)
        lines.append(f"| [{name}]({name}.cu) | {figures} | {one.source} |")
    return "\n".join(lines)


def page() -> str:
    """Return the page of known instructions."""
    return f"""# Instructions of the PTX machine

What the machine executes, by opcode; its rules are in `src/workdepth/ptx/rules/`. Whatever is not here stops
with an error that names the instruction and its line. Integers are 8 to 64 bits wide, floats f16, bf16, f32
and f64, and pairs f16x2, bf16x2, u16x2, s16x2. The approximate functions give NumPy's value, which is
nearer to the true one than a device's, not its bits. NaN results are NumPy's.

{instructions()}
"""


def main() -> None:
    """Compile every kernel file, write its PTX beside it, and write the tables."""
    for name in kernel_names():
        ptx_path(name).write_text(built(name), encoding="utf-8")
        print(f"kernels/ptx/{name}.ptx")
    readme = kernel_folder() / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    print("kernels/README.md")
    reference = kernel_folder().parent / "docs" / "reference"
    if reference.is_dir():
        (reference / "ptx-instructions.md").write_text(page(), encoding="utf-8")
        print("docs/reference/ptx-instructions.md")


if __name__ == "__main__":
    main()
