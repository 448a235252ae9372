@ Outputs of a dense layer, in groups of up to four that share the loaded values. A word of weights is two int16, a weight in the
@ low byte of each; accumulators are times 256.
@
@   r0-r3   accumulators         r4-r7  weights; then multiplier, rounding, shift
@   r8      odd values           r9     256 times the even ones + 127 - the odd ones
@   r10     values               r11    constants
@   r12     end of the values    lr     outputs to go
@ Behind the loop: r8 scale, r9 output, r10 and r12 the bytes to the next ones, r7 table.
@ r0: the frame's content (Frame in armv7em.rs)
    .equ BD_VALUES, 0       @ first word of values, one behind the last
    .equ BD_SCALE, 8        @ the next output's scale, its place
    .equ BD_STEPS, 16       @ bytes from output to output: of scales, of what is stored
    .equ BD_TABLE, 24       @ entry for the value 0
    .equ BD_WIDE, 28        @ first widened pair of words, or 0; one behind the last
    .equ BD_WIDENED, 36     @ room for them
    .equ BD_FEW, 32         @ most words of values that are widened
    .equ BD_FRAME, 36 + 8 * BD_FEW

@ Adds the products of a word of weights.
    .macro block_dense_word acc, weights
    smlad \acc, \weights, r8, \acc
    sxtb16 \weights, \weights
    smlad \acc, \weights, r9, \acc
    .endm

    .macro block_dense_value acc, table
    ldmia r8, {r4, r5, r6}
    add r8, r8, r10
    asr \acc, \acc, #7
    add r5, r5, \acc, asr #31
    smmlar r5, \acc, r4, r5
    asr r5, r5, r6
    ssat r5, #8, r5
    .if \table
    ldrb r5, [r7, r5]
    .endif
    strb r5, [r9]
    add r9, r9, r12
    .endm

@ Widens a word of values.
    .macro block_dense_widen
    ldr r9, [r10], #4
    sxtb16 r8, r9, ror #8
    rev16 r9, r9
    eor r9, r9, #0x007f007f
    .endm

@ Adds the products of as many words of weights as there are outputs.
    .macro block_dense_words count
    .if \count == 4
    ldmia r11!, {r4-r7}
    .elseif \count == 3
    ldmia r11!, {r4-r6}
    .elseif \count == 2
    ldmia r11!, {r4-r5}
    .else
    ldr r4, [r11], #4
    .endif
    block_dense_word r0, r4
    .if \count > 1
    block_dense_word r1, r5
    .endif
    .if \count > 2
    block_dense_word r2, r6
    .endif
    .if \count > 3
    block_dense_word r3, r7
    .endif
    .endm

@ Makes a group of \count outputs. A whole one takes the widened values, where there are some.
    .macro block_dense_group count, table
    .if \count == 4
    ldrd r10, r12, [sp, #BD_WIDE]
    ldmia r11!, {r0-r3}
    cmp r10, #0
    beq 7f
    @ Two words at a time, behind one where they are odd.
    sub r8, r12, r10
    tst r8, #8
    beq 8f
    ldrd r8, r9, [r10], #8
    block_dense_words 4
    cmp r10, r12
    beq 9f
8:
    ldrd r8, r9, [r10], #8
    block_dense_words 4
    ldrd r8, r9, [r10], #8
    block_dense_words 4
    cmp r10, r12
    bne 8b
    b 9f
7:
    .elseif \count == 3
    ldmia r11!, {r0-r2}
    .elseif \count == 2
    ldmia r11!, {r0-r1}
    .else
    ldr r0, [r11], #4
    .endif
    ldrd r10, r12, [sp, #BD_VALUES]
    .if \count == 4
    sub r8, r12, r10
    tst r8, #4
    beq 1f
    block_dense_widen
    block_dense_words 4
    cmp r10, r12
    beq 9f
1:
    block_dense_widen
    block_dense_words 4
    .else
1:
    .endif
    block_dense_widen
    block_dense_words \count
    cmp r10, r12
    bne 1b
9:
    ldrd r8, r9, [sp, #BD_SCALE]
    ldrd r10, r12, [sp, #BD_STEPS]
    .if \table
    ldr r7, [sp, #BD_TABLE]
    .endif
    block_dense_value r0, \table
    .if \count > 1
    block_dense_value r1, \table
    .endif
    .if \count > 2
    block_dense_value r2, \table
    .endif
    .if \count > 3
    block_dense_value r3, \table
    .endif
    strd r8, r9, [sp, #BD_SCALE]
    .endm

    .macro block_dense name, table
    inner \name
    push {r4-r11, lr}
    sub sp, sp, #BD_FRAME
    ldmia r0!, {r1-r7}
    stmia sp, {r1-r7}
    ldmia r0, {r11, lr}
    @ Few values that meet many outputs are widened once.
    movs r3, #0
    sub r4, r2, r1
    cmp r4, #4 * BD_FEW
    bhi 1f
    cmp lr, #8
    blo 1f
    mov r10, r1
    add r3, sp, #BD_WIDENED
    mov r4, r3
0:
    block_dense_widen
    strd r8, r9, [r4], #8
    cmp r10, r2
    bne 0b
1:
    strd r3, r4, [sp, #BD_WIDE]
    subs lr, lr, #4
    blo 3f
2:
    block_dense_group 4, \table
    subs lr, lr, #4
    bhs 2b
3:
    adds lr, lr, #4
    beq 6f
    cmp lr, #2
    blo 5f
    beq 4f
    block_dense_group 3, \table
    b 6f
4:
    block_dense_group 2, \table
    b 6f
5:
    block_dense_group 1, \table
6:
    add sp, sp, #BD_FRAME
    pop {r4-r11, pc}
    .endm
    block_dense picoae_block_dense_bytes, 0
    block_dense picoae_block_dense_table_bytes, 1
