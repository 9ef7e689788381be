"""Which instructions the machine knows, as a table for people; a test holds it against the rules."""

from __future__ import annotations

from workdepth.ptx.rules import OTHERS, PURE

MEANING = {
    "abs": "absolute value",
    "activemask": "which lanes stand here now",
    "add": "sum",
    "addc": "sum with carry",
    "and": "bits both have",
    "atom": "atomic operation, giving the old value",
    "bar": "barrier of a block or warp",
    "barrier": "the same, by its newer name",
    "bfe": "field of bits out of a word",
    "bfi": "field of bits into a word",
    "bfind": "highest significant bit",
    "bra": "branch",
    "brev": "bits reversed",
    "brkpt": "stops like trap",
    "brx": "branch by a table",
    "call": "call of a function of the module (put in place), vprintf or __assertfail",
    "clz": "leading zeros",
    "cnot": "1 for zero, else 0",
    "copysign": "size of one, sign of the other",
    "cos": "cosine, approximate",
    "cvt": "conversion, all roundings and saturation",
    "cvta": "address between a space and the generic one",
    "div": "quotient",
    "dp4a": "dot product of four bytes",
    "ex2": "power of two, approximate",
    "exit": "end of the thread",
    "fence": "memory fence: nothing to do",
    "fma": "product and sum, rounded once",
    "isspacep": "whether an address lies in a space",
    "ld": "load: param, const, global, shared, local, generic; v2, v4, v8",
    "ldu": "load",
    "lg2": "binary logarithm, approximate",
    "lop3": "any function of three bits",
    "mad": "product and sum",
    "mad24": "the same of 24 bits",
    "madc": "the same with carry",
    "match": "which lanes hold the same value",
    "max": "larger value",
    "membar": "memory fence: nothing to do",
    "min": "smaller value",
    "mov": "copy; pack and unpack",
    "mul": "product: low, high, whole",
    "mul24": "product of 24 bits",
    "nanosleep": "a hint: nothing to do",
    "neg": "negative",
    "not": "bits turned over",
    "or": "bits either has",
    "pmevent": "a hint: nothing to do",
    "popc": "bits set",
    "prefetch": "a hint: nothing to do",
    "prefetchu": "a hint: nothing to do",
    "prmt": "four bytes out of eight",
    "rcp": "reciprocal",
    "red": "atomic operation without a result",
    "redux": "reduction over a warp",
    "rem": "remainder",
    "ret": "end of a function",
    "rsqrt": "reciprocal of the square root, approximate",
    "sad": "distance added to a third",
    "selp": "choice by a predicate",
    "set": "comparison as a number",
    "setp": "comparison as a predicate",
    "shf": "shift of a pair of words",
    "shfl": "value of another lane",
    "shl": "shift left",
    "shr": "shift right",
    "sin": "sine, approximate",
    "slct": "choice by a sign",
    "sqrt": "square root",
    "st": "store: global, shared, local, param, generic; v2, v4, v8",
    "sub": "difference",
    "subc": "difference with borrow",
    "tanh": "hyperbolic tangent, approximate",
    "testp": "kind of a float",
    "trap": "stops with an error",
    "vote": "votes of a warp",
    "xor": "bits that differ",
}

REFUSED = (
    "mma, wmma, wgmma, tcgen05, ldmatrix, stmatrix (tensor cores)",
    "cp.async, cp.async.bulk, tensormap, mbarrier, st.async, red.async (asynchronous copies)",
    "clusters: mapa, barrier.cluster, griddepcontrol, setmaxnreg",
    "textures and surfaces: tex, tld4, txq, suld, sust, sured, suq",
    "%clock, %globaltimer, %smid and other registers that only a device has",
    "recursive and indirect calls, malloc and free, alloca",
    "directed rounding and relu of 16-bit floats; comparisons of packed pairs",
    "video instructions: vadd, vsub, vmin and their like",
)


def table() -> str:
    """Return the known instructions and the refused ones as Markdown.

    Examples
    --------
    >>> table().splitlines()[2]
    '| `abs` | float, integer | absolute value |'
    """
    families: dict[str, list[str]] = {}
    for family, opcode in PURE:
        families.setdefault(opcode, []).append("with carry" if family == "carry" else family)
    for opcode, part in OTHERS.items():
        families.setdefault(opcode, []).append(part)
    rows = [
        f"| `{opcode}` | {', '.join(sorted(families[opcode]))} | {MEANING[opcode]} |"
        for opcode in sorted(families)
    ]
    known = ["| opcode | kind | what it does |", "|---|---|---|", *rows]
    return "\n".join(
        [*known, "", "Without a rule, and refused by name and line:", "", *(f"- {one}" for one in REFUSED)]
    )
