@ `swar16` on ARMv6-M: one call goes through all output channels of a line of outputs.
@
@ For each channel: expand its weights where they are not words; for each block of two pairs of positions, and a last one
@ of a single pair, bias or earlier sums, first stream, perhaps exchange of the lanes and second stream, sums to memory; then
@ pooling and requantization. Only r0 to r7 take part in most instructions. What does not fit in registers lies in the
@ frame (`frame.s`): first a copy of `Frame` in mod.rs, then what belongs to a channel.
.syntax unified
.thumb
.section .text.picoae_m0, "ax", %progbits

@ Sums of a pair (C in \c, B in \b) to those of its positions in \low (by way of \t) and \b.
.macro PICOAE_SEPARATE low, c, b, t
    lsls \t, \b, #16
    mov \low, \c
    subs \low, \low, \t
.endm
@ From the lanes (p, p + 1) to (p + 1, p).
.macro PICOAE_EXCHANGE c, b
    mov r0, \c
    lsls r1, r0, #16
    adds r1, r1, \b
    mov \c, r1
    lsls r1, \b, #16
    subs \b, r0, r1
.endm
@ \a = the larger of \a and \b
.macro PICOAE_LARGER a, b
    cmp \a, \b
    bge 9f
    mov \a, \b
9:
.endm
.global picoae_m0_channel_loop
.thumb_func
@ r0: the frame's content
picoae_m0_channel_loop:
    PICOAE_SAVE
    sub sp, #FRAME
    mov r1, sp
    mov r2, sp
    adds r2, r2, #COPIED
1:
    ldm r0!, {r4-r7}
    stm r1!, {r4-r7}
    cmp r1, r2
    bne 1b

