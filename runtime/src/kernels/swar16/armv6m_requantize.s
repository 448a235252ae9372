@ Pools the sums of a channel and turns them into values, then goes on to the next channel; see `Affine` for the
@ arithmetic. Rectified: with a zero point of -128 whatever is not positive comes out as the first of the table.
@
@   r1 sums      r10 end of the row's      r11 next output      r12 from output to output
@   r2 bits of a digit      r5 offset      r6 highest digit, r8, r9 lower ones      r7 shift      lr table, in r4 also
@
@ Not rectified: r12 the offset of negative sums.

@ The lowest digit of the multiplier r6 as a signed number to \to, the rest stays; r0 is 32 less the bits.
.macro PICOAE_DIGIT to
    mov r3, r6
    lsls r3, r0
    asrs r3, r0
    mov \to, r3
    subs r6, r6, r3
    lsrs r6, r2
.endm
@ r0, the sum, times the multiplier.
.macro PICOAE_MULTIPLY three
    mov r3, r8
    muls r3, r0, r3
    asrs r3, r2
    .if \three
    mov r4, r9
    muls r4, r0, r4
    adds r3, r3, r4
    asrs r3, r2
    .endif
    muls r0, r6, r0
    adds r0, r0, r3
.endm
@ On to the next output.
.macro PICOAE_NEXT_OUT rectified
    mov r3, r11
    strb r0, [r3]
    .if \rectified
    add r11, r12
    .else
    ldr r3, [sp, #OUT_STEP]
    add r11, r3
    .endif
    cmp r1, r10
    bne 1b
.endm
.macro PICOAE_REQUANTIZE name, three, rectified
.section .text.\name, "ax", %progbits
.global \name
.thumb_func
.type \name, %function
\name:
    bl picoae_m0_pool
    ldr r0, [sp, #AFFINE]
    ldr r6, [r0]
    ldr r5, [r0, #4]
    ldr r1, [sp, #AFFINE_STEP]
    adds r0, r0, r1
    str r0, [sp, #AFFINE]
    movs r7, #31
    ands r7, r6
    lsrs r6, r6, #5
    ldr r2, [sp, #BITS]
    movs r0, #32
    subs r0, r0, r2
    PICOAE_DIGIT r8
    .if \three
    PICOAE_DIGIT r9
    .endif
    .if \rectified
    ldr r0, [sp, #OUT_STEP]
    .else
    ldr r0, [sp, #NEGATIVE]
    adds r0, r0, r5
    .endif
    mov r12, r0
    ldr r4, [sp, #TABLE]
    mov lr, r4
    ldr r0, [sp, #ROWS]
    ldr r3, [sp, #OUT]
    ldr r1, [sp, #SUMS]
4:
    mov r11, r3
    str r0, [sp, #LEFT]
    str r3, [sp, #ROW]
    ldr r3, [sp, #COUNT]
    adds r3, r3, r1
    mov r10, r3
1:
    ldm r1!, {r0}
    .if \rectified
    cmp r0, #0
    ble 7f
    .else
    cmp r0, #0
    blt 7f
    .endif
    PICOAE_MULTIPLY \three
    adds r0, r0, r5
5:
    asrs r0, r7
    cmp r0, #255
    bhi 8f
2:
    .if \three
    mov r4, lr
    .endif
    ldrb r0, [r4, r0]
    PICOAE_NEXT_OUT \rectified
3:
    ldr r3, [sp, #ROW]
    ldr r0, [sp, #OUT_DOWN]
    adds r3, r3, r0
    ldr r0, [sp, #LEFT]
    subs r0, r0, #1
    bne 4b
    bl picoae_m0_sums
7:
    .if \rectified
    .if \three
    mov r4, lr
    .endif
    ldrb r0, [r4]
    PICOAE_NEXT_OUT 1
    b 3b
    .else
    PICOAE_MULTIPLY \three
    add r0, r12
    b 5b
    .endif
8:
    asrs r0, r0, #31
    mvns r0, r0
    uxtb r0, r0
    b 2b
.endm
PICOAE_REQUANTIZE picoae_m0_two, 0, 0
PICOAE_REQUANTIZE picoae_m0_three, 1, 0
PICOAE_REQUANTIZE picoae_m0_two_rectified, 0, 1
PICOAE_REQUANTIZE picoae_m0_three_rectified, 1, 1
