# Sums of four positions of one channel: a0 points to {the positions, weights, values of a run, runs of a line, from the end of
# a run to the next one, lines, from the end of the last run of a line to the next line, less that}, a1 to where the sums go.
#
#   a2-a5 positions    t0 weights    t1 end of the run's    s0-s3 sums    a6 {...}    a7 lines to go    s4 runs to go
.macro PICOAE_DIRECT load, size, at
    \load t2, \size * \at(t0)
    lb t3, \at(a2)
    lb t4, \at(a3)
    lb t5, \at(a4)
    lb t6, \at(a5)
    mul t3, t3, t2
    mul t4, t4, t2
    mul t5, t5, t2
    mul t6, t6, t2
    add s0, s0, t3
    add s1, s1, t4
    add s2, s2, t5
    add s3, s3, t6
.endm
.macro PICOAE_ALONG by
    add a2, a2, \by
    add a3, a3, \by
    add a4, a4, \by
    add a5, a5, \by
.endm
.macro PICOAE_ALONG_TAPS by
    addi a2, a2, \by
    addi a3, a3, \by
    addi a4, a4, \by
    addi a5, a5, \by
.endm
.macro PICOAE_DIRECTLY name, load, size
.section .text.\name, "ax", %progbits
.global \name
.type \name, %function
\name:
    addi sp, sp, -32
    sw s0, 28(sp)
    sw s1, 24(sp)
    sw s2, 20(sp)
    sw s3, 16(sp)
    sw s4, 12(sp)
    mv a6, a0
    lw a2, 0(a6)
    lw a3, 4(a6)
    lw a4, 8(a6)
    lw a5, 12(a6)
    lw t0, 16(a6)
    lw a7, 32(a6)
    li s0, 0
    li s1, 0
    li s2, 0
    li s3, 0
1:
    lw s4, 24(a6)
2:
    # Taps of the run in front of whole rounds of four.
    lw t1, 20(a6)
    andi t2, t1, 3
    .if \size == 2
    slli t1, t1, 1
    .endif
    add t1, t1, t0
    beqz t2, 4f
    mv a0, t2
3:
    PICOAE_DIRECT \load, \size, 0
    PICOAE_ALONG_TAPS 1
    addi t0, t0, \size
    addi a0, a0, -1
    bnez a0, 3b
    beq t0, t1, 5f
4:
    PICOAE_DIRECT \load, \size, 0
    PICOAE_DIRECT \load, \size, 1
    PICOAE_DIRECT \load, \size, 2
    PICOAE_DIRECT \load, \size, 3
    PICOAE_ALONG_TAPS 4
    addi t0, t0, 4 * \size
    bne t0, t1, 4b
5:
    lw t2, 28(a6)
    addi s4, s4, -1
    PICOAE_ALONG t2
    bnez s4, 2b
    lw t2, 36(a6)
    addi a7, a7, -1
    PICOAE_ALONG t2
    bnez a7, 1b
    slli s0, s0, 9
    slli s1, s1, 9
    slli s2, s2, 9
    slli s3, s3, 9
    sw s0, 0(a1)
    sw s1, 4(a1)
    sw s2, 8(a1)
    sw s3, 12(a1)
    lw s0, 28(sp)
    lw s1, 24(sp)
    lw s2, 20(sp)
    lw s3, 16(sp)
    lw s4, 12(sp)
    addi sp, sp, 32
    ret
.endm
PICOAE_DIRECTLY picoae_rv32_direct_bytes, lb, 1
PICOAE_DIRECTLY picoae_rv32_direct_halves, lh, 2
