"""Basic blocks of a kernel, with what is live across their edges.

Source: Cooper and Torczon, Engineering a Compiler, sections 4.3 (blocks) and 8.6 (live variables).
"""

from __future__ import annotations

from workdepth.ptx.program import Action, Block
from workdepth.ptx.syntax import Instruction

ENDING = ("branch", "end", "barrier", "warp")


def split(actions: tuple[Action, ...]) -> tuple[Block, ...]:
    """Cut actions into basic blocks; block 0 is the entry, and order follows the text.

    A branch's targets are renumbered from instructions to blocks.  Text that runs past its last
    instruction ends there.
    """
    actions = _closed(actions)
    starts = _leaders(actions)
    number = {start: place for place, start in enumerate(starts)}
    parts = [actions[start:stop] for start, stop in zip(starts, [*starts[1:], len(actions)], strict=True)]
    follow = [_successors(part[-1], place, number) for place, part in enumerate(parts)]
    effects = [_effects(part) for part in parts]
    alive = _live_in(effects, follow)
    return tuple(
        Block(place, part, enters, tuple(sorted(writes & _out(place, follow, alive))), follow[place])
        for place, (part, (enters, writes)) in enumerate(zip(parts, effects, strict=True))
    )


def _closed(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    last = actions[-1] if actions else None
    targets = {target for action in actions for target in action.targets}
    if (
        last is not None
        and last.guard is None
        and last.kind in ("end", "branch")
        and len(actions) not in targets
    ):
        return actions
    line = last.instruction.line if last else 0
    implied = Instruction("ret", (), (), line, "} (the end of the function)")
    return (*actions, Action("end", implied, len(actions), variant="ret"))


def _leaders(actions: tuple[Action, ...]) -> list[int]:
    starts = {0}
    for place, action in enumerate(actions):
        starts.update(action.targets)
        if action.kind == "warp":
            starts.add(place)  # lanes wait here for each other
        if action.kind in ENDING and place + 1 < len(actions):
            starts.add(place + 1)
    return sorted(starts)


def _successors(last: Action, place: int, number: dict[int, int]) -> tuple[int, ...]:
    """Return the following blocks: the fall-through first where there is one, then the targets."""
    targets = tuple(number[target] for target in last.targets)
    falls = last.kind not in ("end", "branch") or last.guard is not None
    return ((place + 1,) if falls else ()) + targets


def _effects(part: tuple[Action, ...]) -> tuple[tuple[int, ...], set[int]]:
    enters: dict[int, None] = {}
    written: set[int] = set()
    for action in part:
        enters.update((slot, None) for slot in action.reads if slot not in written)
        written.update(action.writes)
    return tuple(enters), written


def _live_in(
    effects: list[tuple[tuple[int, ...], set[int]]], follow: list[tuple[int, ...]]
) -> list[set[int]]:
    alive = [set(enters) for enters, _ in effects]
    before: list[list[int]] = [[] for _ in effects]
    for place, targets in enumerate(follow):
        for target in targets:
            before[target].append(place)
    work = list(range(len(effects)))
    while work:
        place = work.pop()
        grown = set(effects[place][0]) | (_out(place, follow, alive) - effects[place][1])
        if grown != alive[place]:
            alive[place] = grown
            work += before[place]
    return alive


def _out(place: int, follow: list[tuple[int, ...]], alive: list[set[int]]) -> set[int]:
    return set().union(*(alive[target] for target in follow[place]))
