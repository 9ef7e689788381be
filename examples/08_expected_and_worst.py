"""A search looks at half of a list on average, at a logarithm of a tree that grew at random; at worst at all."""

import workdepth as wd

n = wd.size("n")


def in_a_list(likely):
    """Look at one number after the other; the wanted one is at a place of n."""
    g = wd.Algorithm("list")
    x, wanted, place = g.input("x", n), g.input("wanted"), g.input("place")
    look = lambda i, found: g.apply(wd.EQUAL, x[i], wanted)  # noqa: E731
    g.output(g.choose(place, n, lambda k: g.repeat(k + 1, look, 0), uniform=likely))
    return g


def in_a_tree(likely):
    """Go down to where a key belongs among n in order: the root has any rank among them, as have those of subtrees."""
    g = wd.Algorithm("tree")
    g.size("n", low=0)  # a subtree may be empty
    key, root, wanted = g.input("key", n), g.input("root", n), g.input("wanted")
    g.base(n, 0, lambda: wanted)

    def below(k):
        def subtree(start, size):
            part = lambda x: g.map(size, lambda i: x[i + start])  # noqa: E731
            return lambda: g.call(g, part(key), part(root), wanted, n=size)

        return g.branch(g.apply(wd.LESS, wanted, key[k]), subtree(0, k), subtree(k + 1, n - 1 - k))

    g.output(g.choose(root[0], n, below, uniform=likely))
    return g


for search in (in_a_list, in_a_tree):
    for likely in (True, False):
        time = wd.analyze(search(likely))["RAM"].time
        kind = ("at most, expected" if time.above else "expected") if likely else "at worst"
        print(f"{search(likely).name}: {time} comparisons {kind}; {float(time.at(n=1000)):.0f} of 1000")
