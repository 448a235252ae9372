@ A depthwise convolution of four channels, int8, that lie in a word. Constants are one stream of words: biases; for each tap
@ the weights of channels (0, 2) and (1, 3) and its place; for each channel multiplier, rounding and shift. Accumulators are
@ doubled, by their weights.
@
@   r0-r3   accumulators         r4, r5  weights, multiplier and rounding
@   r6      a tap's place, shift r7, r8  activations; r8 table
@   r9      first activation     r10     output
@   r11     constants            r12     outputs to go         lr  the first tap's code
@ r0: the frame's content (Frame in armv7em.rs)
    .equ DW_GROUP, 0        @ the constants' first word
    .equ DW_STEPS, 4        @ bytes from output to output: of activations, of what is stored
    .equ DW_APART, 12       @ bytes from the first channel's output to the others
    .equ DW_TABLE, 24       @ entry for the value 0
    .equ DW_FRAME, 28
    .equ DW_MAX_TAPS, 9

@ Stores r5 as the output of channel \channel.
    .macro depthwise_put_bytes channel
    strb r5, [r10, #\channel]
    .endm
    .macro depthwise_put_table_bytes channel
    ldrb r5, [r8, r5]
    strb r5, [r10, #\channel]
    .endm
    .macro depthwise_put_table_pairs channel
    .if \channel
    ldr r7, [sp, #DW_APART + 4 * \channel - 4]
    .endif
    ldrh r5, [r8, r5, lsl #1]
    .if \channel
    strh r5, [r10, r7]
    .else
    strh r5, [r10]
    .endif
    .endm

    .macro depthwise_value channel, acc, put
    ldmia r11!, {r4, r5, r6}
    add r5, r5, \acc, asr #31
    smmlar r5, \acc, r4, r5
    asr r5, r5, r6
    ssat r5, #8, r5
    \put \channel
    .endm

    .macro depthwise name, put, table
    inner \name
    push {r4-r11, lr}
    sub sp, sp, #DW_FRAME
    ldmia r0!, {r1-r7}
    stmia sp, {r1-r7}
    ldmia r0, {r9, r10, r12, lr}
    adr r0, taps_\name
    add lr, lr, r0
output_\name:
    ldr r11, [sp, #DW_GROUP]
    ldmia r11!, {r0-r3}
    mov pc, lr
@ Each as long as TAP_CODE in armv7em.rs says; entered so that as many as there are remain.
    .p2align 2
taps_\name:
    .rept DW_MAX_TAPS
    ldmia.w r11!, {r4, r5, r6}
    ldr.w r8, [r9, r6]
    sxtb16 r7, r8, ror #8
    sxtb16 r8, r8
    smlabb r0, r8, r4, r0
    smlabb r1, r7, r5, r1
    smlatt r2, r8, r4, r2
    smlatt r3, r7, r5, r3
    .endr
    .if \table
    ldr r8, [sp, #DW_TABLE]
    .endif
    depthwise_value 0, r0, \put
    depthwise_value 1, r1, \put
    depthwise_value 2, r2, \put
    depthwise_value 3, r3, \put
    ldrd r4, r5, [sp, #DW_STEPS]
    add r9, r9, r4
    add r10, r10, r5
    subs r12, r12, #1
    bne output_\name
    add sp, sp, #DW_FRAME
    pop {r4-r11, pc}
    .endm
    depthwise picoae_depthwise_bytes, depthwise_put_bytes, 0
    depthwise picoae_depthwise_table_bytes, depthwise_put_table_bytes, 1
    depthwise picoae_depthwise_table_pairs, depthwise_put_table_pairs, 1
