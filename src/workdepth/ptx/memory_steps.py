"""Loads, stores and atomics bound to NumPy, with their traffic and the chains that pass through memory."""

from __future__ import annotations

import numpy as np

from workdepth.ptx.atomics import atomic
from workdepth.ptx.context import Context, Step, constants, on
from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Group
from workdepth.ptx.memory import Piece, Request
from workdepth.ptx.program import Action
from workdepth.ptx.tally import Tally
from workdepth.ptx.traffic import sectors, wavefronts
from workdepth.ptx.values import Frame, chain, fitted

_ZERO = np.zeros(1, np.uint32)
_ONE = np.ones(1, np.uint32)


def _request(action: Action, context: Context, group: Group) -> Request:
    assert action.access is not None
    return Request(context.program, action, action.access, group, context.files)


def _address(action: Action, frame: Frame) -> np.ndarray:
    access = action.access
    assert access is not None
    offset = np.uint64(access.offset & (2**64 - 1))
    if access.address is None:
        return offset.reshape(1)
    base = frame.values[access.address.slot]
    base = base if base.dtype == np.uint64 else base.astype(np.uint64)
    return base + offset if access.offset else base


def taking_part(action: Action, frame: Frame) -> tuple[Group, np.ndarray | None]:
    """Return the lanes whose guard holds, and their positions in the group (None: all)."""
    mask = on(action, frame)
    if mask is None:
        return frame.group, None
    if mask.size == 1:
        return (frame.group, None) if mask[0] else (_nobody(frame.group), np.zeros(0, np.intp))
    if mask.all():
        return frame.group, None
    return frame.group.part(mask), np.flatnonzero(mask)


def _nobody(group: Group) -> Group:
    return Group(group.chunk, np.zeros(0, np.intp))


def _picked(value: np.ndarray, positions: np.ndarray | None) -> np.ndarray:
    return value if positions is None or value.size == 1 else value[positions]


def _spread(old: np.ndarray, new: np.ndarray, positions: np.ndarray | None, count: int) -> np.ndarray:
    """Return the old values with the new ones at their positions."""
    if positions is None:
        return new
    result = np.full(count, old[0], old.dtype) if old.size == 1 else old.copy()
    result[positions] = new
    return result


def load(action: Action, context: Context) -> Step:
    """Return a load as a function on frames."""
    access, tally = action.access, context.tally
    assert access is not None
    constant = constants(context.program)
    shift, view, offset = _log2(access.type.bytes), access.type.view, np.arange(access.count)

    def step(frame: Frame) -> None:
        group, positions = taking_part(action, frame)
        depth = _led(action, frame, tally, constant)
        if group.count:
            address = _picked(_address(action, frame), positions)
            request = _request(action, context, group)
            pieces = context.memory.locate(request, address)
            if context.checker is not None:
                context.checker.access(request, pieces, [])
            for place, (slot, kind, held) in enumerate(action.results):
                found = fitted(_gathered(pieces, group.count, view, shift, int(offset[place])), kind, held)
                frame.values[slot] = _spread(frame.values[slot], found, positions, frame.group.count)
            if tally is not None:
                longest = np.maximum(
                    _picked(depth, positions), _cells(pieces, group.count, access.bytes) + _ONE
                )
                depth = _spread(depth, longest, positions, frame.group.count)
                _count(action, tally, group, address, pieces)
        _note(action, frame, tally, depth)

    return step


def _led(action: Action, frame: Frame, tally: Tally | None, constant: frozenset[int]) -> np.ndarray:
    """Return an action's depth as far as its registers decide it."""
    return _ZERO if tally is None else chain(action, frame.depths, constant) + _ONE


def _note(action: Action, frame: Frame, tally: Tally | None, depth: np.ndarray) -> None:
    if tally is not None:
        tally.chain(depth)
        for slot in action.writes:
            frame.depths[slot] = depth


def _gathered(pieces: list[Piece], count: int, view: np.dtype, shift: int, place: int) -> np.ndarray:
    if len(pieces) == 1:
        index = pieces[0].offset >> shift
        return pieces[0].buffer.view(view)[index + place if place else index]
    found = np.zeros(count, view)
    for piece in pieces:
        found[piece.where] = piece.buffer.view(view)[(piece.offset >> shift) + place]
    return found


def _cells(pieces: list[Piece], count: int, size: int) -> np.ndarray:
    """Return the chain lengths of the cells that an access reads: the longest, where it reads several."""
    if len(pieces) == 1:
        return _cell(pieces[0], size)
    found = np.zeros(count, np.uint32)
    for piece in pieces:
        found[piece.where] = _cell(piece, size)
    return found


