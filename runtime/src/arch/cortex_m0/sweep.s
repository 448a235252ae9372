@ The two-lane convolution on ARMv6-M: one call goes through all output channels of a line of outputs.
@
@ For each channel: expand its weights where they are not words; for each block of two pairs of positions, and a last one
@ of a single pair, bias or earlier sums, first list, perhaps exchange of the lanes and second list, sums to memory; then
@ pooling and requantization. Only r0 to r7 take part in most instructions. What does not fit in registers lies in the
@ frame: first a copy of `Frame` in mod.rs, then what belongs to a channel.
.syntax unified
.thumb
.section .text.picoae_m0, "ax", %progbits

.equ PLAIN, 0           @ activations, one word a tap
.equ POLYNOMIAL, 4      @ activations of the polynomial
.equ WEIGHTS, 8         @ weights of the next channel
.equ EXPANDED, 12       @ where they become words; 0: they are
.equ HALVES, 16         @ not 0: from int16
.equ SUMS, 20           @ sums of the channel
.equ SUMS_STEP, 24      @ bytes to the next one's
.equ DUOS, 28           @ bytes of the sums of all blocks of two pairs
.equ SOLO, 32           @ not 0: then comes a single pair
.equ BIAS, 36           @ of the next channel
.equ SCALE, 40          @ of the next channel
.equ SCALE_STEP, 44     @ bytes to the one after that
.equ FLAGS, 48          @ of the next channel
.equ CHANNELS, 52       @ channels to go
.equ RESUME, 56         @ not 0: there are sums of earlier slices
.equ LARGEST, 60        @ not 0: of each pair only the larger is kept
.equ POOL, 64           @ sums of which the largest is kept, at the end
.equ FINISH, 68         @ what becomes of the sums
.equ OUT, 72            @ first output of the channel
.equ ROWS, 76           @ rows of outputs
.equ OUT_DOWN, 80       @ bytes from row to row
.equ COUNT, 84          @ bytes of the sums of a row's outputs
.equ OUT_STEP, 88       @ bytes from output to output
.equ ZERO, 92           @ zero point + 128
.equ TABLE, 96          @ output values
.equ LISTS, 100         @ {bytes, entry of the duo, entry of the solo} for: plain, plain twice, first list, first list
                        @ twice, second list, second list twice
.equ COPIED, 176        @ what is copied, a multiple of 16
.equ FIRST_DUO, 176     @ of the channel: where its first list goes on
.equ FIRST_SOLO, 180
.equ SECOND_DUO, 184    @ and its second
.equ SECOND_SOLO, 188
.equ X, 192             @ its activations
.equ W, 196             @ its words of weights
.equ FIRST_END, 200     @ end of those of the first list
.equ SECOND_END, 204    @ and of the second; the same where there is none
.equ BOTH, 208          @ its bias in both lanes
.equ OWN_BIAS, 212      @ its bias
.equ STOP, 216          @ end of the duos' sums
.equ SWAPPED, 220       @ not 0: the lanes are exchanged in the end
.equ LEFT, 224          @ rows to go
.equ ROW, 228           @ first output of the row
.equ FRAME, 232

@ Sums of a pair (C in \c, B in \b) to those of its positions in \low (by way of \t) and \b.
.macro PICOAE_SEPARATE low, c, b, t
    lsls \t, \b, #16
    mov \low, \c
    subs \low, \low, \t
.endm
@ From the lanes (p, p + 1) to (p + 1, p).
.macro PICOAE_EXCHANGE c, b
    PICOAE_SEPARATE r1, \c, \b, r0
    lsls r0, r1, #16
    adds r0, r0, \b
    mov \c, r0
    mov \b, r1
.endm
@ \a = the larger of \a and \b
.macro PICOAE_LARGER a, b
    cmp \a, \b
    bge 9f
    mov \a, \b
