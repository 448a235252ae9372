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
