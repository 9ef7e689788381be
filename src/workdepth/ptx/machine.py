"""Many threads at once: chunks of blocks, run group by group, the group at the lowest place first.

Note [Lowest place first].  Lanes that part at a branch wait at the block they branched to; the group that
stands at the lowest block runs next, and groups that meet at a block go on together.  Compilers lay a
branch's join below its arms, so arms run out before the join starts: threads reconverge.  A warp's groups
run in the same order whatever chunk the warp is in, so counters do not depend on the chunk's size.  It is
no fair schedule: a thread that waits for another one to write may wait for ever, and meets the step limit.

Source: Collange, Stack-less SIMT reconvergence at low cost, 2011 (the idea of the lowest program counter).
"""

from __future__ import annotations

import numpy as np

from workdepth.ptx.barriers import Waiting
from workdepth.ptx.checker import Checker
from workdepth.ptx.context import Context, Step, on
from workdepth.ptx.convergence import Held
from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Chunk, Geometry, Group, united
from workdepth.ptx.memory import Memory, place
from workdepth.ptx.program import Action, Block, Program
from workdepth.ptx.steps import bind
from workdepth.ptx.tally import Tally, Units
from workdepth.ptx.values import Frame, fitted

MOST_BYTES = 2**28  # of shared and local memory in one chunk
LANES = 2**14  # lanes of a chunk: enough to keep NumPy busy, few enough for the cache


