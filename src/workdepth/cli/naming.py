"""From what a person types to a graph: a library name, a file, or an object of a Python module."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from workdepth.errors import FileError, WorkdepthError

# What a person's module may raise while it runs; told in one line, as their mistake and not ours.
_THEIRS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


def graph_named(text: str) -> Any:
    """Return the graph of a library name or of a graph file; nothing is run.

    Parameters
    ----------
    text : str

    Returns
    -------
    Algorithm

    Raises
    ------
    WorkdepthError
        When there is no such algorithm or file, or the file is not a graph.
    """
    if _is_code(text):
        raise FileError(
            f"{text!r} is Python code, which would have to be run",
            next_step=f"if you trust it: workdepth analyze {text}",
        )
    if _is_path(text):
        return _loaded(text)
    from workdepth.library import entries, entry_named

    if text not in entries():
        raise _unknown(text, list(entries()))
    return entry_named(text).build()


def oracle_named(text: str) -> Any:
    """Return the oracle of a library name, or None for a file."""
    from workdepth.library import entries

    known = entries()
    return known[text].oracle if text in known else None


def graph_or_code(text: str) -> Any:
    """Return the graph of a name, a file, or ``module.py:name``, which is run."""
    return _run(text) if _is_code(text) else graph_named(text)


def _is_code(text: str) -> bool:
    path, sign, _ = text.rpartition(":")
    return (bool(sign) and path.endswith(".py")) or text.endswith(".py")


def _is_path(text: str) -> bool:
    return "." in text or os.sep in text or Path(text).is_file()


def _loaded(text: str) -> Any:
    if not Path(text).is_file():
        is_other = Path(text).exists()
        what = f"{text!r} is no regular file" if is_other else f"there is no file {text!r}"
        raise FileError(
            what, next_step="give a graph file, or a name of the library ('workdepth list' names them)"
        )
    from workdepth.graph.files import load

    return load(Path(text))


def _unknown(text: str, known: list[str]) -> WorkdepthError:
    from difflib import get_close_matches

    near = get_close_matches(text, known, 3)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return WorkdepthError(
        f"there is no algorithm and no file {text!r}",
        next_step=f"{hint}'workdepth list' names all {len(known)}",
    )


def _run(text: str) -> Any:
    path, sign, name = text.rpartition(":")
    if not sign or not name.isidentifier():
        raise FileError(f"{text!r} does not say which object", next_step="write it as module.py:name")
    if not Path(path).is_file():
        raise FileError(f"there is no file {path!r}", next_step="write it as module.py:name")
    try:
        found = _executed(Path(path)).get(name, _run)
        if found is _run:
            raise FileError(
                f"there is no {name!r} in it", where=path, next_step="give the name of a graph in it"
            )
        return _graph(found() if callable(found) and not hasattr(found, "nodes") else found, text)
    except _THEIRS as error:
        raise FileError(
            f"it raised {type(error).__name__}: {error}",
            where=_line(error, path),
            next_step="mend the module",
        ) from error


def _executed(path: Path) -> dict[str, Any]:
    import runpy

    sys.path.insert(0, str(path.resolve().parent))
    try:
        return runpy.run_path(str(path), run_name=path.stem)
    finally:
        sys.path.pop(0)


def _graph(found: Any, text: str) -> Any:
    if not hasattr(found, "nodes") or not hasattr(found, "edges"):
        raise FileError(
            f"it is of type {type(found).__name__}, not a graph",
            where=text,
            next_step="give an Algorithm or a networkx DAG",
        )
    return found


def _line(error: BaseException, path: str) -> str:
    """Name the deepest line of the person's own file."""
    line, trace = getattr(error, "lineno", None), error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return path if line is None else f"{path}, line {line}"
