"""What is done, as JSON lines: one a cell, written when it is done, so that a killed run goes on from there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from workdepth.errors import FileError

SCHEMA = "workdepth.cells/1"


def key_of(cell: Any) -> str:
    """Return the text that a cell goes by: JSON, with sorted keys.

    Raises
    ------
    FileError
        When it cannot be written as JSON, or would be read as something else.

    Examples
    --------
    >>> key_of({"p": 4, "graph": "fft"})
    '{"graph": "fft", "p": 4}'
    """
    try:
        return json.dumps(cell, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise FileError(
            f"{cell!r} cannot be written as JSON: {error}",
            where="cells",
            next_step="use numbers, texts, lists and dicts with text keys",
        ) from error


class Journal:
    """The file of what one task has done, open for more.

    Parameters
    ----------
    path : path
        Made if it is not there.  A last line that was cut short is dropped.
    task : str
        Which task it belongs to.

    Raises
    ------
    FileError
        When it is no such file, belongs to another task, or is in use.
    """

    def __init__(self, path: str | Path, task: str) -> None:
        self.path, self.task = Path(path), task
        self.done: dict[str, Any] = {}

    def __enter__(self) -> Journal:
        try:
            self._file: BinaryIO = open(self.path, "a+b")
        except OSError as error:
            raise FileError(
                f"cannot be written: {error.strerror}", where=str(self.path), next_step="give another path"
            ) from error
        try:
            self._lock()
            self._read()
        except FileError:
            self._file.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, key: str, result: Any) -> None:
        """Write what a cell came to; it is on the disk when this returns."""
        if key in self.done:
            raise FileError(f"{key} is done twice", where=str(self.path), next_step="report this as a fault")
        self._write({"cell": json.loads(key), "result": _plain(result, key)})
        self.done[key] = result

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _lock(self) -> None:
        """Keep others out; the system lets go when this process ends, however it ends."""
        try:
            import fcntl
        except ImportError:  # a system without such locks
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FileError(
                "another run is writing here",
                where=str(self.path),
                next_step="wait for it, or give another path",
            ) from error

    def _read(self) -> None:
        self._file.seek(0)
        text = self._file.read()
        whole = text[: text.rfind(b"\n") + 1]
        if len(whole) < len(text):
            self._file.truncate(len(whole))
        lines = whole.splitlines()
        if not lines:
            self._write({"schema": SCHEMA, "task": self.task})
            return
        self._check_header(self._parse(lines[0], 1))
        for number, line in enumerate(lines[1:], 2):
            record = self._parse(line, number)
            if record.keys() != {"cell", "result"}:
                raise self._wrong(f"line {number} is no cell with its result")
            self.done[key_of(record["cell"])] = record["result"]

    def _check_header(self, header: dict[str, Any]) -> None:
        if header.get("schema") != SCHEMA:
            raise self._wrong(f"does not begin with the schema {SCHEMA}")
        if header.get("task") != self.task:
            raise self._wrong(f"holds what {header.get('task')} has done, not {self.task}")

    def _parse(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            found = json.loads(line)
        except ValueError as error:
            raise self._wrong(f"line {number} is no JSON") from error
        if not isinstance(found, dict):
            raise self._wrong(f"line {number} is no object")
        return found

    def _wrong(self, what: str) -> FileError:
        return FileError(what, where=str(self.path), next_step="give another path, or move this file away")


def _plain(result: Any, key: str) -> Any:
    try:
        json.dumps(result, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise FileError(
            f"the result of {key} cannot be written as JSON: {error}",
            where="task",
            next_step="let it return numbers, texts, lists and dicts",
        ) from error
    return result
