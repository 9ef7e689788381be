"""How an algorithm is built: a file for each kind of thing that a person says of it.

`sizes` <- `scopes` (with `frame`) <- `declaring`, `gathering`, `branching`, `calls`, and, by way of `ranges`,
`applying`, `reducing`, `repeating`.  :class:`~workdepth.graph.algorithm.Algorithm` is all of them together.
"""
