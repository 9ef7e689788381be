"""Any networkx DAG is an algorithm: here the tasks of a small build, in minutes."""

import networkx as nx

import workdepth as wd

build = nx.DiGraph(name="build")
for task, minutes in {"configure": 1, "library": 6, "tool": 3, "docs": 2, "link": 1, "test": 4}.items():
    build.add_node(task, work=minutes)
build.add_edges_from(
    [
        ("configure", "library"),
        ("configure", "tool"),
        ("configure", "docs"),
        ("library", "link"),
        ("tool", "link"),
    ]
)
build.add_edge("link", "test", order=True)  # the test waits for the link, but reads nothing of it

table = wd.compare(build)
print(table)

for before, task in build.edges:
    build.edges[before, task]["weight"] = build.nodes[task]["work"]
longest = ", ".join(nx.dag_longest_path(build))
print(f"\nno team, however large, is done before minute {table['GPU'].time.at()}: {longest}")
