@ r0, r1 two runs of int8, r2 where the words go, two at a time, r3 bytes from one two to the next, [sp] length (even, not
@ 0).
.global picoae_m0_pack
.thumb_func
picoae_m0_pack:
    push {r4-r7, lr}
    ldr r7, [sp, #20]
    movs r4, #0
1:
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
    bne 1b
    pop {r4-r7, pc}
