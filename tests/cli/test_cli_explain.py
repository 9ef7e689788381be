"""workdepth explain, and the marks of workdepth draw."""

import json


def test_explain_names_the_critical_path(command):
    done = command("explain", "matmul", "--cells", "separate")
    assert done.exit_code == 0
    assert "map1/fold1/multiply1" in done.output
    assert "conventions: cells=separate" in done.output


def test_explain_at_a_size_tells_the_step(command):
    done = command("explain", "multiply-n", "--at", "n=8")
    assert "GPU threads: 4, in step 1" in done.output
    assert "GPU memory: 8 words, at the start" in done.output


def test_explain_prints_one_document(command):
    found = json.loads(command("explain", "dot", "--at", "n=8", "--format", "json").stdout)
    assert found["schema"] == "workdepth.explain/1"
    assert found["steps"]["GPU"]["time"]["value"] == 4


def test_explain_reads_a_file(command, tmp_path):
    import workdepth as wd

    g = wd.Algorithm("twice")
    x = g.input("x", g.size("n"))
    g.output(g.map(g.size("n"), lambda i: x[i] + x[i]))
    wd.save(g, tmp_path / "twice.json")
    assert "map1/add1" in command("explain", str(tmp_path / "twice.json")).output


def test_explain_of_bad_input_is_one_line(command):
    done = command("explain", "dott")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "did you mean dot" in done.stderr
    done = command("explain", "dot", "--at", "m=3")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1


def test_draw_marks(command):
    assert "marked: a critical path" in command("draw", "dot", "--at", "n=6", "--mark", "span").stdout
    assert command("draw", "dot", "--at", "n=6", "--mark", "depth").exit_code == 2
