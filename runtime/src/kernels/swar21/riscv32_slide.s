# Outputs of a block of six positions of a signal of one channel, five taps, in all output channels: a0 points to {first value,
# bytes from value to value, weights, their end, biases, first output, bytes from output to output, table, requantization, bytes
# to the next channel's, shift}.
#
#   s0-s9 values times 2^9    a1-a6 sums    a7 weight, then bias    t0 product    t1 multiplier    t2 offset    t3 shift
#   t4 table    t5 first of the table, or offset of negative sums    t6 weights    s10 biases    ra requantization
#   s11 first output of the channel    a0 from output to output    on the stack: end of the weights, bytes to the next
#   requantization
.equ SLIDE_END, 4
.equ SLIDE_RECORD_STEP, 8
.macro PICOAE_SLIDE_TAP at, x0, x1, x2, x3, x4, x5
    lb a7, \at(t6)
    mul t0, \x0, a7
    add a1, a1, t0
    mul t0, \x1, a7
    add a2, a2, t0
    mul t0, \x2, a7
    add a3, a3, t0
    mul t0, \x3, a7
    add a4, a4, t0
    mul t0, \x4, a7
    add a5, a5, t0
    mul t0, \x5, a7
    add a6, a6, t0
.endm
# The sum \y to its output at \to; number \id of the outputs of the routine \name.
.macro PICOAE_SLIDE_OUT name, id, rectified, y, to
    add \y, \y, a7
    .if \rectified
    blez \y, .L\name\()_low\id
    .else
    bltz \y, .L\name\()_low\id
    .endif
    mulh \y, \y, t1
    add \y, \y, t2
.L\name\()_shift\id:
    sra \y, \y, t3
    sltiu t0, \y, 256
    beqz t0, .L\name\()_outside\id
.L\name\()_look\id:
    add \y, \y, t4
    lbu \y, 0(\y)
    sb \y, 0(\to)
.L\name\()_done\id:
.endm
# What it does with sums that are not positive, and with values outside the table.
.macro PICOAE_SLIDE_RARE name, id, rectified, y, to
.L\name\()_low\id:
    .if \rectified
    sb t5, 0(\to)
    j .L\name\()_done\id
    .else
    mulh \y, \y, t1
    add \y, \y, t5
    j .L\name\()_shift\id
    .endif
.L\name\()_outside\id:
    srai \y, \y, 31
    xori \y, \y, -1
    andi \y, \y, 255
    j .L\name\()_look\id
.endm
.macro PICOAE_SLIDE_LARGER a, b
    bge \a, \b, 1f
    mv \a, \b
1:
.endm
.macro PICOAE_SLIDE name, rectified, pooled
.section .text.\name, "ax", %progbits
.global \name
.type \name, %function
\name:
    PICOAE_SAVE
    lw t0, 0(a0)
    lw t1, 4(a0)
    lb s0, 0(t0)
    add t0, t0, t1
    lb s1, 0(t0)
    add t0, t0, t1
    lb s2, 0(t0)
    add t0, t0, t1
    lb s3, 0(t0)
    add t0, t0, t1
    lb s4, 0(t0)
    add t0, t0, t1
    lb s5, 0(t0)
    add t0, t0, t1
    lb s6, 0(t0)
    add t0, t0, t1
    lb s7, 0(t0)
    add t0, t0, t1
    lb s8, 0(t0)
    add t0, t0, t1
    lb s9, 0(t0)
    slli s0, s0, 9
    slli s1, s1, 9
    slli s2, s2, 9
    slli s3, s3, 9
    slli s4, s4, 9
    slli s5, s5, 9
    slli s6, s6, 9
    slli s7, s7, 9
    slli s8, s8, 9
    slli s9, s9, 9
    lw t6, 8(a0)
    lw t0, 12(a0)
    lw s10, 16(a0)
    lw s11, 20(a0)
    sw t0, SLIDE_END(sp)
    lw t4, 28(a0)
    lw ra, 32(a0)
    lw t0, 36(a0)
    lw t3, 40(a0)
    sw t0, SLIDE_RECORD_STEP(sp)
    .if \rectified
    lbu t5, 0(t4)
    .endif
    lw a0, 24(a0)
7:
    lb a7, 0(t6)
    mul a1, s0, a7
    mul a2, s1, a7
    mul a3, s2, a7
    mul a4, s3, a7
    mul a5, s4, a7
    mul a6, s5, a7
    PICOAE_SLIDE_TAP 1, s1, s2, s3, s4, s5, s6
    PICOAE_SLIDE_TAP 2, s2, s3, s4, s5, s6, s7
    PICOAE_SLIDE_TAP 3, s3, s4, s5, s6, s7, s8
    PICOAE_SLIDE_TAP 4, s4, s5, s6, s7, s8, s9
    lw a7, 0(s10)
    lw t0, SLIDE_RECORD_STEP(sp)
    lw t1, 0(ra)
    lw t2, 4(ra)
    .if \rectified == 0
    lw t5, 8(ra)
    .endif
    addi t6, t6, 5
    addi s10, s10, 4
    add ra, ra, t0
    slli a7, a7, 9
    .if \pooled
    PICOAE_SLIDE_LARGER a1, a2
    PICOAE_SLIDE_LARGER a3, a4
    PICOAE_SLIDE_LARGER a5, a6
    add a2, s11, a0
    add a4, a2, a0
    PICOAE_SLIDE_OUT \name, 0, \rectified, a1, s11
    PICOAE_SLIDE_OUT \name, 1, \rectified, a3, a2
    PICOAE_SLIDE_OUT \name, 2, \rectified, a5, a4
    .else
    PICOAE_SLIDE_OUT \name, 0, \rectified, a1, s11
    add a1, s11, a0
    PICOAE_SLIDE_OUT \name, 1, \rectified, a2, a1
    add a1, a1, a0
    PICOAE_SLIDE_OUT \name, 2, \rectified, a3, a1
    add a1, a1, a0
    PICOAE_SLIDE_OUT \name, 3, \rectified, a4, a1
    add a1, a1, a0
    PICOAE_SLIDE_OUT \name, 4, \rectified, a5, a1
    add a1, a1, a0
    PICOAE_SLIDE_OUT \name, 5, \rectified, a6, a1
    .endif
    lw t0, SLIDE_END(sp)
    addi s11, s11, 1
    bne t6, t0, 7b
    PICOAE_RESTORE
    .if \pooled
    PICOAE_SLIDE_RARE \name, 0, \rectified, a1, s11
    PICOAE_SLIDE_RARE \name, 1, \rectified, a3, a2
    PICOAE_SLIDE_RARE \name, 2, \rectified, a5, a4
    .else
    PICOAE_SLIDE_RARE \name, 0, \rectified, a1, s11
    PICOAE_SLIDE_RARE \name, 1, \rectified, a2, a1
    PICOAE_SLIDE_RARE \name, 2, \rectified, a3, a1
    PICOAE_SLIDE_RARE \name, 3, \rectified, a4, a1
    PICOAE_SLIDE_RARE \name, 4, \rectified, a5, a1
    PICOAE_SLIDE_RARE \name, 5, \rectified, a6, a1
    .endif
.endm
PICOAE_SLIDE picoae_rv32_slide, 0, 0
PICOAE_SLIDE picoae_rv32_slide_pooled, 0, 1
PICOAE_SLIDE picoae_rv32_slide_rectified, 1, 0
PICOAE_SLIDE picoae_rv32_slide_rectified_pooled, 1, 1
