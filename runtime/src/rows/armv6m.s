@ r0 where words go, r1 where they come from, which lies above, r2 how many: four at a time, then one by one.
.section .text.picoae_m0_move, "ax", %progbits
.p2align 2
.global picoae_m0_move
.thumb_func
.type picoae_m0_move, %function
picoae_m0_move:
    push {r4-r7, lr}
    subs r2, r2, #4
    blo 2f
1:
    ldm r1!, {r4-r7}
    stm r0!, {r4-r7}
    subs r2, r2, #4
    bhs 1b
2:
    adds r2, r2, #4
    beq 4f
3:
    ldm r1!, {r4}
    stm r0!, {r4}
    subs r2, r2, #1
    bne 3b
4:
    pop {r4-r7, pc}