class Machine:
    """A kernel with its memory and parameters, ready to run any of its blocks."""

    def __init__(
        self,
        program: Program,
        memory: Memory,
        parameters: dict[int, np.ndarray],
        tally: Tally | None,
        files: dict[int, str],
        step_limit: int,
        checker: Checker | None = None,
    ) -> None:
        self.program, self.memory, self.parameters = program, memory, parameters
        self.tally, self.files, self.step_limit = tally, files, step_limit
        self.checker = checker
        self.context = Context(program, memory, tally, files, checker)
        self.steps: list[list[Step]] = [_bound(block, self.context) for block in program.blocks]

    def run(self, geometry: Geometry, lanes: int = LANES, only: list[int] | None = None) -> None:
        """Run every block of the grid, or only some, ``lanes`` threads at a time."""
        width = self.blocks_at_once(geometry, lanes)
        if only is not None:
            with np.errstate(all="ignore"):
                for number in only:
                    self.chunk(Chunk(geometry, number, number + 1))
            return
        with np.errstate(all="ignore"):
            for first in range(0, geometry.blocks, width):
                self.chunk(Chunk(geometry, first, min(first + width, geometry.blocks)))

    def blocks_at_once(self, geometry: Geometry, lanes: int) -> int:
        """Return how many blocks a chunk takes: as many as lanes and memory allow, at least one."""
        row = self.memory.shared_row + geometry.threads * self.memory.local_row
        return max(1, min(lanes // geometry.threads, MOST_BYTES // max(row, 1)))

    def chunk(self, chunk: Chunk) -> None:
        """Run one chunk of blocks to its end."""
        self.memory.begin(chunk)
        run = _Run(self, chunk)
        waiting = Waiting(self.program, chunk, self.files)
        if self.checker is not None:
            self.checker.begin(chunk, waiting)
        pending: dict[int, list[Group]] = {0: [chunk.everyone]}
        while pending:
            number = min(pending)
            group: Group | None = united(pending.pop(number))
            block = self.program.blocks[number]
            if block.last.kind == "warp" and group is not None:
                group = run.held.ready(block, group, run.values)
            if group is not None:
                for target, part in run.step(block, group, waiting):
                    pending.setdefault(target, []).append(part)
            if not pending:
                pending = waiting.released() or run.held.retried(run.values)
                run.learn(waiting)
        run.held.check(run.values)
        waiting.check()
        run.close(waiting)


class _Run:
    """One chunk on its way: the values of all its lanes."""

    def __init__(self, machine: Machine, chunk: Chunk) -> None:
        self.machine, self.chunk, self.tally = machine, chunk, machine.tally
        self.values = _first_values(machine, chunk)
        zero = np.zeros(1, np.uint32)
        self.depths = [zero] * len(self.values)
        self.taken = np.zeros(1, np.int64)
        self.spent = 0
        self.held = Held(machine.program, machine.files)
        self.active = np.zeros(chunk.lanes, np.bool_) if machine.tally else None
        self.frame = Frame(chunk.everyone, self.values, self.depths, self.active)

    def block(self, block: Block, group: Group) -> list[tuple[int, Group]]:
        """Run a block for a group; return where its lanes go."""
        length = len(block.actions)
        self.spent += length
        if self.spent > self.machine.step_limit:
            raise _endless(self.machine, block, group)
        frame = self.frame = self.enter(block, group)
        for step in self.machine.steps[block.number]:
            step(frame)
        if self.tally is not None:
            self.tally.threads[block.number] += group.count
            self.tally.warps[block.number] += group.warps
            if self.tally.units is not None:
                first = self.chunk.first * self.tally.units.warps_a_block
                self.tally.units.issued(first + group.warp[group.warp_starts], length)
            self.count(group, length)
        going = self.follow(block, group, frame)
        if group.lanes is not None:
            self.leave(block, group, frame)
        return going

    def step(self, block: Block, group: Group, waiting: Waiting) -> list[tuple[int, Group]]:
        """Run a block; return where its lanes go on, those that wait at a barrier left out."""
        going = self.block(block, group)
        if block.last.kind != "barrier":
            return going
        mask = on(block.last, self.frame)
        if mask is not None:
            raise _where_guarded(self.machine, block.last, group)
        return [
            (target, part)
            for target, part in going
            if not waiting.arrive(block.last, target, part, self.frame)
        ]

    def learn(self, waiting: Waiting) -> None:
        """Give the lanes of a barrier that voted its verdict."""
        for one in waiting.verdicts:
            ((slot, kind, held),) = one.action.results
            value = fitted(one.value, kind, held)
            if one.group.count:
                self.values[slot] = _scattered(self.values[slot], value, one.group)
                self.depths[slot] = _scattered(self.depths[slot], one.depth, one.group)
                if self.tally is not None:
                    self.tally.chain(one.depth)
        waiting.verdicts = []

    def count(self, group: Group, length: int) -> None:
        if group.lanes is None:
            self.taken = self.taken + length
            return
        if self.taken.size == 1:
            self.taken = np.full(self.chunk.lanes, self.taken[0])
        self.taken[group.lanes] += length

    def enter(self, block: Block, group: Group) -> Frame:
        if group.lanes is None:
            return Frame(group, self.values, self.depths, self.active)
        values, depths = list(self.values), list(self.depths)
        for slot in block.enters:
            if values[slot].size > 1:
                values[slot] = values[slot][group.lanes]
            if depths[slot].size > 1:
                depths[slot] = depths[slot][group.lanes]
        return Frame(group, values, depths, self.active)

    def leave(self, block: Block, group: Group, frame: Frame) -> None:
        for slot in block.leaves:
            self.values[slot] = _scattered(self.values[slot], frame.values[slot], group)
            if self.tally is not None:
                self.depths[slot] = _scattered(self.depths[slot], frame.depths[slot], group)

    def follow(self, block: Block, group: Group, frame: Frame) -> list[tuple[int, Group]]:
        last, successors = block.last, block.successors
        if last.kind == "end":
            return self.ended(block, group, frame)
        if last.variant == "brx":
            return self.switched(block, group, frame)
        if last.kind != "branch" or last.guard is None:
            return [(successors[-1], group)]
        mask = on(last, frame)
        assert mask is not None
        falls, jumps = successors[0], successors[1]
        if mask.size == 1 or (some := int(np.count_nonzero(mask))) in (0, group.count):
            return [(jumps if mask[0] else falls, group)]
        if self.tally is not None:
            self.tally.table["divergent"][last.number] += _parted(group, mask, some)
        return [(falls, group.part(~mask)), (jumps, group.part(mask))]

    def switched(self, block: Block, group: Group, frame: Frame) -> list[tuple[int, Group]]:
        """Return where lanes go by a table of targets."""
        index = np.broadcast_to(block.last.sources[0].of(frame.values), group.count)
        if int(index.max()) >= len(block.successors):
            lane = group.lane(int(np.argmax(index)))
            raise KernelError(
                f"branch {int(index.max())} of a table of {len(block.successors)}",
                where=_where(self.machine, block.last, self.chunk, lane),
                next_step="the index of the switch is out of its range",
            )
        going = [(target, index == place) for place, target in enumerate(block.successors)]
        parts = [(target, group.part(mask)) for target, mask in going if mask.any()]
        if self.tally is not None and len(parts) > 1:
            low = np.minimum.reduceat(index, group.warp_starts)
            high = np.maximum.reduceat(index, group.warp_starts)
            self.tally.table["divergent"][block.last.number] += int(np.count_nonzero(low != high))
        return parts

    def ended(self, block: Block, group: Group, frame: Frame) -> list[tuple[int, Group]]:
        last = block.last
        mask = on(last, frame)
        if last.variant == "trap" and (mask is None or mask.any()):
            lane = group.lane(0 if mask is None or mask.size == 1 else int(np.flatnonzero(mask)[0]))
            raise KernelError(
                "the kernel trapped",
                where=_where(self.machine, last, self.chunk, lane),
                next_step="the kernel's own check failed; read the source line named",
            )
        if mask is None:
            self.held.end(group)
            return []
        stays = (
            group.part(~np.broadcast_to(mask, group.count))
            if mask.size > 1
            else (group if not mask[0] else None)
        )
        self.held.end(group.part(np.broadcast_to(mask, group.count)))
        return [(block.successors[0], stays)] if stays is not None and stays.count else []

    def close(self, waiting: Waiting) -> None:
        if self.tally is not None and self.active is not None:
            self.tally.steps = max(self.tally.steps, int(self.taken.max()))
            self.tally.active += int(np.count_nonzero(self.active))
            self.tally.launched += self.chunk.lanes
            self.tally.barriers = max(self.tally.barriers, waiting.most)
            if self.tally.units is not None:
                self.detail(self.tally.units, waiting)

    def detail(self, units: Units, waiting: Waiting) -> None:
        chunk = self.chunk
        taken = np.broadcast_to(self.taken, chunk.lanes)
        assert self.active is not None
        units.lanes(
            chunk.block + chunk.first, chunk.warp + chunk.first * units.warps_a_block, taken, self.active
        )
        units.blocks["barriers"][chunk.first : chunk.last] = waiting.passed


def _bound(block: Block, context: Context) -> list[Step]:
    return [
        bind(action, context, not _used(action, block.actions[place + 1 :]))
        for place, action in enumerate(block.actions)
        if context.tally is not None or action.kind in ("pure", "load", "store", "atomic", "warp", "service")
    ]


def _used(action: Action, later: tuple[Action, ...]) -> bool:
    """Whether a later action of the block reads what this one wrote."""
    open_slots = set(action.writes)
    for other in later:
        if open_slots & set(other.reads):
            return True
        open_slots -= set(other.writes)
    return False


def _first_values(machine: Machine, chunk: Chunk) -> list[np.ndarray]:
    values = []
    for number, slot in enumerate(machine.program.slots):
        match slot.kind:
            case "register":
                values.append(np.zeros(1, slot.type.raw))
            case "constant":
                values.append(
                    np.array([slot.key]).astype(slot.type.raw)
                    if slot.type.bits == 1
                    else np.array([slot.key], slot.type.raw)
                )
            case "special":
                values.append(chunk.special(str(slot.key)))
            case "parameter":
                values.append(machine.parameters[number])
    return values


def _scattered(old: np.ndarray, new: np.ndarray, group: Group) -> np.ndarray:
    if old.size == 1 and new.size == 1 and old[0] == new[0]:
        return old
    result = np.full(group.chunk.lanes, old[0], old.dtype) if old.size == 1 else old.copy()
    result[group.lanes] = new
    return result


def _parted(group: Group, mask: np.ndarray, some: int) -> int:
    """Return how many warps have lanes on both sides."""
    begin = group.warp_starts
    taken = np.add.reduceat(mask, begin, dtype=np.int64)
    length = np.diff(np.append(begin, group.count))
    return int(np.count_nonzero((taken > 0) & (taken < length)))


def _where(machine: Machine, action: Action, chunk: Chunk, lane: int) -> str:
    return f"{place(machine.program, action, machine.files)}, {chunk.place(lane)}"


def _where_guarded(machine: Machine, action: Action, group: Group) -> KernelError:
    return KernelError(
        "a guarded barrier",
        where=_where(machine, action, group.chunk, group.lane(0)),
        next_step="branch around the barrier instead; the machine has no rule for a guard on it",
    )


def _endless(machine: Machine, block: Block, group: Group) -> KernelError:
    return KernelError(
        f"no end after {machine.step_limit} steps",
        where=_where(machine, block.last, group.chunk, group.lane(0)),
        next_step="the loop does not end, or waits for another thread; if it is only long, raise step_limit",
    )
