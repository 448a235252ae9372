@ Pools the sums of a channel and turns them into values, then goes on to the next channel; see `Digits` for the
@ arithmetic. Rectified: with a zero point of -128 whatever is not positive comes out as the first of the table, and what
@ is positive needs no correction for its sign.
@
@   r1 sums      r10 end of the row's      r11 next output      lr table
@   r5 zero point + 128      r6 highest digit, r8, r9, r12 lower ones      r7 shift      r2 rectified: the first of the table

@ The lowest \bits of the multiplier r1 as a signed number to \to, the rest stays.
.macro PICOAE_DIGIT to, bits
    lsls r3, r1, #32 - \bits
    asrs r3, r3, #32 - \bits
    mov \to, r3
    subs r1, r1, r3
    lsrs r1, r1, #\bits
.endm
@ r3 = what lower digits gave, shifted, plus the digit in \digit times the sum
.macro PICOAE_TIMES digit, bits
    asrs r3, r3, #\bits
    mov r4, \digit
    muls r4, r0, r4
    adds r3, r3, r4
.endm
@ On to the next output.
.macro PICOAE_NEXT_OUT four
    .if \four
    ldr r0, [sp, #OUT_STEP]
    add r11, r0
    .else
    add r11, r12
    .endif
    cmp r1, r10
    bne 1b
.endm
.macro PICOAE_REQUANTIZE name, four, rectified
.global \name
.thumb_func
\name:
    bl pooled
    ldr r0, [sp, #SCALE]
    ldr r1, [r0]
    ldr r7, [r0, #4]
    rsbs r7, r7, #0
    ldr r2, [sp, #SCALE_STEP]
    adds r0, r0, r2
    str r0, [sp, #SCALE]
    .if \four
    PICOAE_DIGIT r8, 8
    PICOAE_DIGIT r9, 8
    PICOAE_DIGIT r12, 8
    .else
    PICOAE_DIGIT r8, 11
    PICOAE_DIGIT r9, 10
    ldr r0, [sp, #OUT_STEP]
    mov r12, r0
    .endif
    mov r6, r1
    ldr r5, [sp, #ZERO]
    ldr r0, [sp, #TABLE]
    mov lr, r0
    .if \rectified
    ldrb r2, [r0]
    .endif
    ldr r0, [sp, #ROWS]
    ldr r4, [sp, #OUT]
    ldr r1, [sp, #SUMS]
4:
    mov r11, r4
    str r0, [sp, #LEFT]
    str r4, [sp, #ROW]
    ldr r3, [sp, #COUNT]
    adds r3, r3, r1
    mov r10, r3
1:
    ldm r1!, {r0}
    .if \rectified
    cmp r0, #0
    ble 7f
    .else
    asrs r2, r0, #31
    .endif
    mov r3, r8
    muls r3, r0, r3
    .if \four
    PICOAE_TIMES r9, 8
    PICOAE_TIMES r12, 8
    asrs r3, r3, #8
    .else
    PICOAE_TIMES r9, 11
    asrs r3, r3, #10
    .endif
    muls r0, r6, r0
    adds r0, r0, r3
    asrs r0, r0, #10 - 3 * \four
    .if \rectified
    adcs r0, r5
    .else
    adcs r0, r2
    .endif
    asrs r0, r7
    adcs r0, r5
    cmp r0, #255
    bhi 8f
2:
    mov r3, lr
    ldrb r0, [r3, r0]
    mov r3, r11
    strb r0, [r3]
    PICOAE_NEXT_OUT \four
3:
    ldr r4, [sp, #ROW]
    ldr r0, [sp, #OUT_DOWN]
    adds r4, r4, r0
    ldr r0, [sp, #LEFT]
    subs r0, r0, #1
    bne 4b
    b picoae_m0_sums
    .if \rectified
7:
    mov r3, r11
    strb r2, [r3]
    PICOAE_NEXT_OUT \four
    b 3b
    .endif
8:
    asrs r0, r0, #31
    mvns r0, r0
    uxtb r0, r0
    b 2b
.endm
PICOAE_REQUANTIZE picoae_m0_three, 0, 0
PICOAE_REQUANTIZE picoae_m0_four, 1, 0
PICOAE_REQUANTIZE picoae_m0_three_rectified, 0, 1
PICOAE_REQUANTIZE picoae_m0_four_rectified, 1, 1
