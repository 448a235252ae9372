@ Kernels for ARMv6-M. Arguments in r0 to r3 and then on the stack (AAPCS). Only r0 to r7 take part in most
@ instructions; `adcs` in particular needs a low register for the high lane, while the low lane's sum may lie high.
.syntax unified
.thumb
.section .text.picoae_m0, "ax", %progbits

@ Saves all that a procedure must keep: 9 words on the stack, so the fifth argument lies at sp + 36.
.macro PICOAE_ENTER
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
.endm
.macro PICOAE_LEAVE
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
.endm

@ Splits \t into its lanes: the word goes to the low sum, the rounded high half to the high sum. The shift leaves bit 15
@ in the carry, so the high lane comes out right for a low lane of either sign.
.macro PICOAE_FLUSH t, low, high
    add \low, \t
    asrs \t, \t, #16
    adcs \high, \t
.endm
@ Two products of each of two pairs, added before the flush.
.macro PICOAE_DUO_TWICE
    ldm r7!, {r2, r3}
    ldm r6!, {r0, r1}
    muls r0, r2, r0
    muls r1, r3, r1
    adds r0, r0, r1
    PICOAE_FLUSH r0, r8, r4
    ldm r6!, {r0, r1}
    muls r0, r2, r0
    muls r1, r3, r1
    adds r0, r0, r1
    PICOAE_FLUSH r0, r9, r5
.endm
@ The same, each product flushed.
.macro PICOAE_DUO_EACH
    ldm r7!, {r2, r3}
    ldm r6!, {r0, r1}
    muls r0, r2, r0
    PICOAE_FLUSH r0, r8, r4
    muls r1, r3, r1
    PICOAE_FLUSH r1, r8, r4
    ldm r6!, {r0, r1}
    muls r0, r2, r0
    PICOAE_FLUSH r0, r9, r5
    muls r1, r3, r1
    PICOAE_FLUSH r1, r9, r5
.endm
@ Two products of one pair.
.macro PICOAE_SOLO_TWICE
    ldm r7!, {r2, r3}
    ldm r6!, {r0, r1}
    muls r0, r2, r0
    muls r1, r3, r1
    adds r0, r0, r1
    PICOAE_FLUSH r0, r8, r4
.endm
.macro PICOAE_SOLO_EACH
    ldm r7!, {r2, r3}
    ldm r6!, {r0, r1}
    muls r0, r2, r0
    PICOAE_FLUSH r0, r8, r4
    muls r1, r3, r1
    PICOAE_FLUSH r1, r8, r4
.endm

