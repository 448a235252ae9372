@ One channel, a signal: five taps, the larger of two neighbours, rectified. Activations are int16, one behind the other,
@ so a word holds two positions; two neighbouring outputs need all five taps over three words.
@ r0: the frame's content (Mono in mono.rs)
    .equ M_END, 0           @ x behind the last output's first word; set here
    .equ M_X, 4             @ first word
    .equ M_SPAN, 8          @ 4 bytes an output
    .equ M_WEIGHTS, 12      @ of the current channel: taps (0, 1), (2, 3), (1, 2), (3, 4), then its Doubled record
    .equ M_CHANNELS, 16
    .equ M_OUT, 20
    .equ M_STEP, 24         @ as STEP
    .equ M_ODD, 32          @ whether the number of pairs of outputs is odd
    .macro mono_output before, here, store
    smlad r10, \before, r0, r4
    smlatb r11, \before, r0, r4
    ldr \before, [r12], #4
    smlad r10, \here, r1, r10
    smlad r11, \here, r2, r11
    smlabt r10, \before, r3, r10
    smlad r11, \before, r3, r11
    cmp r10, r11
    it lt
    movlt r10, r11
    smmlar r10, r10, r5, r6
    asr r10, r10, r7
    \store
    .endm
@ Behind the shift: what is stored, and how. Fields are stored in twos: the first one alone, then both.
    .macro mono_double
    usat r10, #8, r10
    add r10, r10, r10
    strh r10, [lr], #4
    .endm
    .macro mono_single
    usat r10, #8, r10
    strh r10, [lr], #4
    .endm
    .macro mono_low
    ssat r10, #8, r10
    str r10, [lr]
    .endm
    .macro mono_high
    ldr r11, [lr]
    ssat r10, #8, r10
    add r10, r11, r10, lsl #22
    str r10, [lr], #4
    .endm
    .macro mono name, first, second
    inner \name
    push {r4-r11, lr}
    sub sp, sp, #36
    ldmia r0, {r1-r9}
    stmia sp, {r1-r9}
channel_\name:
    ldr r12, [sp, #M_WEIGHTS]
    ldmia r12!, {r0-r7}
    str r12, [sp, #M_WEIGHTS]
    ldr r12, [sp, #M_X]
    ldr lr, [sp, #M_OUT]
    ldr r10, [sp, #M_SPAN]
    ldr r8, [r12], #4
    ldr r9, [r12], #4
    add r10, r10, r12
    str r10, [sp, #M_END]
    ldr r11, [sp, #M_ODD]
    cmp r11, #0
    bne odd_\name
pairs_\name:
    mono_output r8, r9, \first
    mono_output r9, r8, \second
odd_\name:
    mono_output r8, r9, \first
    mono_output r9, r8, \second
    ldr r10, [sp, #M_END]
    cmp r12, r10
    bne pairs_\name
    ldrd r7, r8, [sp, #M_STEP]
    ldr lr, [sp, #M_OUT]
    strd r8, r7, [sp, #M_STEP]
    add lr, lr, r7
    str lr, [sp, #M_OUT]
    ldr r7, [sp, #M_CHANNELS]
    subs r7, r7, #1
    str r7, [sp, #M_CHANNELS]
    bne channel_\name
    add sp, sp, #36
    pop {r4-r11, pc}
    .endm
    mono picoae_mono_k5_pool2, mono_double, mono_double
    mono picoae_mono_k5_pool2_single, mono_single, mono_single
    mono picoae_mono_k5_pool2_fields, mono_low, mono_high
