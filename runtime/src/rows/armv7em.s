@ Moves within a line buffer.

@ In each of r1 planes from r0 on, r2 bytes from one to the next, moves the one to three words at r3 to the start;
@ the entry tells how many.
    .macro move_planes name, words:vararg
    inner \name
    push {r4, r5, r6, lr}
plane_\name:
    add r12, r0, r3
    ldmia r12, {\words}
    subs r1, r1, #1
    stmia r0, {\words}
    add r0, r0, r2
    bne plane_\name
    pop {r4, r5, r6, pc}
    .endm
    move_planes picoae_move_planes_2, r4, r5
    move_planes picoae_move_planes_3, r4, r5, r6

@ The same for one word: there is no loading of many for it.
    inner picoae_move_planes_1
    ldr r12, [r0, r3]
    subs r1, r1, #1
    str r12, [r0]
    add r0, r0, r2
    bne picoae_move_planes_1
    bx lr

@ Moves r2 words from r1 to r0, which lies below.
    inner picoae_move_words
    push {r4-r10, lr}
    subs r2, r2, #8
    blo move_rest
move_eight:
    ldmia r1!, {r3-r10}
    subs r2, r2, #8
    stmia r0!, {r3-r10}
    bhs move_eight
move_rest:
    adds r2, r2, #8
    beq move_done
move_one:
    ldr r3, [r1], #4
    subs r2, r2, #1
    str r3, [r0], #4
    bne move_one
move_done:
    pop {r4-r10, pc}
