# The convolution of three positions in two words: one call goes through all output channels of a line of outputs, four at a
# time. For each such group: blocks of six positions, one of three, one of one; then pooling and requantization.
#
#   ra frame    t0 activations    t1 weights    t2 end of the loop    a0-a3 activations    a4, a5 weights    a6, a7 products
#   s0-s11, t3-t6 sums: of six positions Y1 and Y2 of the first three, then those of the others, channel by channel
.attribute arch, "rv32imac"

.macro PICOAE_SAVE
    addi sp, sp, -64
    sw ra, 60(sp)
    sw s0, 56(sp)
    sw s1, 52(sp)
    sw s2, 48(sp)
    sw s3, 44(sp)
    sw s4, 40(sp)
    sw s5, 36(sp)
    sw s6, 32(sp)
    sw s7, 28(sp)
    sw s8, 24(sp)
    sw s9, 20(sp)
    sw s10, 16(sp)
    sw s11, 12(sp)
.endm
.macro PICOAE_RESTORE
    lw ra, 60(sp)
    lw s0, 56(sp)
    lw s1, 52(sp)
    lw s2, 48(sp)
    lw s3, 44(sp)
    lw s4, 40(sp)
    lw s5, 36(sp)
    lw s6, 32(sp)
    lw s7, 28(sp)
    lw s8, 24(sp)
    lw s9, 20(sp)
    lw s10, 16(sp)
    lw s11, 12(sp)
    addi sp, sp, 64
    ret
.endm

.section .text.picoae_rv32_channel_loop, "ax", %progbits
.global picoae_rv32_channel_loop
.type picoae_rv32_channel_loop, %function
# a0: the frame
picoae_rv32_channel_loop:
    PICOAE_SAVE
    mv ra, a0
picoae_rv32_group:
    lw t0, WORDS(ra)
    lw a0, SUMS(ra)
    lw a1, WEIGHTS(ra)
    lw a2, GROUP(ra)
    lw a3, SIX(ra)
    sw a0, AT(ra)
    sw a1, OWN(ra)
    add a2, a2, a1
    sw a2, OWN_END(ra)
    sw a2, WEIGHTS(ra)
    mv t1, a1
    beqz a3, 1f
    sw a3, LEFT(ra)
    lw a0, SIX_KERNEL(ra)
    jr a0
.global picoae_rv32_after_six
picoae_rv32_after_six:
    lw a1, OWN_END(ra)
    lw a0, SIX_KERNEL(ra)
    beq t1, a1, 2f
    jr a0
2:
    lw a1, AT(ra)
    lw a2, LEFT(ra)
    addi a1, a1, 24
    addi a2, a2, -1
    sw a1, AT(ra)
    sw a2, LEFT(ra)
    lw t1, OWN(ra)
    beqz a2, 1f
    jr a0
1:
    lw a0, THREE(ra)
    beqz a0, 1f
    lw a0, THREE_KERNEL(ra)
    jr a0
.global picoae_rv32_after_three
picoae_rv32_after_three:
    lw a1, OWN_END(ra)
    lw a0, THREE_KERNEL(ra)
    beq t1, a1, 2f
    jr a0
2:
    lw a1, AT(ra)
    lw t1, OWN(ra)
    addi a1, a1, 12
    sw a1, AT(ra)
1:
    lw a0, ONE(ra)
    beqz a0, 1f
    lw a0, ONE_KERNEL(ra)
    jr a0
.global picoae_rv32_after_one
picoae_rv32_after_one:
    lw a1, OWN_END(ra)
    beq t1, a1, 1f
    lw a0, ONE_KERNEL(ra)
    jr a0
1:
    lw a0, FINISH(ra)
    jr a0
.global picoae_rv32_next_group
picoae_rv32_next_group:
    lw a0, CHANNELS(ra)
    bgtz a0, picoae_rv32_group
.global picoae_rv32_end
picoae_rv32_end:
    PICOAE_RESTORE

