"""A second interpreter: one thread at a time, plain Python integers, nothing shared but the parser.

It advances the lanes that stand at the lowest instruction of the whole grid, in lane order, so that it
meets races in the order in which the machine meets them in one chunk.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from workdepth.ptx.syntax import Address, Instruction, Integer, ModuleText, Name, Negated, Vector

BASE = 1 << 36
COMPARE = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


def bits_of(kind: str) -> int:
    return 1 if kind == "pred" else int(kind[1:])


def signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def seen(value: int, kind: str) -> int:
    bits = bits_of(kind)
    return signed(value, bits) if kind[0] == "s" else value & ((1 << bits) - 1)


class Thread:
    def __init__(self, block: int, thread: int, threads: int) -> None:
        self.block, self.thread = block, thread
        self.warp = (block, thread // 32)
        self.registers: dict[str, int] = defaultdict(int)
        self.depths: dict[str, int] = defaultdict(int)
        self.at = self.steps = self.barriers = 0
        self.state = "running"
        self.wrote = False
        self.special = {"%tid.x": thread, "%ctaid.x": block, "%ntid.x": threads, "%laneid": thread % 32}


class Reference:
    """Executes integer kernels; ``counts`` after :meth:`launch` has the names of ``Counts``."""

    def __init__(self, module: ModuleText, name: str) -> None:
        self.module, self.function = module, module.functions[name]
        kinds = [
            instruction
            for instruction in self.function.body
            if instruction.opcode in ("ld", "st", "atom", "red")
        ]
        widths = defaultdict(lambda: 8)
        for one in kinds:
            space = self.space(one)
            if space != "param":
                widths[space] = min(widths[space], bits_of(one.modifiers[-1]) // 8)
        self.granule = widths

    @staticmethod
    def space(one: Instruction) -> str:
        return next(word for word in one.modifiers if word in ("global", "shared", "param"))

    def launch(self, grid: int, threads: int, args: list, shared_bytes: int = 0) -> dict[str, int]:
        """``args``: bytearrays for pointers, integers for values; the grid is one-dimensional."""
        self.arrays = [value for value in args if isinstance(value, bytearray)]
        pointers = iter(range(len(self.arrays)))
        values = [(next(pointers) + 1) * BASE if isinstance(value, bytearray) else value for value in args]
        self.parameters = {
            variable.name: value for variable, value in zip(self.function.parameters, values, strict=True)
        }
        static = sum(
            v.bytes
            for v in (*self.module.variables.values(), *self.function.variables)
            if v.space == "shared"
        )
        self.places = {v.name: 0 for v in (*self.module.variables.values(), *self.function.variables)}
        self.shared = [bytearray(static + shared_bytes) for _ in range(grid)]
        self.cells: dict[tuple, int] = defaultdict(int)
        self.count: Counter = Counter()
        self.depth = 0
        lanes = [Thread(b, t, threads) for b in range(grid) for t in range(threads)]
        self.threads = threads
        while any(lane.state != "done" for lane in lanes):
            running = [lane for lane in lanes if lane.state == "running"]
            if not running:
                self.release(lanes)
                continue
            lowest = min(lane.at for lane in running)
            self.step(lowest, [lane for lane in running if lane.at == lowest])
        return {
            "threads": len(lanes),
            "active_threads": sum(lane.wrote for lane in lanes),
            "steps": max(lane.steps for lane in lanes),
            "instructions": sum(lane.steps for lane in lanes),
            "depth": self.depth,
            "barriers": max(lane.barriers for lane in lanes),
            **{
                name: self.count[name]
                for name in (
                    "warp_instructions",
                    "divergent_branches",
                    "global_load_sectors",
                    "global_store_sectors",
                    "shared_load_wavefronts",
                    "shared_store_wavefronts",
                    "bytes_loaded",
                    "bytes_stored",
                )
            },
        }

    def release(self, lanes: list[Thread]) -> None:
        blocks = defaultdict(list)
        for lane in lanes:
            if lane.state == "waiting":
                blocks[lane.block].append(lane)
        free = [group for group in blocks.values() if len(group) == self.threads]
        assert free, "a barrier that not all threads reach"
        for group in free:
            for lane in group:
                lane.state, lane.barriers = "running", lane.barriers + 1

    def step(self, at: int, lanes: list[Thread]) -> None:
        if at >= len(self.function.body):
            one = Instruction("ret", (), (), 0, "")
        else:
            one = self.function.body[at]
        self.count["warp_instructions"] += len({lane.warp for lane in lanes})
        self.touched: dict[tuple, list[tuple[int, int, int]]] = defaultdict(list)
        ways = defaultdict(set)
        self.together = {}
        if one.opcode in ("shfl", "vote"):
            self.together = {
                (lane.warp, lane.thread % 32): (
                    self.value(one.operands[1], lane, "pred" if one.opcode == "vote" else "b32"),
                    max((lane.depths[name] for name in self.reads(one, lane)), default=0),
                )
                for lane in lanes
            }
        for lane in lanes:
            lane.steps += 1
            lane.at += 1
            on = self.guard(one, lane)
            depth = 1 + max((lane.depths[name] for name in self.reads(one, lane)), default=0)
            getattr(self, f"do_{one.opcode}", self.arithmetic)(one, lane, on, depth)
            if one.opcode == "bra":
                ways[lane.warp].add(on)
        self.count["divergent_branches"] += sum(len(both) == 2 for both in ways.values())
        self.traffic(one)

    # -- operands --------------------------------------------------------------------------------

    def guard(self, one: Instruction, lane: Thread) -> bool:
        if one.guard is None:
            return True
        if isinstance(one.guard, Negated):
            return not lane.registers[one.guard.name.text]
        return bool(lane.registers[one.guard.text])

    def reads(self, one: Instruction, lane: Thread) -> list[str]:
        names = []
        if one.guard is not None:
            names.append(one.guard.name.text if isinstance(one.guard, Negated) else one.guard.text)
        operands = list(one.operands)
        if one.opcode not in ("st", "red", "bra", "bar", "ret") and operands:
            target = operands.pop(0)
            if one.guard is not None:
                names.append(target.text)
        for operand in operands:
            if isinstance(operand, Address) and operand.base is not None:
                names.append(operand.base.text)
            elif isinstance(operand, Negated):
                names.append(operand.name.text)
            elif isinstance(operand, Name):
                names.append(operand.text)
            elif isinstance(operand, Vector):
                names += [part.text for part in operand.parts]
        return [name for name in names if name.startswith("%") and name not in lane.special]

    def value(self, operand, lane: Thread, kind: str) -> int:
        if isinstance(operand, Integer):
            return seen(operand.value, kind)
        if isinstance(operand, Negated):
            return int(not lane.registers[operand.name.text])
        if operand.text in lane.special:
            return lane.special[operand.text]
        if operand.text in self.places:
            return self.places[operand.text]
        return seen(lane.registers[operand.text], kind)

    def put(self, target: Name, lane: Thread, on: bool, value: int, bits: int, depth: int) -> None:
        if on:
            lane.registers[target.text] = value & ((1 << bits) - 1)
        lane.depths[target.text] = depth
        self.depth = max(self.depth, depth)

    # -- instructions ----------------------------------------------------------------------------

    def arithmetic(self, one: Instruction, lane: Thread, on: bool, depth: int) -> None:
        kind = one.modifiers[-1]
        bits, words = bits_of(kind), one.modifiers
        target, *rest = one.operands
        wide = 2 * bits if "wide" in words else bits
        v = [self.value(operand, lane, kind) for operand in rest]
        match one.opcode:
            case "add":
                result = v[0] + v[1]
            case "sub":
                result = v[0] - v[1]
            case "mul":
                result = v[0] * v[1] >> (bits if "hi" in words else 0)
            case "mad":
                third = self.value(rest[2], lane, f"{kind[0]}{wide}")
                result = (v[0] * v[1] >> (bits if "hi" in words else 0)) + third
            case "and":
                result = v[0] & v[1]
            case "or":
                result = v[0] | v[1]
            case "xor":
                result = v[0] ^ v[1]
            case "not":
                result = not v[0] if kind == "pred" else ~v[0]
            case "neg":
                result = -v[0]
            case "abs":
                result = abs(v[0])
            case "min":
                result = min(v[0], v[1])
            case "max":
                result = max(v[0], v[1])
            case "shl":
                result = v[0] << min(self.value(rest[1], lane, "u32"), bits)
            case "shr":
                result = v[0] >> min(self.value(rest[1], lane, "u32"), bits)
            case "popc":
                result, wide = v[0].bit_count(), 32
            case "clz":
                result, wide = bits - v[0].bit_length(), 32
            case "brev":
                result = int(f"{v[0]:0{bits}b}"[::-1], 2)
            case "div":
                result = -1 if v[1] == 0 else abs(v[0]) // abs(v[1]) * (1 if (v[0] < 0) == (v[1] < 0) else -1)
            case "rem":
                result = v[0] if v[1] == 0 else abs(v[0]) % abs(v[1]) * (1 if v[0] >= 0 else -1)
            case "setp":
                result, wide = COMPARE[words[0]](v[0], v[1]), 1
            case "selp":
                result = v[0] if self.value(rest[2], lane, "pred") else v[1]
            case "cvt":
                result, wide = seen(self.value(rest[0], lane, words[-1]), words[-2]), 64
                held = self.function.registers[target.text.rstrip("0123456789") + "<"]
                wide = bits_of(held)
            case "mov" | "cvta":
                result = v[0]
            case _:
                raise AssertionError(f"the reference knows no {one.name}")
        self.put(target, lane, on, int(result), wide, depth)

    def where(self, one: Instruction, operand: Address, lane: Thread) -> tuple[bytearray, int, tuple]:
        base = 0
        if operand.base is not None:
            name = operand.base.text
            base = self.places[name] if name in self.places else lane.registers[name]
        address = (base + operand.offset) & (2**64 - 1)
        if self.space(one) == "shared":
            return self.shared[lane.block], address, ("shared", lane.block)
        return self.arrays[(address >> 36) - 1], address & (BASE - 1), ("global", address >> 36)

    def cell_keys(self, key: tuple, at: int, size: int) -> list[tuple]:
        width = self.granule[key[0]]
        return [(*key, (at + i) // width) for i in range(0, size, width)]

    def do_ld(self, one: Instruction, lane: Thread, on: bool, depth: int) -> None:
        kind = one.modifiers[-1]
        size = bits_of(kind) // 8
        target, operand = one.operands
        if self.space(one) == "param":
            self.put(target, lane, on, self.parameters[operand.base.text], size * 8, depth)
            return
        value = 0
        if on:
            data, at, key = self.where(one, operand, lane)
            assert at + size <= len(data)
            value = int.from_bytes(data[at : at + size], "little", signed=kind[0] == "s")
            depth = max([depth, *(self.cells[cell] + 1 for cell in self.cell_keys(key, at, size))])
            self.touched[lane.warp].append(
                (at + key[1] * (BASE if key[0] == "global" else 0), size, lane.thread)
            )
        self.put(target, lane, on, value, 64, depth)

    def do_st(self, one: Instruction, lane: Thread, on: bool, depth: int) -> None:
        kind = one.modifiers[-1]
        size = bits_of(kind) // 8
        operand, value = one.operands
        self.depth = max(self.depth, depth)
        if on:
            data, at, key = self.where(one, operand, lane)
            assert at + size <= len(data)
            data[at : at + size] = (self.value(value, lane, kind) & ((1 << 8 * size) - 1)).to_bytes(
                size, "little"
            )
            for cell in self.cell_keys(key, at, size):
                self.cells[cell] = depth
            self.touched[lane.warp].append(
                (at + key[1] * (BASE if key[0] == "global" else 0), size, lane.thread)
            )
            lane.wrote = True

    def do_atom(self, one: Instruction, lane: Thread, on: bool, depth: int) -> None:
        kind = one.modifiers[-1]
        size = bits_of(kind) // 8
        operands = list(one.operands)
        target = operands.pop(0) if one.opcode == "atom" else Name("_")
        old = 0
        if on:
            data, at, key = self.where(one, operands[0], lane)
            old = seen(int.from_bytes(data[at : at + size], "little"), kind)
            v = [self.value(value, lane, kind) for value in operands[1:]]
            new = {
                "add": lambda: old + v[0],
                "min": lambda: min(old, v[0]),
                "max": lambda: max(old, v[0]),
                "exch": lambda: v[0],
                "and": lambda: old & v[0],
                "or": lambda: old | v[0],
                "xor": lambda: old ^ v[0],
                "cas": lambda: v[1] if old == v[0] else old,
                "inc": lambda: 0 if old >= v[0] else old + 1,
                "dec": lambda: v[0] if old == 0 or old > v[0] else old - 1,
            }
            result = new[next(word for word in one.modifiers if word in new)]()
            data[at : at + size] = (result & ((1 << 8 * size) - 1)).to_bytes(size, "little")
            cells = self.cell_keys(key, at, size)
            depth = max([depth, *(self.cells[cell] + 1 for cell in cells)])
            for cell in cells:
                self.cells[cell] = depth
            self.touched[lane.warp].append(
                (at + key[1] * (BASE if key[0] == "global" else 0), size, lane.thread)
            )
            lane.wrote = True
        self.put(target, lane, on, old, size * 8, depth)

    do_red = do_atom

    def do_bra(self, one: Instruction, lane: Thread, on: bool, depth: int) -> None:
        self.depth = max(self.depth, depth)
        if on:
            lane.at = self.function.labels[one.operands[0].text]

    def do_ret(self, one: Instruction, lane: Thread, on: bool, depth: int) -> None:
        self.depth = max(self.depth, depth)
        if on:
            lane.state = "done"

    do_exit = do_ret

    def do_bar(self, one: Instruction, lane: Thread, on: bool, depth: int) -> None:
        self.depth = max(self.depth, depth)
        lane.state = "waiting"

    def do_shfl(self, one: Instruction, lane: Thread, on: bool, depth: int) -> None:
        """Segments of a whole warp only: the third operand is 31, or 0 for up."""
        mine, step = lane.thread % 32, self.value(one.operands[2], lane, "u32") & 31
        wanted = {"up": mine - step, "down": mine + step, "bfly": mine ^ step, "idx": step}[one.modifiers[1]]
        inside = 0 <= wanted <= 31
        value, chain = self.together.get(
            (lane.warp, wanted if inside else mine), self.together[lane.warp, mine]
        )
        target, flag = one.operands[0].parts
        self.put(target, lane, on, value, 32, max(depth, chain + 1))
        self.put(flag, lane, on, inside, 1, max(depth, chain + 1))

    def do_vote(self, one: Instruction, lane: Thread, on: bool, depth: int) -> None:
        said = {number: found for (warp, number), found in self.together.items() if warp == lane.warp}
        yes = [number for number, (value, _) in said.items() if value]
        result = {
            "ballot": sum(1 << number for number in yes),
            "any": bool(yes),
            "all": len(yes) == len(said),
        }
        longest = max(chain for _, chain in said.values()) + 1
        self.put(
            one.operands[0],
            lane,
            on,
            result[one.modifiers[1]],
            bits_of(one.modifiers[-1].replace("b32", "u32")),
            longest,
        )

    # -- traffic ---------------------------------------------------------------------------------

    def traffic(self, one: Instruction) -> None:
        if one.opcode not in ("ld", "st", "atom", "red") or not self.touched:
            return
        shared = self.space(one) == "shared"
        total = 0
        for requests in self.touched.values():
            total += self.passes(requests) if shared else len({address >> 5 for address, _, _ in requests})
        size = sum(size for requests in self.touched.values() for _, size, _ in requests)
        for word, does in (("load", one.opcode != "st"), ("store", one.opcode != "ld")):
            if does:
                unit = "shared_{}_wavefronts" if shared else "global_{}_sectors"
                self.count[unit.format(word)] += total
                self.count[f"bytes_{'loaded' if word == 'load' else 'stored'}"] += 0 if shared else size

    @staticmethod
    def passes(requests: list[tuple[int, int, int]]) -> int:
        phases = defaultdict(set)
        for address, size, thread in requests:
            phase = thread % 32 // (32 if size <= 4 else 128 // size)
            phases[phase].update((address + i) // 4 for i in range(0, max(size, 1), 4))
        total = 0
        for words in phases.values():
            total += max(Counter(word % 32 for word in words).values())
        return total
