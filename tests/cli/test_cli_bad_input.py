"""Bad input: one line on stderr that names what, where and the next step; exit code 2; nothing on stdout."""

import pytest

BAD = {
    ("table",): "Missing argument 'NAME...', or --all (see",
    ("table", "nothing"): "there is no algorithm and no file 'nothing'; 'workdepth list' names all",
    ("table", "multiplyn"): "did you mean multiply-n?",
    ("table", "none.json"): "there is no file 'none.json'; give a graph file, or a name of the library",
    (
        "table",
        "mine.py:g",
    ): "is Python code, which would have to be run; if you trust it: workdepth analyze mine.py:g",
    ("table", "multiply-n", "--at", "n=0"): "n = 0 is outside its domain; choose an integer with n >= 1",
    ("table", "multiply-n", "--at", "n=-4"): "'n=-4' is not a size; write it like n=1000 or n=2^10",
    ("table", "multiply-n", "--at", "n=1.5"): "'n=1.5' is not a size",
    ("table", "multiply-n", "--at", "n=9^9^9"): "'n=9^9^9' is not a size",
    ("table", "multiply-n", "--at", "n=9^9999"): "a size is at most 10^30, not 9^9999",
    ("table", "multiply-n", "--at", "n=9^99999"): "is not a size",
    ("table", "multiply-n", "--at", f"n={'9' * 40}"): "is not a size",
    ("table", "multiply-n", "--at", f"n={'9' * 31}"): "a size is at most 10^30",
    ("table", "multiply-n", "--at", "n=٣"): "is not a size",
    ("table", "multiply-n", "--at", "n=__import__('os')"): "is not a size",
    ("table", "multiply-n", "--at", "n=3,n=4"): "size 'n' is given twice",
    ("table", "multiply-n", "--at", "n=3", "--at", "n=4"): "size 'n' is given twice",
    ("table", "multiply-n", "--at", ""): "'' is not a size",
    ("table", "multiply-n", "--at", "m=3"): "unknown size 'm'; the sizes are: n",
    ("table", "matvec", "--at", "n=3"): "size 'm' has no value; give m=..., with m >= 1",
    ("table", "scan-blelloch", "--at", "n=6"): "n = 6 is not a power of 2",
    ("table", "multiply-n", "--cells", "shared"): "'shared' is not one of: reuse, separate",
    ("table", "multiply-n", "--format", "xml"): "'xml' is not one of",
    ("table", "multiply-n", "--colour"): "No such option",
    ("tabel",): "No such command 'tabel'",
    ("check", "nothing"): "there is no algorithm and no file 'nothing'",
    ("check", "multiply-n", "--upto", "0"): "0 is not in the range 1<=x<=100000",
    ("check", "multiply-n", "--at", "k=2"): "",
    ("draw", "multiply-n"): "size 'n' has no value",
    ("draw", "multiply-n", "--at", "n=10^12"): "GiB",
    ("draw", "multiply-n", "--at", "n=2", "-o", "no/such/folder/x.svg"): "the picture cannot be written",
    ("analyze", "mine.py"): "does not say which object; write it as module.py:name",
    ("analyze", "none.py:g"): "there is no file 'none.py'",
    ("analyze", "mine.py:a.b"): "does not say which object",
    ("analyze", "mine.py:missing"): "there is no 'missing' in it (at mine.py)",
    ("analyze", "mine.py:number"): "it is of type int, not a graph",
    ("analyze", "mine.py:wrong"): "it raised ZeroDivisionError: division by zero (at mine.py, line 4)",
    ("analyze", "broken.py:g"): "it raised SyntaxError",
    ("analyze", "binary.json"): "",
    ("analyze", "."): "'.' is no regular file; give a graph file",
    ("measure", "horner"): "there are no kernels for 'horner'",
    ("measure",): "give the NAME of an algorithm, or --all",
    ("measure", "sum", "--all"): "give the NAME of an algorithm, or --all",
    ("measure", "multiply-n", "--on", "tpu"): "'tpu' is not one of",
}


@pytest.mark.parametrize("words", BAD, ids=" ".join)
def test_bad_input(command, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("number = 7\n\ndef wrong():\n    return 1 / 0\n", encoding="utf-8")
    (tmp_path / "broken.py").write_text("def :\n", encoding="utf-8")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    found = command(*words)
    assert found.exit_code == 2, found.output
    assert found.stdout == ""
    lines = [line for line in found.stderr.splitlines() if "running the kernels" not in line]
    assert len(lines) == 1, lines
    assert lines[0].startswith("workdepth: ")
    assert BAD[words] in lines[0]


def test_a_missing_gpu_is_exit_code_3(command):
    from workdepth import gpu

    if gpu.available():
        pytest.skip("there is a GPU")
    found = command("measure", "multiply-n", "--on", "gpu")
    assert found.exit_code == 3
    assert "pip install" in found.stderr or "--on ptx" in found.stderr


def test_messages_do_not_steer_the_terminal(command):
    found = command("table", "a\x1b[31mb")
    assert "\x1b" not in found.stderr
    assert "\\x1b" in found.stderr
