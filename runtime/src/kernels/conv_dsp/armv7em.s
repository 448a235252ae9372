@ The sliding convolution on ARMv7E-M with the DSP extension.
@
@ One call makes a tile: up to seven neighbouring outputs in each of the output channels. The activations are channel
@ pairs, two int16 in a word, doubled; so `smlad` adds two products, and the doubled accumulator is what the rounding
@ high multiplication `smmlar` wants. Every loaded word serves as many outputs as it has taps over it.
@
@   r0-r6   accumulators         r7-r9   weights of a pair     r10, r11  activations
@   r12     next weights         lr      next activations
@
@ All fourteen registers are taken, so whatever else is needed lies in the frame. An inner loop passes a kernel row:
@ it starts with lr on the row's first word and ends when lr meets END.

    .equ END, 0             @ lr behind the last channel pair of the kernel row
    .equ ROWS, 4            @ next entry in LIST
    .equ WEIGHTS, 8         @ weights of the current channel
    .equ STRIDE, 12         @ bytes of weights of a channel
    .equ PARAMS, 16         @ bias, multiplier, rounding, shift of the current channel
    .equ CHANNELS, 20       @ channels to go
    .equ OUT, 24            @ the tile's last output in the current channel
    .equ STEP, 28           @ from this channel's outputs to the next one's; and from there on: they alternate
    .equ TABLE, 36          @ entry for the value 0
    .equ INNER, 40          @ the inner loop
    .equ FINISH, 44         @ what becomes of the accumulators
    .equ STORE, 48          @ behind a pooling: what becomes of the largest
    .equ ENTRY, 4           @ at the start: with any number of kernel rows, or with a single one
    .equ SPAN, 52           @ bytes from a kernel row's first word to where lr ends
    .equ SKIP, 56           @ bytes from the last word of a pair to the first of the next
    .equ COLUMN, 60         @ bytes from output to output (where they are stored as bytes)
    .equ LIST, 64           @ first word of each kernel row, then 0
    .equ RETURN, 96         @ where FINISH goes on
    .equ AGAIN, 100         @ with differences: where it goes on the other time, RETURN and this are exchanged
    .equ D_WEIGHTS, 104     @ weights of the differences of the current channel
    .equ D_X, 108           @ the differences
    .equ D_END, 112         @ behind the last of them
    .equ FRAME, 116         @ eight entries in LIST

@ A procedure in a section of its own, so that it is only linked where it is called.
    .macro inner name
    .section .text.\name, "ax", %progbits
    .p2align 2
    .global \name
    .thumb_func
    .type \name, %function
\name:
    .endm

