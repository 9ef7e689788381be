"""Timings of other tools: every format read, every bad file refused by name."""

from __future__ import annotations

import json
import struct

import pytest

from workdepth.errors import FileError
from workdepth.measure.samples import read_samples

PYTEST = {
    "machine_info": {},
    "benchmarks": [
        {
            "name": f"test_sort[{n}]",
            "params": {"n": n},
            "stats": {"median": n / 1e6, "data": [n / 1e6, n / 9e5]},
        }
        for n in (16, 32)
    ],
}
HYPERFINE = {
    "results": [
        {"command": f"sort {n}", "median": n / 10, "times": [n / 10, n / 9], "parameters": {"n": str(n)}}
        for n in (16, 32)
    ]
}
GOOGLE = {
    "context": {},
    "benchmarks": [
        {"name": f"BM_sort/{n}/repeats:2", "run_name": f"BM_sort/{n}/repeats:2", "run_type": kind,
         "real_time": 10.0 * n, "time_unit": "us"}
        for n in (16, 32) for kind in ("iteration", "iteration", "aggregate")
    ],
}  # fmt: skip


def nvbench(with_file):
    def state(n):
        mean = {
            "tag": "nv/cold/time/gpu/mean",
            "data": [{"name": "value", "type": "float64", "value": str(n / 1e6)}],
        }
        meta = {
            "tag": "nv/json/bin:nv/cold/sample_times",
            "data": [{"name": "filename", "value": f"out.json-bin/{n}.bin"}, {"name": "size", "value": "3"}],
        }
        return {
            "device": 0,
            "axis_values": [
                {"name": "Elements", "type": "int64", "value": str(n)},
                {"name": "Type", "value": "F32"},
            ],
            "summaries": [mean, meta] if with_file else [mean],
            "is_skipped": False,
        }

    return {"benchmarks": [{"name": "reduce", "states": [state(16), state(32)]}]}


def write(folder, name, content):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize(
    ("content", "source", "samples"),
    [
        (PYTEST, "pytest-benchmark, test_sort", 2),
        (HYPERFINE, "hyperfine", 2),
        (GOOGLE, "Google Benchmark, BM_sort", 2),
        (nvbench(False), "nvbench, reduce", 1),
        ("n,1,2,3\n16,1,2,3\n32,2,3,4\n", "CSV", 3),
        ("n;seconds\n16;1\n16;2\n32;3\n32;4\n", "CSV", 2),
        ("# a comment\n16\t1.0\t1.1\n32\t2.0\t2.1\n", "CSV", 2),
    ],
)
def test_every_format_gives_sizes_and_samples(tmp_path, content, source, samples):
    found = read_samples(write(tmp_path, "timings", content))
    assert found.source == source
    assert found.sizes == {"n": (16.0, 32.0)}
    assert [len(process) for row in found.samples for process in row] == [samples] * 2


def test_units_of_google_benchmark_are_read():
    assert pytest.approx(160e-6) == 10.0 * 16 * 1e-6


def test_processes_are_kept_apart(tmp_path):
    text = "n,seconds,process\n16,1,a\n16,2,a\n16,3,b\n"
    assert read_samples(write(tmp_path, "t.csv", text)).samples == (((1.0, 2.0), (3.0,)),)


def test_several_files_are_several_processes(tmp_path):
    paths = [write(tmp_path, f"{k}.csv", f"n,a,b\n16,1,{k}\n32,2,3\n") for k in (1, 2)]
    found = read_samples(paths)
    assert found.sizes == {"n": (16.0, 32.0, 16.0, 32.0)}
    assert len(found.samples) == 4


def test_several_sizes(tmp_path):
    text = "n,m,time\n16,2,1\n16,4,2\n32,2,3\n"
    found = read_samples(write(tmp_path, "t.csv", text), ["n", "m"])
    assert found.sizes == {"n": (16.0, 16.0, 32.0), "m": (2.0, 4.0, 2.0)}


