"""PTX text into the data of :mod:`workdepth.ptx.syntax`.

Only the grammar lives here: what an instruction does is no concern of the parser, so an unknown opcode
parses and is refused later, where it would run.

Source: NVIDIA, PTX ISA 9.0, chapters 4 (syntax), 5 (state spaces), 11 (directives).
"""

from __future__ import annotations

from collections.abc import Iterator

from workdepth.ptx.faults import PtxError
from workdepth.ptx.syntax import (
    Address,
    Bits,
    Function,
    Instruction,
    Integer,
    ModuleText,
    Name,
    Negated,
    Operand,
    Variable,
    Vector,
)
from workdepth.ptx.tokens import Token
from workdepth.ptx.types import TYPES
from workdepth.ptx.words import Words, bits_of

LINKING = {".visible", ".extern", ".weak", ".common"}
SPACES = {".global": "global", ".const": "const", ".shared": "shared", ".local": "local", ".param": "param"}
KERNEL_HINTS = {".maxntid", ".reqntid", ".minnctapersm", ".maxnctapersm", ".maxnreg", ".noreturn", ".pragma"}
LARGEST_VARIABLE = 2**31


def parse(text: str) -> ModuleText:
    """Read PTX text.

    Parameters
    ----------
    text : str
        A whole PTX module.

    Returns
    -------
    ModuleText

    Raises
    ------
    PtxError
        Where the text breaks off or does not follow PTX's grammar; the message names the line.

    Examples
    --------
    >>> module = parse(".version 9.0 .target sm_80 .visible .entry k() { ret; }")
    >>> module.functions["k"].body[0].name
    'ret'
    """
    return _Parser(text).module()