9:
.endm
@ Enters an inner loop at the address in the frame.
.macro PICOAE_ENTER_LOOP entry
    ldr r0, [sp, #\entry]
    bx r0
.endm

.global picoae_m0_sweep
.thumb_func
@ r0: the frame's content
picoae_m0_sweep:
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
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
    ldrb r1, [r0]
    adds r0, r0, #1
    str r0, [sp, #FLAGS]
    movs r2, #3
    ands r2, r2, r1
    movs r0, #12
    muls r2, r0, r2
    add r0, sp, #LISTS
    adds r0, r0, r2
    ldm r0!, {r3, r4, r5}
    add r0, sp, #FIRST_DUO
    stm r0!, {r4, r5}
    ldr r6, [sp, #PLAIN]
    movs r7, #0
    movs r4, #0
    lsrs r2, r1, #2
    bcc 1f
    movs r4, #12
    muls r2, r4, r2
    add r1, sp, #LISTS + 48
    adds r1, r1, r2
    ldr r7, [r1]
    ldr r4, [r1, #4]
    ldr r5, [r1, #8]
    stm r0!, {r4, r5}
    ldr r6, [sp, #POLYNOMIAL]
    mov r4, r7
1:
    str r4, [sp, #SWAPPED]
    @ r3, r7 bytes of the lists, r6 activations
    ldr r0, [sp, #WEIGHTS]
    ldr r1, [sp, #EXPANDED]
    cmp r1, #0
    beq 4f
    str r6, [sp, #X]
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
    movs r7, #0
    ldr r6, [sp, #X]
4:
    adds r1, r0, r3
    adds r2, r1, r7
    add r3, sp, #X
    stm r3!, {r6}
    stm r3!, {r0, r1, r2}
    ldr r0, [sp, #EXPANDED]
    cmp r0, #0
    bne 1f
    str r2, [sp, #WEIGHTS]
1:
    ldr r0, [sp, #BIAS]
    ldm r0!, {r2}
    str r0, [sp, #BIAS]
    lsls r1, r2, #16
    adds r1, r1, r2
    ldr r0, [sp, #SUMS]
    mov r12, r0
    mov lr, r0
    ldr r4, [sp, #DUOS]
    adds r4, r4, r0
    stm r3!, {r1, r2, r4}
    cmp r4, r0
    beq solo

@ r6 activations, r12 where sums go, lr where those of earlier slices are
duo:
    ldr r0, [sp, #RESUME]
    cmp r0, #0
    bne 1f
    ldr r0, [sp, #BOTH]
    mov r8, r0
    mov r9, r0
    ldr r4, [sp, #OWN_BIAS]
    mov r5, r4
    b 2f
1:
    mov r7, lr
    ldm r7!, {r0, r4}
    lsls r2, r4, #16
    adds r0, r0, r2
    mov r8, r0
    ldm r7!, {r0, r5}
    lsls r2, r5, #16
    adds r0, r0, r2
    mov r9, r0
2:
    ldr r7, [sp, #W]
    ldr r0, [sp, #FIRST_END]
    mov r10, r0
    cmp r7, r0
    beq after_duo
    PICOAE_ENTER_LOOP FIRST_DUO
after_duo:
    ldr r0, [sp, #SECOND_END]
    cmp r0, r10
    beq 1f
    mov r10, r0
    PICOAE_EXCHANGE r8, r4
    PICOAE_EXCHANGE r9, r5
    PICOAE_ENTER_LOOP SECOND_DUO
1:
    PICOAE_SEPARATE r0, r8, r4, r1
    mov r1, r4
    PICOAE_SEPARATE r2, r9, r5, r3
    mov r3, r5
    ldr r7, [sp, #LARGEST]
    cmp r7, #0
    bne 3f
    ldr r7, [sp, #SWAPPED]
    cmp r7, #0
    beq 2f
    mov r1, r0
    mov r0, r4
    mov r3, r2
    mov r2, r5
2:
    mov r7, r12
    stm r7!, {r0-r3}
    b 4f
3:
    PICOAE_LARGER r0, r1
    PICOAE_LARGER r2, r3
    mov r7, r12
    stm r7!, {r0, r2}
4:
    mov r12, r7
    mov r0, lr
    adds r0, r0, #16
    mov lr, r0
    ldr r1, [sp, #STOP]
    cmp r0, r1
    bne duo
solo:
    ldr r0, [sp, #SOLO]
    cmp r0, #0
    beq finish
    ldr r0, [sp, #RESUME]
    cmp r0, #0
    bne 1f
    ldr r0, [sp, #BOTH]
    ldr r4, [sp, #OWN_BIAS]
    b 2f
1:
    mov r7, lr
    ldm r7!, {r0, r4}
    lsls r2, r4, #16
    adds r0, r0, r2
2:
    mov r8, r0
    ldr r7, [sp, #W]
    ldr r0, [sp, #FIRST_END]
    mov r10, r0
    cmp r7, r0
    beq after_solo
    PICOAE_ENTER_LOOP FIRST_SOLO
after_solo:
    ldr r0, [sp, #SECOND_END]
    cmp r0, r10
    beq 1f
    mov r10, r0
    PICOAE_EXCHANGE r8, r4
    PICOAE_ENTER_LOOP SECOND_SOLO
1:
    PICOAE_SEPARATE r0, r8, r4, r1
    mov r1, r4
    mov r7, r12
    ldr r2, [sp, #LARGEST]
    cmp r2, #0
    bne 3f
    ldr r2, [sp, #SWAPPED]
    cmp r2, #0
    beq 2f
    mov r1, r0
    mov r0, r4
2:
    stm r7!, {r0, r1}
    b finish
3:
    PICOAE_LARGER r0, r1
    str r0, [r7]
finish:
    ldr r0, [sp, #FINISH]
    bx r0

@ The largest of each POOL sums goes to the front.
pooled:
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
    bl pooled
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
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}

PICOAE_LOOP picoae_m0_duo_twice, 1, 1, 8, after_duo
PICOAE_LOOP picoae_m0_duo_each, 1, 0, 4, after_duo
PICOAE_LOOP picoae_m0_solo_twice, 0, 1, 8, after_solo
PICOAE_LOOP picoae_m0_solo_each, 0, 0, 4, after_solo

@ Pooled sums to values; see `Digits` for the arithmetic.
@   r1 sums    r10 end of the row's    r11 output    r5 zero point + 128    r7 shift    lr table
.macro PICOAE_REQUANTIZE_START
    bl pooled
    ldr r0, [sp, #SCALE]
    ldr r1, [r0]
    ldr r7, [r0, #4]
    rsbs r7, r7, #0
    ldr r2, [sp, #SCALE_STEP]
    adds r0, r0, r2
    str r0, [sp, #SCALE]
.endm
@ The lowest \bits of the multiplier r1 as a signed number to \to, the rest stays.
.macro PICOAE_DIGIT to, bits
    lsls r3, r1, #32 - \bits
    asrs r3, r3, #32 - \bits
    mov \to, r3
    subs r1, r1, r3
    lsrs r1, r1, #\bits
.endm
.macro PICOAE_REQUANTIZE_ROWS
    mov r6, r1
    ldr r5, [sp, #ZERO]
    ldr r0, [sp, #TABLE]
    mov lr, r0
    ldr r0, [sp, #ROWS]
    ldr r2, [sp, #OUT]
    ldr r1, [sp, #SUMS]
3:
    mov r11, r2
    str r0, [sp, #LEFT]
    str r2, [sp, #ROW]
    ldr r3, [sp, #COUNT]
    adds r3, r3, r1
    mov r10, r3
.endm
.macro PICOAE_REQUANTIZE_END step
    asrs r0, r7
    adcs r0, r5
    cmp r0, #255
    bhi 8f
2:
    mov r2, lr
    ldrb r0, [r2, r0]
    mov r2, r11
    strb r0, [r2]
    \step
    cmp r1, r10
    bne 1b
    ldr r2, [sp, #ROW]
    ldr r0, [sp, #OUT_DOWN]
    adds r2, r2, r0
    ldr r0, [sp, #LEFT]
    subs r0, r0, #1
    bne 3b
    b picoae_m0_sums
8:
    asrs r0, r0, #31
    mvns r0, r0
    uxtb r0, r0
    b 2b
.endm
.macro PICOAE_STEP_KEPT
    add r11, r12
.endm
.macro PICOAE_STEP_LOADED
    ldr r0, [sp, #OUT_STEP]
    add r11, r0
.endm

.global picoae_m0_three
.thumb_func
picoae_m0_three:
    PICOAE_REQUANTIZE_START
    PICOAE_DIGIT r8, 11
    PICOAE_DIGIT r9, 10
    ldr r0, [sp, #OUT_STEP]
    mov r12, r0
    PICOAE_REQUANTIZE_ROWS
1:
    ldm r1!, {r0}
    asrs r2, r0, #31
    mov r3, r8
    muls r3, r0, r3
    asrs r3, r3, #11
    mov r4, r9
    muls r4, r0, r4
    adds r3, r3, r4
    asrs r3, r3, #10
    muls r0, r6, r0
    adds r0, r0, r3
    asrs r0, r0, #10
    adcs r0, r2
    PICOAE_REQUANTIZE_END PICOAE_STEP_KEPT

.global picoae_m0_four
.thumb_func
picoae_m0_four:
    PICOAE_REQUANTIZE_START
    PICOAE_DIGIT r8, 8
    PICOAE_DIGIT r9, 8
    PICOAE_DIGIT r12, 8
    PICOAE_REQUANTIZE_ROWS
1:
    ldm r1!, {r0}
    asrs r2, r0, #31
    mov r3, r8
    muls r3, r0, r3
    asrs r3, r3, #8
    mov r4, r9
    muls r4, r0, r4
    adds r3, r3, r4
    asrs r3, r3, #8
    mov r4, r12
    muls r4, r0, r4
    adds r3, r3, r4
    asrs r3, r3, #8
    muls r0, r6, r0
    adds r0, r0, r3
    asrs r0, r0, #7
    adcs r0, r2
    PICOAE_REQUANTIZE_END PICOAE_STEP_LOADED
