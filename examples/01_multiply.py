"""MULTIPLY-N: the graph, its table, the proof at 32 sizes, and a product."""

import workdepth as wd

n = wd.size("n")
g = wd.Algorithm("multiply-n")
x = g.input("x", n)
g.output(g.fold(wd.MULTIPLY, x))

table = wd.compare(g)
print(table)

gpu = table["GPU"]
print(f"\nas sympy: {gpu.time.exact}; it grows like {gpu.time.growth}")
print(f"for a million numbers: {gpu.time.at(n=10**6)} steps with {gpu.threads.at(n=10**6)} threads")

wd.check(g, n=range(1, 33))  # raises where a figure differs from the unrolled graph
print("checked: n from 1 to 32")
print("2 * 3 * 5 * 7 =", wd.run(g, x=[2, 3, 5, 7]))
