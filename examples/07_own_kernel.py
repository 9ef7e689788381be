"""Count a kernel of your own over a sweep: formulas, a race, a verdict.  PTX needs no compiler, and nothing a GPU."""

import workdepth as wd

# Threads 2k and 2k + 1 add each other's numbers to their own, through shared memory.
PTX = """
.version 9.0
.target sm_80
.address_size 64
.extern .shared .align 4 .b8 s[];
.visible .entry partners(.param .u64 x) {
    .reg .b32 %r<7>; .reg .b64 %rd<2>;
    ld.param.u64 %rd1, [x];
    mov.u32 %r1, %tid.x;
    mad.wide.u32 %rd1, %r1, 4, %rd1;
    ld.global.u32 %r2, [%rd1];
    mov.u32 %r3, s;
    mad.lo.u32 %r3, %r1, 4, %r3;
    st.shared.u32 [%r3], %r2;
    BARRIER
    xor.b32 %r3, %r3, 4;
    ld.shared.u32 %r5, [%r3];
    add.s32 %r6, %r2, %r5;
    st.global.u32 [%rd1], %r6;
    ret;
}"""
launch = {
    "block": "n",
    "shared": "4*n",
    "args": ["u32[n]=range"],
    "sizes": {"n": [32, 64, 128, 256, 512]},
}

racy = wd.count_kernel(PTX.replace("BARRIER", ""), check=True, **launch)
print(f"without a barrier, at n = {racy.faults[0].sizes['n']}: {racy.faults[0].text}")

good = wd.count_kernel(PTX.replace("BARRIER", "bar.sync 0;"), **launch)
for name in ("steps", "threads", "shared_load_wavefronts", "global_load_sectors"):
    print(f"{name}: {good.formulas[name]}")
print(good.results[0][:4])