@ On to the next channel's outputs; sets the flags by what channels are left.
    .macro next_channel
    ldrd r7, r8, [sp, #STEP]
    ldr r12, [sp, #OUT]
    strd r8, r7, [sp, #STEP]
    add r12, r12, r7
    str r12, [sp, #OUT]
    ldr r7, [sp, #CHANNELS]
    subs r7, r7, #1
    str r7, [sp, #CHANNELS]
    .endm

    .syntax unified
    .thumb
    .section .text.picoae_slide, "ax", %progbits
    .p2align 2
    .global picoae_slide
    .thumb_func
    .type picoae_slide, %function
@ r0: the frame's content
picoae_slide:
    push {r4-r11, lr}
    sub sp, sp, #FRAME
    mov r12, sp
    ldmia r0!, {r1-r11}
    stmia r12!, {r1-r11}
    ldmia r0!, {r1-r11}
    stmia r12!, {r1-r11}
    ldmia r0, {r1-r7}
    stmia r12, {r1-r7}
    ldr pc, [sp, #ENTRY]
    .global picoae_slide_rows
    .thumb_func
picoae_slide_rows:
slide_channel:
    ldr r10, [sp, #PARAMS]
    ldr r12, [sp, #WEIGHTS]
    ldr r11, [sp, #STRIDE]
    ldr r0, [r10]
    add r11, r11, r12
    str r11, [sp, #WEIGHTS]
    mov r1, r0
    mov r2, r0
    mov r3, r0
    mov r4, r0
    mov r5, r0
    mov r6, r0
    add r11, sp, #LIST
    b.n slide_row_at
    .global picoae_slide_row
    .thumb_func
picoae_slide_row:
    ldr r11, [sp, #ROWS]
slide_row_at:
    ldr lr, [r11], #4
    cmp lr, #0
    beq.n picoae_slide_finish
    str r11, [sp, #ROWS]
    ldr r11, [sp, #SPAN]
    add r11, r11, lr
    str r11, [sp, #END]
    ldr pc, [sp, #INNER]
@ With one kernel row, END stays what it is and the weights of the channels lie one behind the other.
    .global picoae_slide_single_finish
    .thumb_func
picoae_slide_single_finish:
    str r12, [sp, #WEIGHTS]
    .global picoae_slide_finish
    .thumb_func
picoae_slide_finish:
    ldr r11, [sp, #PARAMS]
    ldmia r11!, {r7, r8, r9, r10}
    str r11, [sp, #PARAMS]
    ldr r12, [sp, #OUT]
    ldr r11, [sp, #TABLE]
    ldr lr, [sp, #COLUMN]
    ldr pc, [sp, #FINISH]
    .global picoae_slide_next_channel
    .thumb_func
picoae_slide_next_channel:
    next_channel
    bne.n slide_channel
    .global picoae_slide_end
    .thumb_func
picoae_slide_end:
    add sp, sp, #FRAME
    pop {r4-r11, pc}

    .global picoae_slide_single_exchange
    .thumb_func
picoae_slide_single_exchange:
    ldrd r7, r8, [sp, #RETURN]
    strd r8, r7, [sp, #RETURN]
    .global picoae_slide_single_next
    .thumb_func
picoae_slide_single_next:
    next_channel
    beq.n picoae_slide_end
    .global picoae_slide_single
    .thumb_func
picoae_slide_single:
    ldr r10, [sp, #PARAMS]
    ldr r12, [sp, #WEIGHTS]
    ldr lr, [sp, #LIST]
    ldr r0, [r10]
    mov r1, r0
    mov r2, r0
    mov r3, r0
    mov r4, r0
    mov r5, r0
    mov r6, r0
    ldr pc, [sp, #INNER]

@ What becomes of the accumulators. Each of these is seven equally long blocks, from the last accumulator to the first;
@ to store n outputs, it is entered at block 7 - n.
@   r7 scratch, r8 multiplier, r9 rounding, r10 shift, r11 table, r12 output, lr bytes between outputs

@ Both roundings, then a table; outputs \step bytes apart.
    .macro finish_table name, step
    inner \name
    .irp acc, r6, r5, r4, r3, r2, r1, r0
    add r7, r9, \acc, asr #31
    smmlar r7, \acc, r8, r7
    asr.w r7, r7, r10
    ssat r7, #8, r7
    ldrsh.w r7, [r11, r7, lsl #1]
    strh.w r7, [r12], #-\step
    .endr
    ldr pc, [sp, #RETURN]
    .endm
    finish_table picoae_slide_table_4, 4
    finish_table picoae_slide_table_8, 8

@ The same with a table of bytes.
    inner picoae_slide_table_bytes
    .irp acc, r6, r5, r4, r3, r2, r1, r0
    add r7, r9, \acc, asr #31
    smmlar r7, \acc, r8, r7
    asr.w r7, r7, r10
    ssat r7, #8, r7
    ldrb.w r7, [r11, r7]
    strb.w r7, [r12]
    sub.w r12, r12, lr
    .endr
    ldr pc, [sp, #RETURN]

@ Rectified at a zero point of -128: the zero points cancel, what is negative becomes 0 whichever way it was rounded.
    .macro finish_relu name, step, double
    inner \name
    .irp acc, r6, r5, r4, r3, r2, r1, r0
    smmlar r7, \acc, r8, r9
    asr.w r7, r7, r10
    usat r7, #8, r7
    .if \double
    add.w r7, r7, r7
    .endif
    strh.w r7, [r12], #-\step
    .endr
    ldr pc, [sp, #RETURN]
    .endm
    finish_relu picoae_slide_relu_4, 4, 1
    finish_relu picoae_slide_relu_8, 8, 1
    finish_relu picoae_slide_relu_single_4, 4, 0
    finish_relu picoae_slide_relu_single_8, 8, 0

@ The larger of each two neighbours of six goes on.
    inner picoae_slide_pool2
    cmp r0, r1
    it lt
    movlt r0, r1
    cmp r2, r3
    ite lt
    movlt r1, r3
    movge r1, r2
    cmp r4, r5
    ite lt
    movlt r2, r5
    movge r2, r4
    ldr pc, [sp, #STORE]