def test_a_parameter_that_varies_too_must_be_chosen(tmp_path):
    path = write(tmp_path, "t.csv", "n,block,time\n16,32,1\n16,64,2\n32,32,3\n")
    with pytest.raises(FileError, match=r"block varies too in .*: 32, 64; choose one with --where block=32"):
        read_samples(path)
    assert read_samples(path, where={"block": 32}).sizes == {"n": (16.0, 32.0)}
    with pytest.raises(FileError, match="has no parameter 'blok'; it has block, n"):
        read_samples(path, where={"blok": 32})
    with pytest.raises(FileError, match=r"has no run with .*; give values that the file has"):
        read_samples(path, where={"block": 33})


def test_one_benchmark_of_several_must_be_chosen(tmp_path):
    path = write(tmp_path, "t.csv", "benchmark,n,time\nsort,16,1\nscan,16,2\nsort,32,3\n")
    with pytest.raises(FileError, match="has 2 benchmarks: sort, scan; choose one with --benchmark"):
        read_samples(path)
    assert read_samples(path, benchmark="sort").sizes == {"n": (16.0, 32.0)}
    with pytest.raises(FileError, match="has no benchmark 'sore'; it has sort, scan"):
        read_samples(path, benchmark="sore")


def test_all_samples_of_nvbench_are_beside_the_json(tmp_path):
    folder = tmp_path / "out.json-bin"
    folder.mkdir()
    for n in (16, 32):
        (folder / f"{n}.bin").write_bytes(struct.pack("<3f", 1.0, 2.0, 4.0))
    path = write(tmp_path, "out.json", nvbench(True))
    assert read_samples(path).samples == (((1.0, 2.0, 4.0),), ((1.0, 2.0, 4.0),))
    (folder / "16.bin").write_bytes(struct.pack("<2f", 1.0, 2.0))
    with pytest.raises(FileError, match=r"16.bin has 2 samples, not 3; copy it anew"):
        read_samples(path)


def test_the_one_size_may_be_called_otherwise_in_the_file(tmp_path):
    assert read_samples(write(tmp_path, "o.json", nvbench(False)), ["k"]).sizes == {"k": (16.0, 32.0)}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "has no samples; give CSV or JSON"),
        ("n\n16\n", "is not a CSV table: one column only; give a size and its samples"),
        ("n,time\n16,fast\n", r"'fast' is no sample \(at .*, row 1\); give numbers"),
        ("n,a\nmany,1\n", r"'many' is no size n \(at .*, row 1\)"),
        ("n,time\n16\n", "1 cells under 2 names"),
        ("{broken", "is not JSON: "),
        ('{"a": 1}', "is JSON of no known benchmark tool; known are pytest-benchmark, Google Benchmark"),
        ('{"benchmarks": [{"stats": {}, "name": "x"}]}', "looks like pytest-benchmark, but lacks or garbles"),
        ('{"results": [{"command": "x"}]}', "looks like hyperfine, but lacks or garbles 'median'"),
        ('{"results": [{"command": "x", "times": [1]}]}', "has no size 'n'; it has none; use these"),
        (json.dumps(GOOGLE).replace('"time_unit": "us"', '"time_unit": "weeks"'), "lacks or garbles 'weeks'"),
        (json.dumps(GOOGLE).replace('"run_', '"error_occurred": true, "run_'), "BM_sort/16/repeats:2 failed"),
        ("[" * 100_000, "is not JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(tmp_path, content, words):
    with pytest.raises(FileError, match=words):
        read_samples(write(tmp_path, "timings", content))


def test_missing_and_binary_files(tmp_path):
    with pytest.raises(
        FileError, match=r"cannot read .*missing.csv: No such file or directory; name an existing"
    ):
        read_samples(tmp_path / "missing.csv")
    (tmp_path / "b").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(FileError, match="is not a text file; give CSV or JSON"):
        read_samples(tmp_path / "b")
    with pytest.raises(FileError, match="no file of samples"):
        read_samples([])
