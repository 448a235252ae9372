@ Parts of the score.

@ The sum of r2 products, at least one, of int8 values at r0 and at r1; in r0. Words may lie anywhere.
    inner picoae_dot_int8
    push {r4, r5, r6, r7, lr}
    movs r3, #0
    subs r2, r2, #4
    blo 2f
1:  ldr r4, [r0], #4
    ldr r5, [r1], #4
    sxtb16 r6, r4
    sxtb16 r7, r5
    smlad r3, r6, r7, r3
    sxtb16 r6, r4, ror #8
    sxtb16 r7, r5, ror #8
    smlad r3, r6, r7, r3
    subs r2, r2, #4
    bhs 1b
2:  adds r2, r2, #4
    beq 4f
3:  ldrsb r4, [r0], #1
    ldrsb r5, [r1], #1
    smlabb r3, r4, r5, r3
    subs r2, r2, #1
    bne 3b
4:  mov r0, r3
    pop {r4, r5, r6, r7, pc}

@ Fours of values of a signal of one channel for the part flat, at least one. The frame (Frame in flat_fours.rs): total, smallest
@ segment, the value before, inputs (anywhere), ring, fours; total and smallest segment come back.
    inner picoae_flat_fours
    push {r0, r4-r11, lr}
    ldmia r0, {r0-r5}
    lsl r2, r2, #16
1:  ldr r6, [r3], #4
    sxtb16 r7, r6
    sxtb16 r8, r6, ror #8
    lsr r2, r2, #16
    pkhbt r2, r2, r8, lsl #16
    ssub16 r9, r7, r2           @ first and third difference
    ssub16 r10, r8, r7          @ second and fourth
    mov r2, r8
    ldmia r4, {r6, r7}
    smlabb r11, r9, r9, r0
    smlabb r12, r10, r10, r11
    stmia r4!, {r11, r12}
    sub r6, r11, r6
    sub r7, r12, r7
    ldmia r4, {r8, r11}
    smlatt r12, r9, r9, r12
    smlatt r0, r10, r10, r12
    strd r12, r0, [r4], #8
    sub r8, r12, r8
    sub r11, r0, r11
    cmp r6, r1
    it lo
    movlo r1, r6
    cmp r7, r1
    it lo
    movlo r1, r7
    cmp r8, r1
    it lo
    movlo r1, r8
    cmp r11, r1
    it lo
    movlo r1, r11
    subs r5, r5, #1
    bne 1b
    pop {r2}
    stmia r2, {r0, r1}
    pop {r4-r11, pc}
