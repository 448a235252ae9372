# Pools the sums of a group's channels and turns them into values; see `MulhRequant` for the arithmetic. Rectified: whatever is
# not positive comes out as the first of the table.
#
#   t0 sums    t2 end of the row's    t1 next output    s0 multiplier    s1, s2 offsets    s3 shift    s4 table
#   s5 from output to output    s6 bias    s7 255    s8 rows to go    s9 first output of the row    s10 first of the table

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
8:
    .if \pooled == 0
    lw a0, POOL(ra)
    beqz a0, 7f
    jal t5, picoae_rv32_pool
7:
    .endif
    lw a0, RECORD(ra)
    lw a1, RECORD_STEP(ra)
    lw a2, BIAS(ra)
    lw s9, OUT(ra)
    lw s0, 0(a0)
    lw s1, 4(a0)
    lw s2, 8(a0)
    add a0, a0, a1
    sw a0, RECORD(ra)
    lw s6, 0(a2)
    addi a2, a2, 4
    sw a2, BIAS(ra)
    addi a3, s9, 1
    sw a3, OUT(ra)
    slli s6, s6, 9
    lw s8, ROWS(ra)
    lw s11, COUNT(ra)
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
    lw a0, STRIDE(ra)
    addi t4, t4, -1
    add t3, t3, a0
    bnez t4, 8b
    tail picoae_rv32_next_group
.endm
PICOAE_FINISH picoae_rv32_finish, 0, 0
PICOAE_FINISH picoae_rv32_finish_pooled, 0, 1
PICOAE_FINISH picoae_rv32_finish_rectified, 1, 0
PICOAE_FINISH picoae_rv32_finish_rectified_pooled, 1, 1

# The largest of each a0 sums from t3 on goes to the front; back to t5.
.section .text.picoae_rv32_pool, "ax", %progbits
.global picoae_rv32_pool
picoae_rv32_pool:
    mv a1, t3
    mv a2, t3
    lw a3, OUTPUTS(ra)
    add a3, a3, a2
1:
    lw a4, 0(a1)
    addi a1, a1, 4
    addi a5, a0, -1
    beqz a5, 4f
2:
    lw a6, 0(a1)
    addi a1, a1, 4
    bge a4, a6, 3f
    mv a4, a6
3:
    addi a5, a5, -1
    bnez a5, 2b
4:
    sw a4, 0(a2)
    addi a2, a2, 4
    bne a2, a3, 1b
    jr t5
