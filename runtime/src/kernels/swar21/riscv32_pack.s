# Words of the activations of three positions, or of one: a0 points to {first, second, third position, where words go, bytes
# to those of the next tap, values of a run, runs of a line, from the end of a run to the next one, lines, from the end of the
# last run of a line to the next line, less that}; no number of something is 0.
#
#   a0, a1, a2 positions    a3 words    a4 bytes to the next words    a5 end of the run    a6, a7 runs, lines to go    t5 {...}
.macro PICOAE_PACK three
    lb t0, 0(a0)
    .if \three
    lb t1, 0(a1)
    lb t2, 0(a2)
    slli t3, t1, 21
    slli t1, t1, 11
    add t0, t0, t3
    add t2, t2, t1
    sw t2, 4(a3)
    .endif
    sw t0, 0(a3)
    add a3, a3, a4
.endm
.macro PICOAE_PACK_FOUR three
    lb t0, 0(a0)
    lb t3, 1(a0)
    .if \three
    lb t1, 0(a1)
    lb t2, 0(a2)
    slli t4, t1, 21
    slli t1, t1, 11
    add t0, t0, t4
    add t2, t2, t1
    sw t2, 4(a3)
    .endif
    sw t0, 0(a3)
    add a3, a3, a4
    .if \three
    lb t1, 1(a1)
    lb t2, 1(a2)
    slli t4, t1, 21
    slli t1, t1, 11
    add t3, t3, t4
    add t2, t2, t1
    sw t2, 4(a3)
    .endif
    sw t3, 0(a3)
    add a3, a3, a4
    lb t0, 2(a0)
    lb t3, 3(a0)
    .if \three
    lb t1, 2(a1)
    lb t2, 2(a2)
    slli t4, t1, 21
    slli t1, t1, 11
    add t0, t0, t4
    add t2, t2, t1
    sw t2, 4(a3)
    .endif
    sw t0, 0(a3)
    add a3, a3, a4
    .if \three
    lb t1, 3(a1)
    lb t2, 3(a2)
    slli t4, t1, 21
    slli t1, t1, 11
    add t3, t3, t4
    add t2, t2, t1
    sw t2, 4(a3)
    .endif
    sw t3, 0(a3)
    add a3, a3, a4
.endm
.macro PICOAE_PACKING name, three
.section .text.\name, "ax", %progbits
.global \name
.type \name, %function
\name:
    mv t5, a0
    lw a1, 4(t5)
    lw a2, 8(t5)
    lw a3, 12(t5)
    lw a4, 16(t5)
    lw a7, 32(t5)
    lw a0, 0(t5)
1:
    lw a6, 24(t5)
2:
    lw a5, 20(t5)
    andi t6, a5, 3
    add a5, a5, a0
    bnez t6, 4f
3:
    PICOAE_PACK_FOUR \three
    addi a0, a0, 4
    .if \three
    addi a1, a1, 4
    addi a2, a2, 4
    .endif
    bne a0, a5, 3b
    j 5f
4:
    PICOAE_PACK \three
    addi a0, a0, 1
    .if \three
    addi a1, a1, 1
    addi a2, a2, 1
    .endif
    bne a0, a5, 4b
5:
    lw t0, 28(t5)
    addi a6, a6, -1
    add a0, a0, t0
    .if \three
    add a1, a1, t0
    add a2, a2, t0
    .endif
    bnez a6, 2b
    lw t0, 36(t5)
    addi a7, a7, -1
    add a0, a0, t0
    .if \three
    add a1, a1, t0
    add a2, a2, t0
    .endif
    bnez a7, 1b
    ret
.endm
PICOAE_PACKING picoae_rv32_pack_three, 1
PICOAE_PACKING picoae_rv32_pack_one, 0
