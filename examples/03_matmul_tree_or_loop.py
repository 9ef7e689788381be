"""One product of matrices, two ways to add up: a tree buys time with threads, a loop does not."""

import workdepth as wd

n = wd.size("n")


def matmul(name, add_up):
    """Return the product of two n x n matrices, whose inner sums ``add_up`` makes."""
    g = wd.Algorithm(name)
    a, b = g.input("a", n, n), g.input("b", n, n)
    g.output(g.map([n, n], lambda i, j: add_up(g, lambda k: a[i, k] * b[k, j])))
    return g


tree = matmul("tree", lambda g, product: g.fold(wd.ADD, n, product))
loop = matmul("loop", lambda g, product: g.repeat(n, lambda k, total: total + product(k), 0))

for row in wd.compare(tree, loop).rows:
    gpu, name = row.analysis["GPU"], row.analysis.algorithm
    print(
        f"{name}: time {gpu.time}, memory {gpu.memory}, threads {gpu.threads}, spacetime {gpu.spacetime.growth}"
    )
    print(
        f"  at n = 64: {gpu.time.at(n=64)} steps, {gpu.threads.at(n=64)} threads, {gpu.memory.at(n=64)} words"
    )

wd.assert_growth(tree, GPU_time="log(n)", GPU_threads="n**3")
wd.assert_growth(loop, GPU_time="n", GPU_threads="n**2")
