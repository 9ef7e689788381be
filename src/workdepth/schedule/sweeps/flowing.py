"""The loops of the flow that finds the width of a DAG: one step of Dinic's algorithm each.

Note [Network].  Every node v is two places: its way out, numbered v, and its way in, numbered n + v.  From the source
one unit may enter the way out of each counted node; from the way in of each counted node one unit may leave.
Between, without limit: from the way out of u to the way in of v for each edge, and from the way in of v to its
way out, so that a path of the DAG may pass through v without using it up.  A unit of flow pairs u with a counted
node after it on some path; as many pairs as there are, so many chains fewer cover the counted nodes (Fulkerson, Note
on Dilworth's decomposition theorem, 1956, without the closure).  What may flow back is never stored as arcs: ``flow``
of an edge and ``through`` of a node say how much there is.
"""

from __future__ import annotations

from typing import Any


def pair_greedily(
    start: Any,
    before: Any,
    counted: Any,
    left: Any,
    entered: Any,
    flow: Any,
    through: Any,
    tried: Any,
    path: Any,
) -> int:
    """Pair each counted node with the first one before it that is not paired yet, seen past nodes not counted.

    What a node that is not counted has behind it only grows less, so ``tried`` never goes back.
    """
    pairs = 0
    for v in range(len(counted)):
        if not counted[v]:
            continue
        path[0] = v
        depth = 0
        while depth >= 0:
            x = path[depth]
            if tried[x] == start[x + 1] - start[x]:
                depth -= 1
                if depth >= 0:
                    tried[path[depth]] += 1
                continue
            u = before[start[x] + tried[x]]
            if counted[u] and not left[u]:
                break
            if counted[u]:
                tried[x] += 1
            else:
                depth += 1
                path[depth] = u
        if depth < 0:
            continue
        left[before[start[path[depth]] + tried[path[depth]]]] = True
        entered[v] = True
        pairs += 1
        for at in range(depth + 1):
            x = path[at]
            flow[start[x] + tried[x]] += 1
            if at > 0:
                through[x] += 1
    return pairs


def edge_numbers(start: Any, before: Any, first: Any, place: Any, number: Any) -> None:
    """Write which edge, in the rows of ``before``, each entry of the rows of followers is."""
    for v in range(len(start) - 1):
        for k in range(start[v], start[v + 1]):
            u = before[k]
            number[first[u] + place[u]] = k
            place[u] += 1


def reach(
    start: Any,
    before: Any,
    first: Any,
    after: Any,
    counted: Any,
    left: Any,
    entered: Any,
    flow: Any,
    through: Any,
    level: Any,
    queue: Any,
) -> bool:
    """Write how far each place is from the source; return whether flow can still leave somewhere."""
    count = len(counted)
    head, top, most = 0, 0, 2 * count + 1
    for x in range(2 * count):
        level[x] = -1
    for v in range(count):
        if counted[v] and not left[v]:
            level[v] = 0
            queue[top] = v
            top += 1
    while head < top:
        x = queue[head]
        head += 1
        further = level[x] + 1
        if further > most:
            break
        if x < count:
            for k in range(first[x], first[x + 1]):
                y = count + after[k]
                if level[y] < 0:
                    level[y] = further
                    queue[top] = y
                    top += 1
            if through[x] > 0 and level[count + x] < 0:
                level[count + x] = further
                queue[top] = count + x
                top += 1
            continue
        v = x - count
        if counted[v] and not entered[v]:
            most = level[x]
        if level[v] < 0:
            level[v] = further
            queue[top] = v
            top += 1
        for k in range(start[v], start[v + 1]):
            u = before[k]
            if flow[k] > 0 and level[u] < 0:
                level[u] = further
                queue[top] = u
                top += 1
    return most <= 2 * count


def augment(
    start: Any,
    before: Any,
    first: Any,
    after: Any,
    number: Any,
    counted: Any,
    left: Any,
    entered: Any,
    flow: Any,
    through: Any,
    level: Any,
    tried: Any,
    path: Any,
) -> int:
    """Send units along shortest ways until none is left; return how many went."""
    count = len(counted)
    sent = 0
    for x in range(2 * count):
        tried[x] = 0
    for origin in range(count):
        if not counted[origin] or left[origin]:
            continue
        path[0] = origin
        depth = 0
        while depth >= 0:
            x = path[depth]
            step = -1
            if x < count:
                degree = first[x + 1] - first[x]
                while tried[x] <= degree:
                    k = tried[x]
                    y = count + after[first[x] + k] if k < degree else count + x
                    if level[y] == level[x] + 1 and (k < degree or through[x] > 0):
                        step = y
                        break
                    tried[x] += 1
            else:
                v = x - count
                if counted[v] and not entered[v]:
                    break
                degree = start[v + 1] - start[v]
                while tried[x] <= degree:
                    k = tried[x]
                    y = v if k == 0 else before[start[v] + k - 1]
                    if level[y] == level[x] + 1 and (k == 0 or flow[start[v] + k - 1] > 0):
                        step = y
                        break
                    tried[x] += 1
            if step >= 0:
                depth += 1
                path[depth] = step
            else:
                depth -= 1
                if depth >= 0:
                    tried[path[depth]] += 1
        if depth < 0:
            continue
        left[origin] = True
        entered[path[depth] - count] = True
        sent += 1
        for at in range(depth):
            x, y = path[at], path[at + 1]
            if x < count:
                if y == count + x:
                    through[x] -= 1
                else:
                    flow[number[first[x] + tried[x]]] += 1
            elif y == x - count:
                through[y] += 1
            else:
                flow[start[x - count] + tried[x] - 1] -= 1
    return sent
