@ Words of two positions each, for pairs of positions at equal distances: r0 {first value of the first pair's first
@ position, from there to the second position's, from pair to pair, where words go, from a pair's to the next one's, and
@ from that to the one after it, less that, bytes left free behind two words, pairs, values of a cell, cells, from the end
@ of a cell to the next one, lines, from the end of the last cell of a line to the next line}; no number of something is 0.
@
@   r0 first position    r1 from there to the second    r2 where words go    r3 0    r7 end of the cell
@   r8 bytes left free   r9 cells to go    r10 lines to go    r11 values of a cell    r12 {...}    lr 4 behind the first of two words, else 0
.section .text.picoae_m0_pack, "ax", %progbits
.p2align 2
.macro PICOAE_WORD to
    ldrsb \to, [r0, r3]
    ldrsb r6, [r0, r1]
    adds r0, r0, #1
    lsls r6, r6, #16
    adds \to, \to, r6
.endm
.global picoae_m0_pack
.thumb_func
.type picoae_m0_pack, %function
picoae_m0_pack:
    PICOAE_SAVE
    mov r12, r0
    ldr r1, [r0, #24]
    mov r8, r1
    ldr r1, [r0, #32]
    mov r11, r1
    ldr r2, [r0, #12]
    ldr r1, [r0, #4]
    movs r3, #0
    ldr r0, [r0]
1:
    push {r0, r2}
    mov lr, r3
    mov r5, r12
    ldr r6, [r5, #44]
    mov r10, r6
2:
    mov r5, r12
    ldr r6, [r5, #36]
    mov r9, r6
3:
    mov r7, r11
    lsls r6, r7, #30
    adds r7, r7, r0
    cmp r6, #0
    bne 6f
4:
    .rept 2
    PICOAE_WORD r4
    PICOAE_WORD r5
    stm r2!, {r4, r5}
    add r2, r8
    .endr
    cmp r0, r7
    bne 4b
5:
    mov r6, r12
    ldr r5, [r6, #40]
    adds r0, r0, r5
    mov r5, r9
    subs r5, r5, #1
    mov r9, r5
    bne 3b
    ldr r5, [r6, #48]
    adds r0, r0, r5
    mov r5, r10
    subs r5, r5, #1
    mov r10, r5
    bne 2b
    pop {r0, r2}
    ldr r5, [r6, #8]
    adds r0, r0, r5
    @ Two distances take turns.
    ldr r4, [r6, #16]
    ldr r5, [r6, #20]
    adds r2, r2, r4
    str r5, [r6, #16]
    str r4, [r6, #20]
    ldr r5, [r6, #28]
    subs r5, r5, #1
    str r5, [r6, #28]
    bne 1b
    PICOAE_RESTORE
    @ Cells whose length is no multiple of 4, word by word.
6:
    PICOAE_WORD r4
    stm r2!, {r4}
    mov r5, lr
    movs r4, #4
    eors r5, r4
    mov lr, r5
    bne 7f
    add r2, r8
7:
    cmp r0, r7
    bne 6b
    b 5b
