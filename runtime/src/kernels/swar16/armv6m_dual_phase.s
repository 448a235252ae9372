@ Sums of two outputs of neighbouring branches, from activations as they lie in the line buffer: a word of weights is that of the
@ one and that of the other. r0 {weights, end of the weights, activations, from position to position, bytes of a line, from
@ the end of a line to the next one, lines, what C and B start with}, r1 where the sums go, r2 their end.
@
@   r6 activations    r7 weights    r8 C    r5 B    r9 sums    r10 end of a line    r11 end of the sums    r12 position
.section .text.picoae_m0_dual_phase, "ax", %progbits
.p2align 2
@ Four products of two lanes each.
.macro PICOAE_FOUR
    ldm r6!, {r0}
    ldm r7!, {r3, r4}
    sxtb r1, r0
    muls r1, r3, r1
    lsls r2, r0, #16
    asrs r2, r2, #24
    muls r2, r4, r2
    adds r1, r1, r2
    ldm r7!, {r3, r4}
    lsls r2, r0, #8
    asrs r2, r2, #24
    muls r2, r3, r2
    adds r1, r1, r2
    asrs r0, r0, #24
    muls r0, r4, r0
    adds r0, r0, r1
    PICOAE_FLUSH r0, r8, r5
.endm
.global picoae_m0_dual_phase
.thumb_func
.type picoae_m0_dual_phase, %function
picoae_m0_dual_phase:
    PICOAE_SAVE
    push {r0}
    mov r9, r1
    mov r11, r2
    ldr r1, [r0, #8]
    mov r12, r1
position:
    ldr r0, [sp]
    ldr r7, [r0]
    ldr r3, [r0, #24]
    mov r6, r12
    ldr r1, [r0, #28]
    mov r8, r1
    ldr r5, [r0, #32]
1:
    mov lr, r3
    ldr r0, [sp]
    ldr r1, [r0, #16]
    adds r1, r1, r6
    mov r10, r1
2:
    PICOAE_FOUR
    PICOAE_FOUR
    cmp r6, r10
    bne 2b
    ldr r0, [sp]
    ldr r1, [r0, #20]
    adds r6, r6, r1
    mov r3, lr
    subs r3, r3, #1
    bne 1b
    @ What did not fit in the lanes: {offset, weights}.
    ldr r4, [r0, #4]
    mov r6, r12
    b 4f
3:
    ldm r7!, {r0, r1}
    ldrsb r0, [r6, r0]
    muls r0, r1, r0
    PICOAE_FLUSH r0, r8, r5
4:
    cmp r7, r4
    bne 3b
    lsls r1, r5, #16
    mov r0, r8
    subs r4, r0, r1
    mov r0, r9
    stm r0!, {r4, r5}
    mov r9, r0
    ldr r1, [sp]
    ldr r1, [r1, #12]
    add r12, r1
    cmp r0, r11
    bne position
    pop {r0}
    PICOAE_RESTORE