class _Parser(Words):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.files: dict[int, str] = {}
        self.source: tuple[int, int] | None = None
        self.scopes: list[dict[str, str]] = []
        self.scope_count = 0

    # -- the module ------------------------------------------------------------------------------

    def module(self) -> ModuleText:
        version = target = ""
        functions: dict[str, Function] = {}
        variables: dict[str, Variable] = {}
        while self.at < len(self.words):
            word = self.take()
            if word.text == ".version":
                version = self.take().text
            elif word.text == ".target":
                target = self.take().text
                while self.accept(","):
                    self.take()
            elif word.text == ".address_size":
                self.require_64(word)
            elif word.text in (".file", ".section"):
                self.debug(word)
            elif word.text in LINKING:
                continue
            elif word.text in (".entry", ".func"):
                function = self.function(word)
                if function.body or function.name not in functions:
                    functions[function.name] = function
            elif word.text in SPACES:
                extern = self.words[self.at - 2].text == ".extern"
                for variable in self.variables(SPACES[word.text], extern):
                    variables[variable.name] = variable
            else:
                raise self.wrong(f"unknown directive {word.text!r}", word)
        if not version:
            raise PtxError(
                "no .version directive: this is not PTX text",
                where="line 1",
                next_step="pass PTX as NVRTC or nvcc -ptx writes it, or a .cu file to compile",
            )
        return ModuleText(version, target, functions, variables, self.files, self.text)

    def require_64(self, word: Token) -> None:
        if self.integer() != 64:
            raise self.wrong("only 64-bit addresses are known", word)

    def debug(self, word: Token) -> None:
        if word.text == ".file":
            number, name = self.integer(), self.take().text.strip('"')
            self.files[number] = name
            for _ in self.rest_of_line():
                pass
            return
        self.skip_past("{")
        self.skip_past("}")

    # -- variables -------------------------------------------------------------------------------

    def variables(self, space: str, extern: bool = False) -> list[Variable]:
        """One declaration, after its state space; may name several variables."""
        align, kind, pointer, lanes = 0, "", False, 1
        while self.peek().text.startswith("."):
            word = self.take()
            if word.text == ".align":
                align = self.integer()
                if align not in (1, 2, 4, 8, 16, 32, 64, 128, 256):
                    raise self.wrong(f"an alignment of {align}", word)
            elif word.text == ".ptr":
                pointer = True
            elif word.text in (".v2", ".v4"):
                lanes = int(word.text[2])
            elif word.text[1:] in TYPES:
                kind = word.text[1:]
            elif word.text not in (*SPACES, ".managed"):
                raise self.wrong(f"unknown attribute {word.text!r} of a variable", word)
        if not kind:
            raise self.wrong("a variable without a type", self.peek())
        found = [self.variable(space, kind, lanes, align, extern, pointer)]
        while space != "param" and self.accept(","):
            found.append(self.variable(space, kind, lanes, align, extern, pointer))
        if space != "param":
            self.expect(";")
        return found

    def variable(
        self, space: str, kind: str, lanes: int, align: int, extern: bool, pointer: bool
    ) -> Variable:
        word = self.take()
        count, is_array = lanes, False
        while self.accept("["):
            is_array = True
            count *= 0 if self.peek().text == "]" else self.integer()
            self.expect("]")
        if kind == "pred":
            raise self.wrong("a predicate has no place in memory", word)
        size = count * TYPES[kind].bytes
        if size > LARGEST_VARIABLE:
            raise self.wrong(f"variable {word.text} of {size} bytes; at most 2 GiB are taken", word)
        initial = self.initial(kind) if self.accept("=") else b""
        name = self.declare(word.text)
        return Variable(
            name,
            space,
            kind,
            max(size, len(initial)),
            align or lanes * TYPES[kind].bytes,
            initial,
            is_array,
            extern,
            pointer,
        )

    def initial(self, kind: str) -> bytes:
        size, data, depth = TYPES[kind].bytes, bytearray(), 0
        while True:
            word = self.peek()
            if word.text in "{}":
                depth += 1 if self.take().text == "{" else -1
            elif word.kind == "float":
                self.take()
                data += bits_of(word.text, size * 8).value.to_bytes(size, "little")
            else:
                data += (self.integer() & TYPES[kind].mask).to_bytes(size, "little")
            if depth == 0 and self.peek().text in (";", ","):
                return bytes(data)
            self.accept(",")

    def declare(self, name: str) -> str:
        """Name a variable; inside an inner scope the name is made unique."""
        if len(self.scopes) < 2:
            return name
        self.scopes[-1][name] = unique = f"{name}@{self.scope_count}"
        return unique

    def resolve(self, name: str) -> Name:
        for scope in reversed(self.scopes):
            if name in scope:
                return Name(scope[name])
        return Name(name)

    # -- functions -------------------------------------------------------------------------------

    def function(self, word: Token) -> Function:
        returns = self.parameters() if self.peek().text == "(" else ()
        name = self.take().text
        parameters = self.parameters() if self.peek().text == "(" else ()
        while self.peek().text not in ("{", ";"):
            hint = self.take()
            if hint.text.startswith(".") and hint.text not in KERNEL_HINTS:
                raise self.wrong(f"unknown attribute {hint.text!r} of {name}", hint)
        body: list[Instruction] = []
        labels: dict[str, int] = {}
        registers: dict[str, str] = {}
        variables: list[Variable] = []
        tables: dict[str, tuple[str, ...]] = {}
        self.source = None
        if not self.accept(";"):
            self.expect("{")
            self.scopes = [{}]
            self.statements(body, labels, registers, variables, tables)
            self.scopes = []
        return Function(
            name,
            word.text == ".entry",
            parameters,
            returns,
            tuple(body),
            labels,
            registers,
            tuple(variables),
            tables,
            word.line,
        )

    def parameters(self) -> tuple[Variable, ...]:
        self.expect("(")
        found: list[Variable] = []
        while not self.accept(")"):
            word = self.take()
            if word.text == ".reg":
                raise self.wrong("parameters in registers are not known", word)
            if word.text != ".param":
                raise self.wrong(f"expected a parameter, found {word.text!r}", word)
            found += self.variables("param")
            self.accept(",")
        return tuple(found)

    def statements(
        self,
        body: list[Instruction],
        labels: dict[str, int],
        registers: dict[str, str],
        variables: list[Variable],
        tables: dict[str, tuple[str, ...]],
    ) -> None:
        while True:
            word = self.take()
            if word.text == "}":
                self.scopes.pop()
                if not self.scopes:
                    return
            elif word.text == "{":
                self.scopes.append({})
                self.scope_count += 1
            elif word.text == ".reg":
                self.registers(registers)
            elif word.text in SPACES:
                new = self.variables(SPACES[word.text])
                variables += new
                if word.text == ".param":
                    self.expect(";")
            elif word.text == ".loc":
                self.location()
            elif word.text == ".pragma":
                self.skip_past(";")
            elif word.kind == "name" and self.peek().text == ":":
                self.take()
                self.label(word, len(body), labels, tables)
            elif word.kind == "name" and word.text.startswith("."):
                raise self.wrong(f"unknown directive {word.text!r}", word)
            elif word.text != ";":
                body.append(self.instruction(word))

    def label(
        self, word: Token, here: int, labels: dict[str, int], tables: dict[str, tuple[str, ...]]
    ) -> None:
        following = self.peek().text
        if following == ".branchtargets":
            self.take()
            tables[word.text] = tuple(part.text for part in self.until(";") if part.text != ",")
        elif following in (".calltargets", ".callprototype"):
            self.skip_past(";")
        elif word.text in labels:
            raise self.wrong(f"label {word.text} stands twice", word)
        else:
            labels[word.text] = here

    def until(self, text: str) -> list[Token]:
        found: list[Token] = []
        while (word := self.take()).text != text:
            found.append(word)
        return found

    def location(self) -> None:
        file, line = self.integer(), self.integer()
        self.source = (file, line) if line else self.source
        for _ in self.rest_of_line():
            pass

    def registers(self, registers: dict[str, str]) -> None:
        kind = self.take()
        if kind.text[1:] not in TYPES:
            raise self.wrong(f"registers of unknown type {kind.text}", kind)
        while True:
            name = self.take().text
            if self.accept("<"):
                self.integer()
                self.expect(">")
                name += "<"  # a prefix: any number may follow
            else:
                name = self.declare(name)
            registers[name] = kind.text[1:]
            if not self.accept(","):
                break
        self.expect(";")

    # -- instructions ----------------------------------------------------------------------------

    def instruction(self, word: Token) -> Instruction:
        guard: Name | Negated | None = None
        begin = word.start
        if word.text == "@":
            inverted = self.accept("!")
            name = self.resolve(self.take().text)
            guard = Negated(name) if inverted else name
            word = self.take()
        if word.kind != "name":
            raise self.wrong(f"expected an instruction, found {word.text!r}", word)
        opcode, *modifiers = word.text.split(".")
        operands: list[Operand] = []
        while not self.accept(";"):
            operands.append(self.operand())
            if not self.accept(",") and self.peek().text != ";":
                raise self.wrong(f"expected ',' or ';', found {self.peek().text!r}", self.peek())
        text = " ".join(self.text[begin : self.words[self.at - 1].start + 1].split())
        return Instruction(opcode, tuple(modifiers), tuple(operands), word.line, text, guard, self.source)

    def operand(self) -> Operand:
        word = self.take()
        if word.text in ("{", "("):
            return Vector(tuple(self.parts("}" if word.text == "{" else ")")))
        if word.text == "[":
            return self.address()
        if word.text == "!":
            return Negated(self.resolve(self.take().text))
        if word.text == "-" or word.kind == "integer":
            self.at -= 1
            return self.number()
        if word.kind == "float":
            return bits_of(word.text, 0)
        if word.kind != "name":
            raise self.wrong(f"expected an operand, found {word.text!r}", word)
        name = self.resolve(word.text)
        if self.accept("|"):
            return Vector((name, self.resolve(self.take().text)))
        if self.accept("+"):
            return Address(name, self.integer())
        return name

    def number(self) -> Operand:
        if self.peek().text == "-" and self.words[self.at + 1].kind == "float":
            self.take()
            bits = bits_of(self.take().text, 0)
            return Bits(bits.value ^ (1 << (bits.width - 1)), bits.width)
        return Integer(self.integer())

    def parts(self, closing: str) -> Iterator[Operand]:
        while not self.accept(closing):
            if self.peek().text in ("{", "("):
                raise self.wrong("a list of operands inside another", self.peek())
            yield self.operand()
            self.accept(",")

    def address(self) -> Address:
        base: Name | None = None
        offset = 0
        if self.peek().kind == "name":
            base = self.resolve(self.take().text)
        while not self.accept("]"):
            self.accept("+")
            offset += self.integer()
        return Address(base, offset)