channel:
    ldr r0, [sp, #FLAGS]
    ldrh r1, [r0]
    adds r0, r0, #2
    str r0, [sp, #FLAGS]
    @ Bytes of the rest of both streams.
    lsrs r2, r1, #9
    lsls r2, r2, #3
    mov r9, r2
    lsls r1, r1, #23
    lsrs r2, r1, #26
    lsls r2, r2, #3
    mov r10, r2
    lsrs r1, r1, #23
    movs r2, #3
    ands r2, r2, r1
    movs r0, #12
    muls r2, r0, r2
    add r0, sp, #LISTS
    adds r0, r0, r2
    ldm r0!, {r3, r4, r5}
    str r4, [sp, #FIRST_DUO]
    str r5, [sp, #FIRST_SOLO]
    ldr r6, [sp, #PLAIN]
    movs r7, #0
    movs r4, #0
    lsrs r2, r1, #2
    bcc 1f
    movs r4, #1
    ands r2, r4
    movs r4, #12
    muls r2, r4, r2
    add r1, sp, #LISTS + 48
    adds r1, r1, r2
    ldm r1!, {r2, r4, r5}
    str r4, [sp, #SECOND_DUO]
    str r5, [sp, #SECOND_SOLO]
    ldr r6, [sp, #POLYNOMIAL]
    mov r7, r2
    movs r4, #0
    cmp r2, #0
    beq 1f
    movs r4, #1
1:
    ldr r0, [sp, #LARGEST]
    orrs r4, r4, r0
    str r4, [sp, #STORE]
    str r6, [sp, #X]
    @ r3, r7 bytes of the streams
    ldr r0, [sp, #WEIGHTS]
    ldr r1, [sp, #EXPANDED]
    cmp r1, #0
    beq 4f
    cmp r3, #0
    beq 3f
    mov r8, r3
    adds r2, r1, r3
    ldr r3, [sp, #HALVES]
    cmp r3, #0
    bne 2f
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
    b 5f
2:
    ldm r0!, {r3}
    sxth r4, r3
    asrs r5, r3, #16
    stm r1!, {r4, r5}
    cmp r1, r2
    bne 2b
5:
    mov r3, r8
3:
    str r0, [sp, #WEIGHTS]
    ldr r0, [sp, #EXPANDED]
    adds r1, r0, r3
    mov r2, r1
    b 6f
4:
    adds r1, r0, r3
    mov r2, r10
    adds r2, r2, r1
    adds r3, r2, r7
    str r3, [sp, #SECOND_END]
    add r3, r9
    str r3, [sp, #WEIGHTS]
    b 7f
6:
    mov r3, r2
7:
    str r0, [sp, #W]
    str r1, [sp, #FIRST_END]
    add r0, sp, #FIRST_REST
    stm r0!, {r2, r3}
    ldr r0, [sp, #BIAS]
    ldm r0!, {r2}
    str r0, [sp, #BIAS]
    lsls r1, r2, #16
    adds r1, r1, r2
    ldr r0, [sp, #SUMS]
    ldr r4, [sp, #DUOS]
    adds r4, r4, r0
    add r3, sp, #BOTH
    stm r3!, {r1, r2, r4}
    mov r12, r0
    mov r11, r1
    mov lr, r2
    ldr r6, [sp, #X]
    ldr r1, [sp, #RESUME]
    cmp r1, #0
    beq 1f
    mov lr, r0
1:
    cmp r4, r0
    beq solo

@ r6 activations, r12 where sums go, lr where those of earlier slices are; else r11 the bias in both lanes, lr the bias
duo:
    ldr r0, [sp, #RESUME]
    cmp r0, #0
    bne duo_again
    mov r8, r11
    mov r9, r11
    mov r4, lr
    mov r5, lr
first_duo:
    add r0, sp, #FIRST_END
    ldm r0!, {r1, r2, r7}
    mov r10, r1
    bx r2
.global picoae_m0_after_duo
.thumb_func
picoae_m0_after_duo:
    ldr r0, [sp, #END]
    cmp r0, r7
    bne more_duo
    ldr r7, [sp, #STORE]
    lsrs r7, r7, #1
    bne 3f
    bcs 2f
    PICOAE_SEPARATE r0, r8, r4, r1
    PICOAE_SEPARATE r2, r9, r5, r3
    mov r1, r4
    mov r3, r5
1:
    mov r7, r12
    stm r7!, {r0-r3}
    mov r12, r7
    ldr r1, [sp, #STOP]
    cmp r7, r1
    bne duo
    b solo
2:
    PICOAE_SEPARATE r1, r8, r4, r0
    PICOAE_SEPARATE r3, r9, r5, r2
    mov r0, r4
    mov r2, r5
    b 1b
3:
    PICOAE_SEPARATE r0, r8, r4, r1
    PICOAE_SEPARATE r2, r9, r5, r3
    PICOAE_LARGER r0, r4
    PICOAE_LARGER r2, r5
    mov r7, r12
    stm r7!, {r0, r2}
    mov r12, r7
    ldr r1, [sp, #STOP]
    cmp r7, r1
    bne duo
    b solo
duo_again:
    mov r7, lr
    ldm r7!, {r0, r4}
    lsls r2, r4, #16
    adds r0, r0, r2
    mov r8, r0
    ldm r7!, {r0, r5}
    lsls r2, r5, #16
    adds r0, r0, r2
    mov r9, r0
    mov lr, r7
    b first_duo
@ The rest of the first stream, the second stream or its rest.
more_duo:
    ldr r1, [sp, #FIRST_REST]
    cmp r1, r7
    beq second_duo
    blo 1f
    mov r0, r1
1:
    ldm r7!, {r2, r3}
    adds r2, r2, r6
    ldr r1, [r2]
    muls r1, r3, r1
    PICOAE_FLUSH r1, r8, r4
    ldr r1, [r2, #8]
    muls r1, r3, r1
    PICOAE_FLUSH r1, r9, r5
    cmp r7, r0
    bne 1b
    b picoae_m0_after_duo
second_duo:
    ldr r0, [sp, #SECOND_END]
    mov r10, r0
    PICOAE_EXCHANGE r8, r4
    PICOAE_EXCHANGE r9, r5
    ldr r0, [sp, #SECOND_DUO]
    bx r0

solo:
    ldr r0, [sp, #SOLO]
    cmp r0, #0
    beq finish
    ldr r0, [sp, #BOTH]
    ldr r4, [sp, #OWN_BIAS]
    ldr r1, [sp, #RESUME]
    cmp r1, #0
    beq 1f
    mov r7, lr
    ldm r7!, {r0, r4}
    lsls r2, r4, #16
    adds r0, r0, r2
1:
    mov r8, r0
    ldr r7, [sp, #W]
    ldr r0, [sp, #FIRST_END]
    mov r10, r0
    ldr r0, [sp, #FIRST_SOLO]
    bx r0
.global picoae_m0_after_solo
.thumb_func
picoae_m0_after_solo:
    ldr r0, [sp, #END]
    cmp r0, r7
    beq 1f
    ldr r1, [sp, #FIRST_REST]
    cmp r1, r7
    beq 6f
    blo 5f
    mov r0, r1
5:
    ldm r7!, {r2, r3}
    @ Half as far from the end, but the second of two words is always next to the first.
    asrs r1, r2, #1
    lsls r2, r2, #29
    lsrs r2, r2, #30
    adds r1, r1, r2
    ldr r1, [r6, r1]
    muls r1, r3, r1
    PICOAE_FLUSH r1, r8, r4
    cmp r7, r0
    bne 5b
    b picoae_m0_after_solo
6:
    ldr r0, [sp, #SECOND_END]
    mov r10, r0
    PICOAE_EXCHANGE r8, r4
    ldr r0, [sp, #SECOND_SOLO]
    bx r0
1:
    PICOAE_SEPARATE r0, r8, r4, r1
    mov r1, r4
    mov r7, r12
    ldr r2, [sp, #STORE]
    cmp r2, #1
    blo 2f
    bhi 3f
    mov r1, r0
    mov r0, r4
2:
    stm r7!, {r0, r1}
    b finish
3:
    PICOAE_LARGER r0, r1
    str r0, [r7]
.global picoae_m0_finish
.thumb_func
picoae_m0_finish:
finish:
    ldr r0, [sp, #FINISH]
    bx r0

@ The largest of each POOL sums goes to the front.
.global picoae_m0_pool
.thumb_func
picoae_m0_pool:
    ldr r0, [sp, #POOL]
    cmp r0, #0
    beq 4f
    mov r8, r0
    ldr r1, [sp, #SUMS]
    mov r2, r1
    ldr r5, [sp, #COUNT]
    ldr r0, [sp, #ROWS]
    muls r5, r0, r5
    adds r5, r5, r1
1:
    mov r4, r8
    ldm r1!, {r0}
    b 3f
2:
    ldm r1!, {r3}
    PICOAE_LARGER r0, r3
3:
    subs r4, r4, #1
    bne 2b
    stm r2!, {r0}
    cmp r2, r5
    bne 1b
4:
    bx lr

.global picoae_m0_pooled
.thumb_func
picoae_m0_pooled:
    bl picoae_m0_pool
.global picoae_m0_sums
.thumb_func
picoae_m0_sums:
    ldr r0, [sp, #SUMS]
    ldr r1, [sp, #SUMS_STEP]
    adds r0, r0, r1
    str r0, [sp, #SUMS]
    ldr r0, [sp, #OUT]
    adds r0, r0, #1
    str r0, [sp, #OUT]
    ldr r0, [sp, #CHANNELS]
    subs r0, r0, #1
    str r0, [sp, #CHANNELS]
    beq 1f
    b channel
1:
    add sp, #FRAME
    PICOAE_RESTORE

PICOAE_LOOP picoae_m0_duo_twice, 1, 1, 4, picoae_m0_after_duo
PICOAE_LOOP picoae_m0_duo_each, 1, 0, 4, picoae_m0_after_duo
PICOAE_LOOP picoae_m0_solo_twice, 0, 1, 4, picoae_m0_after_solo
PICOAE_LOOP picoae_m0_solo_each, 0, 0, 4, picoae_m0_after_solo

@ For long streams.
.section .text.picoae_m0_duo_long, "ax", %progbits
.p2align 2
PICOAE_LOOP picoae_m0_duo_long, 1, 1, 8, picoae_m0_after_duo, 1