# Products of a channel with the weight \w, first ones or added.
.macro PICOAE_FOUR w, first, y0, y1, y2, y3
    .if \first
    mul \y0, a0, \w
    mul \y1, a1, \w
    mul \y2, a2, \w
    mul \y3, a3, \w
    .else
    mul a6, a0, \w
    mul a7, a1, \w
    add \y0, \y0, a6
    add \y1, \y1, a7
    mul a6, a2, \w
    mul a7, a3, \w
    add \y2, \y2, a6
    add \y3, \y3, a7
    .endif
.endm
.macro PICOAE_TWO w, first, y0, y1
    .if \first
    mul \y0, a0, \w
    mul \y1, a1, \w
    .else
    mul a6, a0, \w
    mul a7, a1, \w
    add \y0, \y0, a6
    add \y1, \y1, a7
    .endif
.endm
.macro PICOAE_ONE w, first, y0
    .if \first
    mul \y0, a0, \w
    .else
    mul a6, a0, \w
    add \y0, \y0, a6
    .endif
.endm
# Tap number \at from t0 and t1 on, of a block with \words words a tap; weights come by \load and have \size bytes.
.macro PICOAE_TAP words, load, size, at, first
    lw a0, 4 * \words * \at(t0)
    \load a4, 4 * \size * \at(t1)
    .if \words > 1
    lw a1, 4 * \words * \at + 4(t0)
    .endif
    .if \words > 2
    lw a2, 4 * \words * \at + 8(t0)
    lw a3, 4 * \words * \at + 12(t0)
    .endif
    \load a5, 4 * \size * \at + \size(t1)
    .if \words == 4
    PICOAE_FOUR a4, \first, s0, s1, s2, s3
    \load a4, 4 * \size * \at + 2 * \size(t1)
    PICOAE_FOUR a5, \first, s4, s5, s6, s7
    \load a5, 4 * \size * \at + 3 * \size(t1)
    PICOAE_FOUR a4, \first, s8, s9, s10, s11
    PICOAE_FOUR a5, \first, t3, t4, t5, t6
    .elseif \words == 2
    PICOAE_TWO a4, \first, s0, s1
    \load a4, 4 * \size * \at + 2 * \size(t1)
    PICOAE_TWO a5, \first, s4, s5
    \load a5, 4 * \size * \at + 3 * \size(t1)
    PICOAE_TWO a4, \first, s8, s9
    PICOAE_TWO a5, \first, t3, t4
    .else
    PICOAE_ONE a4, \first, s0
    \load a4, 4 * \size * \at + 2 * \size(t1)
    PICOAE_ONE a5, \first, s4
    \load a5, 4 * \size * \at + 3 * \size(t1)
    PICOAE_ONE a4, \first, s8
    PICOAE_ONE a5, \first, t3
    .endif
.endm
# The sums of a segment of taps: the first tap, then four at a time, then one by one.
.macro PICOAE_KERNEL name, words, load, size, sums
.section .text.\name, "ax", %progbits
.global \name
.type \name, %function
\name:
    lw t2, SEGMENT(ra)
    lw a1, OWN_END(ra)
    add t2, t2, t1
    bleu t2, a1, 1f
    mv t2, a1
1:
    sw t2, SEGMENT_END(ra)
    PICOAE_TAP \words, \load, \size, 0, 1
    addi t1, t1, 4 * \size
    addi t0, t0, 4 * \words
    sub t2, t2, t1
    andi t2, t2, -16 * \size
    add t2, t2, t1
    beq t1, t2, 3f
2:
    PICOAE_TAP \words, \load, \size, 0, 0
    PICOAE_TAP \words, \load, \size, 1, 0
    PICOAE_TAP \words, \load, \size, 2, 0
    PICOAE_TAP \words, \load, \size, 3, 0
    addi t1, t1, 16 * \size
    addi t0, t0, 16 * \words
    bne t1, t2, 2b
3:
    lw t2, SEGMENT_END(ra)
    beq t1, t2, 5f
