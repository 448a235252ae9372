@ Words of two positions. r0, r1 the first values of both, r2 where the words go, two at a time, r3 {bytes from one two to
@ the next, values of a cell, cells, bytes from cell to cell, lines, bytes from behind the last cell of a line to the next
@ line}; nothing is 0.
.global picoae_m0_pack
.thumb_func
picoae_m0_pack:
    PICOAE_SAVE
    ldm r3!, {r4, r5, r6}
    mov r12, r6
    ldm r3!, {r6, r7}
    mov r8, r6
    mov r10, r7
    ldr r6, [r3]
    mov r11, r6
    mov r3, r4
    mov r7, r5
    @ Cells of an odd length: two increments take turns.
    movs r5, #4
    mov lr, r5
    lsrs r5, r7, #1
    bcc 1f
    subs r3, r3, #4
1:
    mov r9, r12
2:
    movs r4, #0
    lsrs r5, r7, #1
    bcs 5f
3:
    ldrsb r5, [r0, r4]
    ldrsb r6, [r1, r4]
    lsls r6, r6, #16
    adds r5, r5, r6
    str r5, [r2]
    adds r4, r4, #1
    ldrsb r5, [r0, r4]
    ldrsb r6, [r1, r4]
    lsls r6, r6, #16
    adds r5, r5, r6
    str r5, [r2, #4]
    adds r2, r2, r3
    adds r4, r4, #1
    cmp r4, r7
    bne 3b
4:
    add r0, r8
    add r1, r8
    mov r4, r9
    subs r4, r4, #1
    mov r9, r4
    bne 2b
    add r0, r11
    add r1, r11
    mov r4, r10
    subs r4, r4, #1
    mov r10, r4
    bne 1b
    PICOAE_RESTORE
5:
    ldrsb r5, [r0, r4]
    ldrsb r6, [r1, r4]
    lsls r6, r6, #16
    adds r5, r5, r6
    str r5, [r2]
    add r2, lr
    mov r5, lr
    mov lr, r3
    mov r3, r5
    adds r4, r4, #1
    cmp r4, r7
    bne 5b
    b 4b
