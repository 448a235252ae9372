@ Behind an upsampling by two with a kernel of five: odd outputs, and even ones made of them.

@ Behind an upsampling by two with a kernel of five int8 weights w: odd outputs, of the taps w0, w1 + w2, w3 + w4. Words of
@ two channel pairs: (0 | 1 of j), (2 | 3 of j), (4 of j | 4 of j+1), (0 | 1 of j+1), (2 | 3 of j+1).
    .macro taps_of_five first, second, last:vararg
    ldr r9, [r12, #\first]
    ldr r10, [r12, #\second]
    ldr r11, [r12, #8]
    sxtb16 r6, r9
    sxtb16 r7, r9, ror #8
    sxtb16 r8, r10
    sadd16 r7, r7, r8
    sxtb16 r8, r10, ror #8
    sxtb16 r11, \last
    sadd16 r8, r8, r11
    .endm
    inner picoae_slide_k5_p6
    taps_of_five 0, 4, r11
    taps_k3_p6
    taps_of_five 12, 16, r11, ror #8
    taps_k3_p6
    add r12, r12, #20
    ldr r10, [sp, #END]
    cmp lr, r10
    bne.w picoae_slide_k5_p6
    b.w picoae_slide_single_finish

@ Odd outputs were made and stored; even ones are these accumulators and two taps over the differences of neighbours. Six
@ outputs of either kind: seven differences. \weights puts the two weights of channel pair \pair into r6 and r7, \last goes
@ on behind \pairs of them.
    .macro differences name, pairs, weights, last
    inner \name
    ldrd r7, r8, [sp, #RETURN]
    strd r8, r7, [sp, #RETURN]
    ldr r12, [sp, #D_WEIGHTS]
    ldr lr, [sp, #D_X]
round_\name:
    .set pair, 0
    .rept \pairs
    \weights pair
    .set pair, pair + 1
    ldmia lr!, {r8, r9, r10, r11}
    mac r0, r8, r6
    mac r0, r9, r7
    mac r1, r9, r6
    mac r1, r10, r7
    mac r2, r10, r6
    mac r2, r11, r7
    mac r3, r11, r6
    ldmia lr!, {r8, r9, r10}
    mac r3, r8, r7
    mac r4, r8, r6
    mac r4, r9, r7
    mac r5, r9, r6
    mac r5, r10, r7
    .endr
    \last
    ldr r10, [sp, #D_END]
    cmp lr, r10
    bne.w round_\name
    str r12, [sp, #D_WEIGHTS]
    ldr r11, [sp, #PARAMS]
    ldr r12, [sp, #OUT]
    ldmdb r11, {r7, r8, r9, r10}
    ldr r11, [sp, #TABLE]
    sub r12, r12, #4
    ldr lr, [sp, #COLUMN]
    ldr pc, [sp, #FINISH]
    .endm
    .macro next_two_words pair
    ldmia r12!, {r6, r7}
    .endm
    .macro no_last
    .endm
    .macro second_bytes pair
    ldr r6, [r12, #12 * (\pair)]
    ldr r7, [r12, #12 * (\pair) + 4]
    sxtb16 r6, r6, ror #8
    sxtb16 r7, r7, ror #8
    .endm
    .macro behind_two_pairs
    add r12, r12, #20
    .endm
    differences picoae_slide_differences, 4, next_two_words, no_last
    differences picoae_slide_differences_of_five, 2, second_bytes, behind_two_pairs

@ r0: first of eight words of the first channel pair, r1: where the seven differences of each pair go, r2: pairs,
@ r3: bytes from pair to pair
    inner picoae_subtract_neighbours
    push {r4-r11, lr}
subtract_pair:
    ldmia r0, {r4-r11}
    subs r2, r2, #1
    ssub16 r4, r4, r5
    ssub16 r5, r5, r6
    ssub16 r6, r6, r7
    ssub16 r7, r7, r8
    ssub16 r8, r8, r9
    ssub16 r9, r9, r10
    ssub16 r10, r10, r11
    stmia r1!, {r4-r10}
    add r0, r0, r3
    bne subtract_pair
    pop {r4-r11, pc}