4:
    PICOAE_TAP \words, \load, \size, 0, 0
    addi t1, t1, 4 * \size
    addi t0, t0, 4 * \words
    bne t1, t2, 4b
5:
    j \sums
.endm
PICOAE_KERNEL picoae_rv32_six_bytes, 4, lb, 1, picoae_rv32_six_sums
PICOAE_KERNEL picoae_rv32_six_halves, 4, lh, 2, picoae_rv32_six_sums
PICOAE_KERNEL picoae_rv32_three_bytes, 2, lb, 1, picoae_rv32_three_sums
PICOAE_KERNEL picoae_rv32_three_halves, 2, lh, 2, picoae_rv32_three_sums
PICOAE_KERNEL picoae_rv32_one_bytes, 1, lb, 1, picoae_rv32_one_sums
PICOAE_KERNEL picoae_rv32_one_halves, 1, lh, 2, picoae_rv32_one_sums

# The three sums in \y1 and \y2 to memory, or what is there and they. Each comes out times 2^9.
.macro PICOAE_SEPARATE more, at, y1, y2
    slli a0, \y1, 11
    srai a1, a0, 11
    srai a0, a0, 2          # A
    sub a1, \y1, a1
    srli a1, a1, 10         # B modulo 2^11, times 2^11
    sub a2, \y2, a1
    slli a3, a2, 10
    srai a4, a3, 10
    srai a3, a3, 1          # C
    sub a2, a2, a4          # the rest of B, times 2^22
    add a1, a1, a2
    srai a1, a1, 2          # B
    .if \more
    lw a4, \at(t2)
    lw a5, \at + 4(t2)
    lw a6, \at + 8(t2)
    add a0, a0, a4
    add a1, a1, a5
    add a3, a3, a6
    .endif
    sw a0, \at(t2)
    sw a1, \at + 4(t2)
    sw a3, \at + 8(t2)
.endm
.macro PICOAE_SUM more, y
    slli a0, \y, 9
    .if \more
    lw a1, 0(t2)
    add a0, a0, a1
    .endif
    sw a0, 0(t2)
.endm
# The sums of a block's four channels to memory. The first segment's are stored, those of others are added.
.macro PICOAE_SUMS words, more, y0, y1, y2, y3
    .if \words == 1
    PICOAE_SUM \more, \y0
    .else
    PICOAE_SEPARATE \more, 0, \y0, \y1
    .endif
    .if \words == 4
    PICOAE_SEPARATE \more, 12, \y2, \y3
    .endif
.endm
.macro PICOAE_STORE name, words, more, after
    lw t2, AT(ra)
    lw a7, STRIDE(ra)
    PICOAE_SUMS \words, \more, s0, s1, s2, s3
    add t2, t2, a7
    PICOAE_SUMS \words, \more, s4, s5, s6, s7
    add t2, t2, a7
    PICOAE_SUMS \words, \more, s8, s9, s10, s11
    add t2, t2, a7
    PICOAE_SUMS \words, \more, t3, t4, t5, t6
    j \after
.endm
.macro PICOAE_STORES name, words, more_field, more, after
.section .text.\name, "ax", %progbits
.global \name
\name:
    lw a0, SEGMENT_END(ra)
    lw a1, OWN(ra)
    lw a2, SEGMENT(ra)
    sub a0, a0, a1
    bleu a0, a2, 1f
    lw a0, \more_field(ra)
    jr a0
1:
    PICOAE_STORE \name, \words, 0, \after
.section .text.\more, "ax", %progbits
.global \more
\more:
    PICOAE_STORE \more, \words, 1, \after
.endm
PICOAE_STORES picoae_rv32_six_sums, 4, SIX_MORE, picoae_rv32_six_more, picoae_rv32_after_six
PICOAE_STORES picoae_rv32_three_sums, 2, THREE_MORE, picoae_rv32_three_more, picoae_rv32_after_three
PICOAE_STORES picoae_rv32_one_sums, 1, ONE_MORE, picoae_rv32_one_more, picoae_rv32_after_one
