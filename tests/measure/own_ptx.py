"""PTX text for the tests of counting a kernel of one's own: no compiler is needed."""

HEAD = ".version 9.0\n.target sm_80\n.address_size 64\n"

# Doubles x[i] for i < n; the instructions name their lines in double.cu.
DOUBLE = """
.version 9.0
.target sm_80
.address_size 64
.visible .entry double(.param .u64 x, .param .u32 n) {
    .reg .pred %p; .reg .b32 %r<7>; .reg .b64 %rd<4>;
    .loc 1 3 0
    ld.param.u64 %rd1, [x];
    ld.param.u32 %r3, [n];
    mov.u32 %r1, %tid.x;
    mov.u32 %r4, %ctaid.x;
    mov.u32 %r5, %ntid.x;
    mad.lo.u32 %r1, %r4, %r5, %r1;
    setp.ge.u32 %p, %r1, %r3;
    @%p bra $END;
    .loc 1 4 0
    mul.wide.u32 %rd2, %r1, 4;
    add.s64 %rd3, %rd1, %rd2;
    ld.global.u32 %r2, [%rd3];
    add.s32 %r2, %r2, %r2;
    st.global.u32 [%rd3], %r2;
$END:
    .loc 1 5 0
    ret;
}
.file 1 "double.cu"
"""
DOUBLE_CU = "__global__ void twice(unsigned* x,\n  unsigned n) {\n  if (i < n)\n    x[i] += x[i];\n}\n"

# Partners 2k and 2k + 1 exchange numbers through shared memory, with a barrier or without.
PARTNERS = """
.version 9.0
.target sm_80
.address_size 64
.extern .shared .align 4 .b8 s[];
.visible .entry partners(.param .u64 x) {
    .reg .b32 %r<7>; .reg .b64 %rd<3>;
    ld.param.u64 %rd1, [x];
    mov.u32 %r1, %tid.x;
    mul.wide.u32 %rd2, %r1, 4;
    add.s64 %rd1, %rd1, %rd2;
    ld.global.u32 %r2, [%rd1];
    mov.u32 %r3, s;
    mad.lo.u32 %r3, %r1, 4, %r3;
    st.shared.u32 [%r3], %r2;
    BARRIER
    xor.b32 %r3, %r3, 4;
    ld.shared.u32 %r5, [%r3];
    st.global.u32 [%rd1], %r5;
    ret;
}"""

# One thread: n rounds.
ROUNDS = """
.version 9.0
.target sm_80
.visible .entry rounds(.param .u32 n) {
    .reg .pred %p; .reg .b32 %r<3>;
    ld.param.u32 %r1, [n];
$MORE:
    sub.s32 %r1, %r1, 1;
    setp.gt.s32 %p, %r1, 0;
    @%p bra $MORE;
    ret;
}"""
FOREVER = HEAD + ".visible .entry forever() {\n$L:\n bra $L;\n}"
TWO = HEAD + ".visible .entry first() { ret; }\n.visible .entry _Z6secondPi(.param .u64 x) { ret; }"