def _cell(piece: Piece, size: int) -> np.ndarray:
    cells, granule = piece.buffer.depth(), piece.buffer.granule
    index = piece.offset >> _log2(granule)
    found = cells[index]
    for further in range(1, size // granule):
        found = np.maximum(found, cells[index + further])
    return found


def store(action: Action, context: Context) -> Step:
    """Return a store as a function on frames."""
    access, tally = action.access, context.tally
    assert access is not None
    constant = constants(context.program)
    shift = _log2(access.type.bytes)

    def step(frame: Frame) -> None:
        group, positions = taking_part(action, frame)
        depth = _led(action, frame, tally, constant)
        _note(action, frame, tally, depth)
        if not group.count:
            return
        address = _picked(_address(action, frame), positions)
        request = _request(action, context, group)
        pieces = context.memory.locate(request, address)
        if context.checker is not None:
            written = [_picked(source.of(frame.values), positions) for source in action.sources]
            context.checker.access(request, pieces, written)
        for piece in pieces:
            if not piece.buffer.writable:
                raise _read_only(request, piece)
            view = piece.buffer.view(access.type.view)
            for place, source in enumerate(action.sources):
                value = _last(_picked(source.of(frame.values), positions), piece)
                view[(piece.offset >> shift) + place] = value
        if tally is not None:
            for piece in pieces:
                _deepen(piece, _last(_picked(depth, positions), piece), access.bytes)
            _count(action, tally, group, address, pieces)
            if frame.active is not None and access.space != "local":
                frame.active[group.lanes if group.lanes is not None else slice(None)] = True

    return step


def _last(value: np.ndarray, piece: Piece) -> np.ndarray:
    """Return what is written; where all lanes write one cell, the last lane's value stays."""
    if value.size == 1:
        return value
    value = value if piece.where is None else value[piece.where]
    return value[-1:] if piece.offset.size == 1 else value


def _deepen(piece: Piece, depth: np.ndarray, size: int) -> None:
    cells, granule = piece.buffer.depth(), piece.buffer.granule
    index = piece.offset >> _log2(granule)
    for further in range(max(size // granule, 1)):
        cells[index + further] = depth


def _read_only(request: Request, piece: Piece) -> KernelError:
    return request.fault(
        f"store to {piece.buffer.name}, which may not be written", 0, "pass a writable array"
    )


def atomic_access(action: Action, context: Context) -> Step:
    """Return an atomic operation as a function on frames."""
    access, tally = action.access, context.tally
    assert access is not None
    constant = constants(context.program)

    def step(frame: Frame) -> None:
        group, positions = taking_part(action, frame)
        depth = _led(action, frame, tally, constant)
        if group.count:
            address = _picked(_address(action, frame), positions)
            request = _request(action, context, group)
            pieces = context.memory.locate(request, address)
            if context.checker is not None:
                context.checker.access(request, pieces, [])
            longest = None if tally is None else _full(_picked(depth, positions), group.count).copy()
            old = np.zeros(group.count, access.type.view)
            for piece in pieces:
                if not piece.buffer.writable:
                    raise _read_only(request, piece)
                where = slice(None) if piece.where is None else piece.where
                values = [
                    _full(_picked(source.of(frame.values), positions), group.count)[where]
                    for source in action.sources
                ]
                offset = piece.offset if piece.where is not None else _full(piece.offset, group.count)
                old[where] = atomic(
                    action.variant,
                    piece.buffer,
                    access.type,
                    offset,
                    values,
                    None if longest is None else longest,
                    where,
                )
            ((slot, kind, held),) = action.results
            frame.values[slot] = _spread(
                frame.values[slot], fitted(old, kind, held), positions, frame.group.count
            )
            if tally is not None and longest is not None:
                depth = _spread(depth, longest, positions, frame.group.count)
                _count(action, tally, group, address, pieces)
                if frame.active is not None:
                    frame.active[group.lanes if group.lanes is not None else slice(None)] = True
        _note(action, frame, tally, depth)

    return step


def _full(value: np.ndarray, count: int) -> np.ndarray:
    return np.full(count, value[0], value.dtype) if value.size == 1 else value


def _count(action: Action, tally: Tally, group: Group, address: np.ndarray, pieces: list[Piece]) -> None:
    """Note the traffic of one access."""
    access, table, row = action.access, tally.table, action.number
    assert access is not None
    loads, stores = action.kind in ("load", "atomic"), action.kind in ("store", "atomic")
    size = access.bytes
    for piece in pieces:
        space = access.space if access.space != "generic" else piece.buffer.name.removesuffix(" memory")
        part = group if piece.where is None else group.part(_mask(piece.where, group.count))
        at = address if piece.where is None else address[piece.where]
        if space == "shared":
            passes, ideal = wavefronts(part, at, size)
            noted = {"wavefronts": passes, "ideal": ideal}
        elif space in ("local", "const"):
            continue
        else:
            noted = {"sectors": sectors(part, at, size), "requests": part.warps, "bytes": size * part.count}
        for name, value in noted.items():
            table[f"load_{name}"][row] += value if loads else 0
            table[f"store_{name}"][row] += value if stores else 0


def _mask(where: np.ndarray, count: int) -> np.ndarray:
    mask = np.zeros(count, np.bool_)
    mask[where] = True
    return mask


def _log2(size: int) -> int:
    return size.bit_length() - 1
