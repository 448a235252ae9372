@ A dense layer without dual multiplications: values are widened once for many outputs, two outputs share their loads, and the
@ requantization takes a multiplier of four digits.

@ Widens words of values: for each x1, 256 * x0 + 127 - x1, 256 * x2 + 127 - x3, x3.
@ r0 values, r1 one behind the last, r2 where they go
    .section .text.picoae_m0_block_dense_widen, "ax", %progbits
    .p2align 2
    .global picoae_m0_block_dense_widen
    .thumb_func
    .type picoae_m0_block_dense_widen, %function
picoae_m0_block_dense_widen:
    push {r4-r7, lr}
1:
    ldmia r0!, {r7}
    lsls r4, r7, #16
    asrs r4, r4, #24
    sxtb r5, r7
    lsls r5, r5, #8
    adds r5, #127
    subs r5, r5, r4
    lsls r6, r7, #8
    asrs r6, r6, #24
    lsls r6, r6, #8
    adds r6, #127
    asrs r7, r7, #24
    subs r6, r6, r7
    stmia r2!, {r4, r5, r6, r7}
    cmp r0, r1
    bne 1b
    pop {r4-r7, pc}

@ Adds the products of a run of words to the sums of some outputs.
@   r0, r1  sums            r2  widened values     r3  weights
@   r4, r5  their words     r6  a weight           r7  a value
@   r8  bytes from an output's word to its next    r9  end of the values
@   r10 frame               r11 sums               r12 first word of the next output
    .equ BD6_VALUES, 0      @ widened values
    .equ BD6_END, 4         @ one behind the last
    .equ BD6_WEIGHTS, 8     @ first word of the first output
    .equ BD6_STRIDE, 12
    .equ BD6_SUMS, 16
    .equ BD6_GROUPS, 20     @ groups of four
    .equ BD6_ADVANCE, 24    @ bytes from the third output's first word to that of the next group
    .equ BD6_REST, 28       @ outputs of a group of fewer
    .equ BD6_FIRST, 32      @ 1 where sums start with the biases, in front of the words

@ Where the sums of the next outputs come from: r7.
    .macro bd6_start
    mov r6, r10
    ldr r2, [r6, #BD6_VALUES]
    mov r3, r12
    mov r7, r11
    ldr r6, [r6, #BD6_FIRST]
    cmp r6, #0
    beq 1f
    mov r6, r8
    subs r7, r3, r6
1:
    .endm

    .macro bd6_add sum, how, word
    \how r6, \word
    muls r6, r7, r6
    adds \sum, \sum, r6
    .endm

@ Two outputs.
    .macro bd6_pair
    bd6_start
    ldmia r7!, {r0, r1}
2:
    ldr r4, [r3]
    ldr r5, [r3, #4]
    add r3, r8
    ldmia r2!, {r7}
    bd6_add r0, sxth, r4
    bd6_add r1, sxth, r5
    ldmia r2!, {r7}
    bd6_add r0, sxtb, r4
    bd6_add r1, sxtb, r5
    asrs r4, r4, #16
    asrs r5, r5, #16
    ldmia r2!, {r7}
    bd6_add r0, sxtb, r4
    bd6_add r1, sxtb, r5
    ldmia r2!, {r7}
    muls r4, r7, r4
    adds r0, r0, r4
    muls r5, r7, r5
    adds r1, r1, r5
    cmp r2, r9
    bne 2b
    mov r7, r11
    stmia r7!, {r0, r1}
    mov r11, r7
    .endm

@ One.
    .macro bd6_single
    bd6_start
    ldmia r7!, {r0}
2:
    ldr r4, [r3]
    add r3, r8
    ldmia r2!, {r7}
    bd6_add r0, sxth, r4
    ldmia r2!, {r7}
    bd6_add r0, sxtb, r4
    asrs r4, r4, #16
    ldmia r2!, {r7}
    bd6_add r0, sxtb, r4
    ldmia r2!, {r7}
    muls r4, r7, r4
    adds r0, r0, r4
    cmp r2, r9
    bne 2b
    mov r7, r11
    stmia r7!, {r0}
    .endm

@ On by r6 bytes.
    .macro bd6_next
    add r12, r6
    .endm

    .section .text.picoae_m0_block_dense_sums, "ax", %progbits
    .p2align 2
    .global picoae_m0_block_dense_sums
    .thumb_func
    .type picoae_m0_block_dense_sums, %function
picoae_m0_block_dense_sums:
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
    mov r10, r0
    ldr r1, [r0, #BD6_END]
    mov r9, r1
    ldr r1, [r0, #BD6_WEIGHTS]
    mov r12, r1
    ldr r1, [r0, #BD6_STRIDE]
    mov r8, r1
    ldr r1, [r0, #BD6_SUMS]
    mov r11, r1
    ldr r1, [r0, #BD6_GROUPS]
    b 4f
3:
    push {r1}
    bd6_pair
    movs r6, #8
    bd6_next
    bd6_pair
    mov r6, r10
    ldr r6, [r6, #BD6_ADVANCE]
    bd6_next
    pop {r1}
    subs r1, #1
4:
    cmp r1, #0
    bne 3b
    mov r6, r10
    ldr r1, [r6, #BD6_REST]
    lsrs r6, r1, #1
    beq 5f
    push {r1}
    bd6_pair
    pop {r1}
    movs r6, #8
    bd6_next
5:
    lsls r6, r1, #31
    beq 6f
    bd6_single
6:
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}

@ Requantizes and stores sums of outputs with one scale.
@   r0  accumulator         r1-r4  digits, then value; rounding, shift
@   r5  sums                r6     output        r7  digits
@   r8  bytes to the next   r9     end           r10 entry of the table for the value 0
    .equ BD6_STORE_SUMS, 0  @ the first, one behind the last, output, bytes to the next, table
    .equ BD6_DIGITS, 20     @ four digits, rounding, shift
    .macro bd6_store name, table
    .section .text.\name, "ax", %progbits
    .p2align 2
    .global \name
    .thumb_func
    .type \name, %function
\name:
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    push {r4-r6}
    mov r7, r0
    ldmia r7!, {r1, r2, r3, r4, r5}
    mov r9, r2
    mov r6, r3
    mov r8, r4
    mov r10, r5
    mov r5, r1
1:
    ldmia r5!, {r0}
    asrs r0, r0, #8
    ldmia r7!, {r1, r2, r3, r4}
    muls r1, r0, r1
    asrs r1, r1, #8
    muls r2, r0, r2
    adds r1, r1, r2
    asrs r1, r1, #8
    muls r3, r0, r3
    adds r1, r1, r3
    asrs r1, r1, #8
    muls r4, r0, r4
    adds r1, r1, r4
    adds r1, #64
    asrs r1, r1, #7
    asrs r0, r0, #31
    adds r1, r1, r0
    ldmia r7!, {r2, r3}
    adds r1, r1, r2
    asrs r1, r3
    subs r7, #24
    sxtb r2, r1
    cmp r2, r1
    bne 3f
2:
    .if \table
    mov r2, r10
    ldrb r1, [r2, r1]
    .endif
    strb r1, [r6]
    add r6, r8
    cmp r5, r9
    bne 1b
    pop {r4-r6}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    pop {r4-r7, pc}
3:
    asrs r1, r1, #31
    movs r2, #127
    eors r1, r2
    b 2b
    .endm
    bd6_store picoae_m0_block_dense_bytes, 0
    bd6_store picoae_m0_block_dense_table_bytes, 1
