"""workdepth memory and workdepth recompute."""

import json

import pytest


def test_recompute_prints_the_curve(command):
    done = command("recompute", "forward-backward", "--at", "n=3")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[2:4] == ["      3      6      1", "      4      5      0"]
    assert "exact, by closed form" in done.stdout


def test_recompute_of_a_library_algorithm_prints_one_document(command):
    switches = ("--inputs", "loaded", "--outputs", "streamed")
    done = command("recompute", "matmul", "--at", "n=2,m=2,k=2", *switches, "--format", "json")
    found = json.loads(done.stdout)
    assert found["schema"] == "workdepth.recomputation/1"
    assert [(p["memory"], p["time"]) for p in found["points"]] == [(3, 25), (4, 22), (5, 21), (6, 20)]
    assert found["conventions"]["inputs"] == "loaded"


def test_recompute_reads_a_file(command, tmp_path):
    import workdepth as wd
    from workdepth.schedule.recompute.families import pyramid

    wd.save(pyramid(2), tmp_path / "pyramid.json")
    assert "      3      6      0" in command("recompute", str(tmp_path / "pyramid.json")).stdout


def test_recompute_draws(command, tmp_path):
    pytest.importorskip("matplotlib")
    target = tmp_path / "curve.png"
    done = command(
        "recompute", "butterfly", "--at", "n=4", "--states", "300", "--within", "0", "--plot", str(target)
    )
    assert done.exit_code == 0
    assert target.read_bytes().startswith(b"\x89PNG")
    assert f"drawn: {target}" in done.stderr
    assert command("recompute", "butterfly", "--at", "n=4", "--plot", "nowhere/curve.png").exit_code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("grid", "--at", "n=3"), "size m is missing (at grid); write --at n=4,m=4"),
        (("pyramid", "--at", "h=3,n=2"), "size n is not one of its own"),
        (("butterfly", "--at", "n=6"), "choose a power of two"),
        (("forward-backward", "--at", "n=0"), "choose n from 1 to 10000"),
        (("nothing",), "there is no algorithm and no file 'nothing'"),
        (("histogram", "--at", "n=4,m=3"), "it scatters into an array"),
        (("multiply-n", "--at", "n=5000"), "too many to search"),
        (("multiply-n", "--at", "n=3", "--states", "0"), "states"),
        (("multiply-n", "--at", "n=3", "--within", "-1"), "give seconds for the solver"),
        (("multiply-n",), "n"),
    ],
)
def test_recompute_of_bad_input_is_one_line(command, words, told):
    done = command("recompute", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_memory_tells_program_order_and_the_best(command):
    done = command("memory", "matvec", "--at", "n=4,m=4", "--inputs", "loaded")
    assert done.stdout.splitlines()[1:] == [
        "  program order  9 words",
        "  best order     8 words, least of all orders (search)",
        "  gap            1 word",
    ]
    found = json.loads(command("memory", "multiply-n", "--at", "n=8", "--format", "json").stdout)
    assert (found["schema"], found["memory"], found["method"]) == ("workdepth.least-memory/1", 8, "tree")


def test_memory_of_bad_input_is_one_line(command):
    for words in (("memory", "dott"), ("memory", "dot"), ("memory", "dot", "--at", "n=0")):
        done = command(*words)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
