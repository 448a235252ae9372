# Pools the sums of a group's channels and turns them into values; see `MulhRequant` for the arithmetic. Rectified: whatever is
# not positive comes out as the first of the table.
#
#   t0 sums    t2 end of the row's    t1 next output    s0 multiplier    s1, s2 offsets    s3 shift    s4 table
#   s5 from output to output    s6 bias    s7 255    s8 rows to go    s9 first output of the row    s10 first of the table
#   t3 the channel's sums    t4 channels to go    t6 biases    a2 first output of the channel    a3 requantization    a4 bytes to
#   the next channel's    a5 bytes from sums to sums    s11 bytes of a row's sums

# \pooled: the larger of two sums.
.macro PICOAE_OUTPUTS rectified, pooled
1:
    lw a0, 0(t0)
    .if \pooled
    lw a1, 4(t0)
    addi t0, t0, 8
    bge a0, a1, 9f
    mv a0, a1
9:
    .else
    addi t0, t0, 4
    .endif
    add a0, a0, s6
    .if \rectified
    blez a0, 5f
    .else
    bltz a0, 5f
    .endif
    mulh a0, a0, s0
    add a0, a0, s1
2:
    sra a0, a0, s3
    bltu s7, a0, 6f
3:
    add a0, a0, s4
    lbu a0, 0(a0)
    sb a0, 0(t1)
    add t1, t1, s5
    bne t0, t2, 1b
    j 4f
5:
    .if \rectified
    sb s10, 0(t1)
    add t1, t1, s5
    bne t0, t2, 1b
    j 4f
    .else
    mulh a0, a0, s0
    add a0, a0, s2
    j 2b
    .endif
6:
    srai a0, a0, 31
    xori a0, a0, -1
    andi a0, a0, 255
    j 3b
4:
.endm
.macro PICOAE_FINISH name, rectified, pooled
.section .text.\name, "ax", %progbits
.global \name
.type \name, %function
\name:
    lw a0, CHANNELS(ra)
    lw t3, SUMS(ra)
    li t4, 4
    addi a1, a0, -4
    sw a1, CHANNELS(ra)
    bge a0, t4, 7f
    mv t4, a0
7:
    lw s3, SHIFT(ra)
    lw s4, TABLE(ra)
    lw s5, OUT_STEP(ra)
    li s7, 255
    lbu s10, 0(s4)
    lw t6, BIAS(ra)
    lw a2, OUT(ra)
    lw a3, RECORD(ra)
    lw a4, RECORD_STEP(ra)
    lw a5, STRIDE(ra)
    lw s11, COUNT(ra)
8:
    .if \pooled == 0
    lw a0, POOL(ra)
    beqz a0, 7f
    jal t5, picoae_rv32_pool
7:
    .endif
    lw s0, 0(a3)
    lw s1, 4(a3)
    lw s2, 8(a3)
    add a3, a3, a4
    lw s6, 0(t6)
    addi t6, t6, 4
    slli s6, s6, 9
    mv s9, a2
    addi a2, a2, 1
    lw s8, ROWS(ra)
    mv t0, t3
0:
    add t2, t0, s11
    mv t1, s9
    PICOAE_OUTPUTS \rectified, \pooled
    addi s8, s8, -1
    beqz s8, 7f
    lw a0, OUT_DOWN(ra)
    add s9, s9, a0
    j 0b
7:
    addi t4, t4, -1
    add t3, t3, a5
    bnez t4, 8b
    sw t6, BIAS(ra)
    sw a2, OUT(ra)
    sw a3, RECORD(ra)
    j picoae_rv32_next_group
.endm
PICOAE_FINISH picoae_rv32_finish, 0, 0
PICOAE_FINISH picoae_rv32_finish_pooled, 0, 1
PICOAE_FINISH picoae_rv32_finish_rectified, 1, 0
PICOAE_FINISH picoae_rv32_finish_rectified_pooled, 1, 1

# The largest of each a0 sums from t3 on goes to the front; back to t5.
.section .text.picoae_rv32_pool, "ax", %progbits
.global picoae_rv32_pool
picoae_rv32_pool:
    mv t0, t3
    mv t1, t3
    lw t2, OUTPUTS(ra)
    add t2, t2, t1
1:
    lw a1, 0(t0)
    addi t0, t0, 4
    addi s0, a0, -1
    beqz s0, 4f
2:
    lw s1, 0(t0)
    addi t0, t0, 4
    bge a1, s1, 3f
    mv a1, s1
3:
    addi s0, s0, -1
    bnez s0, 2b
4:
    sw a1, 0(t1)
    addi t1, t1, 4
    bne t1, t2, 1b
    jr t5
