"""The command as a process: encodings, terminals, pipes, what it imports, how it ends."""

import json
import os
import signal
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "workdepth"]
BARE = {
    k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUTF8")
}


def run(*words, **environment):
    return subprocess.run(
        [*COMMAND, *words], env={**BARE, **environment}, capture_output=True, timeout=60, check=False
    )


def on_terminal(*words, columns=100, **environment):
    """Run on a pseudo-terminal and return what it shows."""
    pty = pytest.importorskip("pty")
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *words],
        env={**BARE, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **environment},
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.wait(60) == 0
    return shown.decode("utf-8").replace("\r\n", "\n")


def test_ascii_only_stdout_gets_ascii():
    found = run("table", "multiply-n", PYTHONIOENCODING="ascii")
    assert found.returncode == 0
    shown = found.stdout.decode("ascii")
    assert "ceiling(log2(n))" in shown
    assert "n: integer >= 1" in shown


def test_piped_output_is_whole_and_plain():
    found = run("table", "--all", PYTHONIOENCODING="utf-8")
    assert found.returncode == 0
    assert b"\x1b" not in found.stdout
    assert "…" not in found.stdout.decode()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize(
    "words", [("list",), ("table", "dot", "--format", "json"), ("draw", "dot", "--at", "n=4")]
)
def test_a_full_disk_is_told_in_one_line(words):
    with open("/dev/full", "wb") as full:
        found = subprocess.run(
            [*COMMAND, *words], env=BARE, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert found.returncode == 2
    assert found.stderr.decode().startswith(
        "workdepth: the result cannot be written to stdout: No space left"
    )
    assert found.stderr.count(b"\n") == 1


def test_a_closed_stdout_is_no_crash():
    found = subprocess.run(
        ["sh", "-c", '"$0" -m workdepth list >&-', sys.executable],
        env=BARE,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, b"")


def test_a_terminal_gets_colour_unless_told_not_to():
    assert "\x1b[" in on_terminal("table", "multiply-n")
    assert "\x1b" not in on_terminal("table", "multiply-n", NO_COLOR="1")
    assert "\x1b" not in on_terminal("table", "multiply-n", TERM="dumb")


def test_a_narrow_terminal_gets_a_list():
    shown = on_terminal("table", "multiply-n", columns=44, NO_COLOR="1")
    assert max(map(len, shown.splitlines())) <= 44
    assert "⌈log₂ n⌉" in shown
    assert shown.count("spacetime") == 2


def test_start_imports_neither_sympy_nor_numpy():
    script = "import sys; sys.argv = ['workdepth', 'table', 'multiply-n']\n"
    script += "try:\n    from workdepth.cli import main; main()\n"
    script += "finally:\n    print([m for m in ('sympy', 'numpy', 'cupy', 'matplotlib') if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=60, check=False, env=BARE
    )
    assert found.stdout.decode().splitlines()[-1] == "[]"


def test_version_and_help_import_no_graph():
    for words in (["--version"], ["--help"], ["list", "--help"]):
        script = f"import sys; sys.argv = ['workdepth', *{words}]\n"
        script += "try:\n    from workdepth.cli import main; main()\n"
        script += "finally:\n    print([m for m in ('networkx', 'rich', 'numpy') if m in sys.modules])"
        found = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, timeout=60, check=False, env=BARE
        )
        assert found.stdout.decode().splitlines()[-1] == "[]"


def test_a_reader_that_leaves_is_met_quietly():
    process = subprocess.Popen(
        [*COMMAND, "draw", "multiply-n", "--at", "n=100"],
        env=BARE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 141
    assert told == b""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_is_one_line():
    # A suite that was started in the background ignores ctrl-C, and hands that on to what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [*COMMAND, "check"], env=BARE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    finally:
        signal.signal(signal.SIGINT, before)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130
    assert told.splitlines()[-1] == "workdepth: interrupted"
    assert "Traceback" not in told


def test_json_is_one_document():
    found = run("table", "multiply-n", "--at", "n=1000", "--format", "json")
    assert json.loads(found.stdout)["schema"] == "workdepth.table/1"
    assert found.stderr == b""