@ r0 activations, r1 weights, r2 end of the weights, r3 sums {low 0, low 1, high 0, high 1} of each block,
@ [sp] end of the sums, [sp + 4] where in the unrolled loop to start. The loop has \count steps of two weights.
.macro PICOAE_DUO name, step, count
.global \name
.thumb_func
\name:
    PICOAE_ENTER
    mov r12, r1
    mov r10, r2
    mov r11, r3
    mov r6, r0
    ldr r0, [sp, #36]
    mov lr, r0
    adr r1, 1f
    ldr r0, [sp, #40]
    adds r0, r0, r1
    adds r0, #1
    str r0, [sp, #40]
    b 3f
2:
    mov r3, r11
    stm r3!, {r0, r1, r4, r5}
    mov r11, r3
    cmp r3, lr
    bne 3f
    PICOAE_LEAVE
3:
    mov r3, r11
    ldm r3!, {r0, r1, r4, r5}
    mov r8, r0
    mov r9, r1
    mov r7, r12
    ldr r0, [sp, #40]
    bx r0
.balign 4
1:
.rept \count
    \step
.endr
    cmp r7, r10
    bne 1b
    mov r0, r8
    mov r1, r9
    b 2b
.endm
PICOAE_DUO picoae_m0_duo_twice, PICOAE_DUO_TWICE, 8
PICOAE_DUO picoae_m0_duo_each, PICOAE_DUO_EACH, 4

@ r0 activations, r1 weights, r2 end of the weights, r3 sums {low, high}; [sp] where in the loop to start.
.macro PICOAE_SOLO name, step, count
.global \name
.thumb_func
\name:
    PICOAE_ENTER
    mov r7, r1
    mov r10, r2
    mov r11, r3
    mov r6, r0
    ldm r3!, {r0, r4}
    mov r8, r0
    adr r1, 1f
    ldr r0, [sp, #36]
    adds r0, r0, r1
    adds r0, #1
    bx r0
.balign 4
1:
.rept \count
    \step
.endr
    cmp r7, r10
    bne 1b
    mov r0, r8
    mov r3, r11
    stm r3!, {r0, r4}
    PICOAE_LEAVE
.endm
PICOAE_SOLO picoae_m0_solo_twice, PICOAE_SOLO_TWICE, 8
PICOAE_SOLO picoae_m0_solo_each, PICOAE_SOLO_EACH, 4

@ r0, r1 two runs of int8, r2 where the words go, two at a time, r3 bytes from one two to the next, [sp] length (even).
.global picoae_m0_pack
.thumb_func
picoae_m0_pack:
    push {r4-r7, lr}
    ldr r7, [sp, #20]
    movs r4, #0
    cmp r7, #0
    beq 2f
1:
    ldrsb r5, [r0, r4]
    ldrsb r6, [r1, r4]
    lsls r6, r6, #16
    adds r5, r5, r6
    str r5, [r2]
    adds r4, #1
    ldrsb r5, [r0, r4]
    ldrsb r6, [r1, r4]
    lsls r6, r6, #16
    adds r5, r5, r6
    str r5, [r2, #4]
    adds r2, r2, r3
    adds r4, #1
    cmp r4, r7
    bne 1b
2:
    pop {r4-r7, pc}

@ r0 int8 on a multiple of 4, r1 where the words go, r2 their end: four at a time, at least once.
.global picoae_m0_expand
.thumb_func
picoae_m0_expand:
    push {r4-r7, lr}
1:
    ldm r0!, {r3}
    sxtb r4, r3
    lsls r5, r3, #16
    asrs r5, r5, #24
    lsls r6, r3, #8
    asrs r6, r6, #24
    asrs r7, r3, #24
    stm r1!, {r4, r5, r6, r7}
    cmp r1, r2
    bne 1b
    pop {r4-r7, pc}

@ From sums to values. r0 sums, r1 their end (at least one), r2 where the first value goes,
@ r3 {digits 0 to 3, shift, zero point + 128, table, bytes from value to value}. See `Digits` for the arithmetic.
.macro PICOAE_TAIL
    asrs r0, r7
    adcs r0, r5
    cmp r0, #255
    bhi 8f
2:
    mov r2, lr
    ldrb r0, [r2, r0]
    mov r2, r11
    strb r0, [r2]
    ldr r0, [sp]
    add r11, r0
    cmp r1, r10
    bne 1b
    add sp, #4
    PICOAE_LEAVE
8:
    asrs r0, r0, #31
    mvns r0, r0
    uxtb r0, r0
    b 2b
.endm
.macro PICOAE_REQUANTIZE_ENTER
    PICOAE_ENTER
    mov r10, r1
    mov r11, r2
    mov r1, r0
    ldm r3!, {r0, r4, r5, r6, r7}
    mov r8, r0
    mov r9, r4
    mov r12, r5
    ldm r3!, {r5}
    ldr r0, [r3, #4]
    push {r0}
    ldr r0, [r3]
    mov lr, r0
.endm
.global picoae_m0_requantize_four
.thumb_func
picoae_m0_requantize_four:
    PICOAE_REQUANTIZE_ENTER
1:
    ldm r1!, {r0}
    asrs r2, r0, #31
    mov r3, r8
    muls r3, r0, r3
    asrs r3, r3, #8
    mov r4, r9
    muls r4, r0, r4
    adds r3, r3, r4
    asrs r3, r3, #8
    mov r4, r12
    muls r4, r0, r4
    adds r3, r3, r4
    asrs r3, r3, #8
    muls r0, r6, r0
    adds r0, r0, r3
    asrs r0, r0, #7
    adcs r0, r2
    PICOAE_TAIL
.global picoae_m0_requantize_three
.thumb_func
picoae_m0_requantize_three:
    PICOAE_REQUANTIZE_ENTER
1:
    ldm r1!, {r0}
    asrs r2, r0, #31
    mov r3, r8
    muls r3, r0, r3
    asrs r3, r3, #11
    mov r4, r9
    muls r4, r0, r4
    adds r3, r3, r4
    asrs r3, r3, #10
    muls r0, r6, r0
    adds r0, r0, r3
    asrs r0, r0, #10
    adcs r0, r2
    PICOAE_TAIL

@ r0 sums, r1 their end (whole blocks, at least one), r2 bias in both lanes, r3 bias.
.global picoae_m0_start
.thumb_func
picoae_m0_start:
    push {r4, r5, lr}
    mov r4, r3
    mov r5, r3
    mov r3, r2
1:
    stm r0!, {r2, r3, r4, r5}
    cmp r0, r1
    bne 1b
    pop {r4, r5, pc}

@ r0 sums, r1 their end (whole blocks, at least one): {C0, C1, B0, B1} become the sums of the four positions in order.
.global picoae_m0_separate
.thumb_func
picoae_m0_separate:
    push {r4-r7, lr}
1:
    mov r6, r0
    ldm r6!, {r2, r3, r4, r5}
    lsls r6, r4, #16
    subs r2, r2, r6
    lsls r6, r5, #16
    subs r6, r3, r6
    mov r7, r5
    stm r0!, {r2, r4, r6, r7}
    cmp r0, r1
    bne 1b
    pop {r4-r7, pc}

@ The same, and the larger of each pair goes to the front: two values a block.
.global picoae_m0_separate_largest
.thumb_func
picoae_m0_separate_largest:
    push {r4-r7, lr}
    mov r7, r0
1:
    ldm r0!, {r2, r3, r4, r5}
    lsls r6, r4, #16
    subs r2, r2, r6
    cmp r2, r4
    bge 2f
    mov r2, r4
2:
    lsls r6, r5, #16
    subs r3, r3, r6
    cmp r3, r5
    bge 3f
    mov r3, r5
3:
    stm r7!, {r2, r3}
    cmp r0, r1
    bne 1b
    pop {r4-r7, pc}
