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

@ acc += the two products of a pair
    .macro mac acc, x, w
    smlad \acc, \x, \w, \acc
    .endm

@ end of an inner loop that starts at \label
    .macro pairs_done label
    ldr r10, [sp, #END]
    cmp lr, r10
    bne.w \label
    b.w picoae_slide_row
    .endm

@ On to the next channel pair: by SKIP, or by the number of bytes \skip where the loop was made for it.
    .macro next_pair skip
    .ifb \skip
    ldr r10, [sp, #SKIP]
    add lr, lr, r10
    .elseif \skip
    add lr, lr, #\skip
    .endif
    .endm

@ The last activation of a pair, and on to the next pair.
    .macro last_of_pair x, skip
    .ifb \skip
    ldr r11, [sp, #SKIP]
    ldr \x, [lr], #4
    add lr, lr, r11
    .else
    ldr \x, [lr], #4 + \skip
    .endif
    .endm

@ int8 weights of two pairs j, j+1, three taps: words (tap 0 | tap 1 of j), (tap 2 of j | of j+1), (tap 0 | tap 1 of j+1),
@ where a|b holds a in bytes 0, 2 and b in bytes 1, 3. \at: offset behind the first load's write-back.
    .macro w8_k3_even a, b, c, at, bump
    .ifb \bump
    ldr \b, [r12, #\at]
    .else
    ldr \b, [r12], #\bump
    .endif
    ldr \c, [r12, #\at + 4]
    sxtb16 \a, \b
    sxtb16 \b, \b, ror #8
    sxtb16 \c, \c
    .endm
    .macro w8_k3_odd a, b, c, at
    ldr \c, [r12, #\at + 4]
    ldr \b, [r12, #\at + 8]
    sxtb16 \c, \c, ror #8
    sxtb16 \a, \b
    sxtb16 \b, \b, ror #8
    .endm
@ two taps: words (tap 0 | tap 1) of each pair
    .macro w8_k2
    ldr r8, [r12], #4
    sxtb16 r7, r8
    sxtb16 r8, r8, ror #8
    .endm

@ A procedure in a section of its own, so that it is only linked where it is called.
    .macro inner name
    .section .text.\name, "ax", %progbits
    .p2align 2
    .global \name
    .thumb_func
    .type \name, %function
\name:
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
    ldrd r7, r8, [sp, #STEP]
    ldr r12, [sp, #OUT]
    strd r8, r7, [sp, #STEP]
    add r12, r12, r7
    str r12, [sp, #OUT]
    ldr r7, [sp, #CHANNELS]
    subs r7, r7, #1
    str r7, [sp, #CHANNELS]
    bne.n slide_channel
slide_end:
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
    ldrd r7, r8, [sp, #STEP]
    ldr r12, [sp, #OUT]
    strd r8, r7, [sp, #STEP]
    add r12, r12, r7
    str r12, [sp, #OUT]
    ldr r7, [sp, #CHANNELS]
    subs r7, r7, #1
    str r7, [sp, #CHANNELS]
    beq.n slide_end
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

@ ---- Inner loops. Names: k taps, s step between outputs (1 unless said), p outputs, w width of a weight.


@ Three taps, step 1, seven outputs: nine words.
    .macro taps_k3_p7 skip
    ldmia lr!, {r10, r11}
    mac r0, r10, r7
    mac r0, r11, r8
    mac r1, r11, r7
    ldmia lr!, {r10, r11}
    mac r0, r10, r9
    mac r1, r10, r8
    mac r2, r10, r7
    mac r1, r11, r9
    mac r2, r11, r8
    mac r3, r11, r7
    ldmia lr!, {r10, r11}
    mac r2, r10, r9
    mac r3, r10, r8
    mac r4, r10, r7
    mac r3, r11, r9
    mac r4, r11, r8
    mac r5, r11, r7
    ldmia lr!, {r10, r11}
    mac r4, r10, r9
    mac r5, r10, r8
    mac r6, r10, r7
    mac r5, r11, r9
    mac r6, r11, r8
    last_of_pair r10, \skip
    mac r6, r10, r9
    .endm

@ Three taps, step 1, seven outputs that are all there is, padding left and right not stored: seven words.
    .macro taps_k3_p7_edges skip
    ldmia lr!, {r10, r11}
    mac r0, r10, r8
    mac r1, r10, r7
    mac r0, r11, r9
    mac r1, r11, r8
    mac r2, r11, r7
    ldmia lr!, {r10, r11}
    mac r1, r10, r9
    mac r2, r10, r8
    mac r3, r10, r7
    mac r2, r11, r9
    mac r3, r11, r8
    mac r4, r11, r7
    ldmia lr!, {r10, r11}
    mac r3, r10, r9
    mac r4, r10, r8
    mac r5, r10, r7
    mac r4, r11, r9
    mac r5, r11, r8
    mac r6, r11, r7
    ldr r10, [lr], #4
    mac r5, r10, r9
    mac r6, r10, r8
    .endm

@ Three taps, step 2, seven outputs: fifteen words.
    .macro taps_k3_s2_p7 skip
    ldmia lr!, {r10, r11}
    mac r0, r10, r7
    mac r0, r11, r8
    ldmia lr!, {r10, r11}
    mac r0, r10, r9
    mac r1, r10, r7
    mac r1, r11, r8
    ldmia lr!, {r10, r11}
    mac r1, r10, r9
    mac r2, r10, r7
    mac r2, r11, r8
    ldmia lr!, {r10, r11}
    mac r2, r10, r9
    mac r3, r10, r7
    mac r3, r11, r8
    ldmia lr!, {r10, r11}
    mac r3, r10, r9
    mac r4, r10, r7
    mac r4, r11, r8
    ldmia lr!, {r10, r11}
    mac r4, r10, r9
    mac r5, r10, r7
    mac r5, r11, r8
    ldmia lr!, {r10, r11}
    mac r5, r10, r9
    mac r6, r10, r7
    mac r6, r11, r8
    last_of_pair r10, \skip
    mac r6, r10, r9
    .endm

@ Two taps, seven outputs: eight words.
    .macro taps_k2_p7 skip
    ldmia lr!, {r9, r10, r11}
    mac r0, r9, r7
    mac r0, r10, r8
    mac r1, r10, r7
    mac r1, r11, r8
    mac r2, r11, r7
    ldmia lr!, {r9, r10, r11}
    mac r2, r9, r8
    mac r3, r9, r7
    mac r3, r10, r8
    mac r4, r10, r7
    mac r4, r11, r8
    mac r5, r11, r7
    ldmia lr!, {r10, r11}
    mac r5, r10, r8
    mac r6, r10, r7
    mac r6, r11, r8
    next_pair \skip
    .endm

@ One tap, seven outputs.
    .macro taps_k1_p7 skip
    ldmia lr!, {r9, r10, r11}
    mac r0, r9, r7
    mac r1, r10, r7
    mac r2, r11, r7
    ldmia lr!, {r9, r10, r11}
    mac r3, r9, r7
    mac r4, r10, r7
    mac r5, r11, r7
    last_of_pair r10, \skip
    mac r6, r10, r7
    .endm

@ Three taps, four outputs: six words.
    .macro taps_k3_p4 skip
    ldmia lr!, {r4, r5, r6, r10, r11}
    mac r0, r4, r7
    mac r0, r5, r8
    mac r1, r5, r7
    mac r0, r6, r9
    mac r1, r6, r8
    mac r2, r6, r7
    mac r1, r10, r9
    mac r2, r10, r8
    mac r3, r10, r7
    mac r2, r11, r9
    mac r3, r11, r8
    last_of_pair r10, \skip
    mac r3, r10, r9
    .endm

@ Two taps, four outputs: five words.
    .macro taps_k2_p4 skip
    ldmia lr!, {r4, r5, r6, r10, r11}
    mac r0, r4, r7
    mac r0, r5, r8
    mac r1, r5, r7
    mac r1, r6, r8
    mac r2, r6, r7
    mac r2, r10, r8
    mac r3, r10, r7
    mac r3, r11, r8
    next_pair \skip
    .endm

@ One tap, four outputs.
    .macro taps_k1_p4 skip
    ldmia lr!, {r4, r5, r6, r10}
    mac r0, r4, r7
    mac r1, r5, r7
    mac r2, r6, r7
    mac r3, r10, r7
    next_pair \skip
    .endm

@ Three taps, six outputs, weights in r6-r8: eight words.
    .macro taps_k3_p6 skip
    ldmia lr!, {r9, r10, r11}
    mac r0, r9, r6
    mac r0, r10, r7
    mac r1, r10, r6
    mac r0, r11, r8
    mac r1, r11, r7
    mac r2, r11, r6
    ldmia lr!, {r9, r10, r11}
    mac r1, r9, r8
    mac r2, r9, r7
    mac r3, r9, r6
    mac r2, r10, r8
    mac r3, r10, r7
    mac r4, r10, r6
    mac r3, r11, r8
    mac r4, r11, r7
    mac r5, r11, r6
    ldmia lr!, {r9, r10}
    mac r4, r9, r8
    mac r5, r9, r7
    mac r5, r10, r8
    next_pair \skip
    .endm

@ Four channel pairs a round, int8 weights of three taps.
    .macro loop_k3_w8 name, taps, a, b, c, skip
    inner \name
    w8_k3_even \a, \b, \c, -24, 24
    \taps \skip
    w8_k3_odd \a, \b, \c, -24
    \taps \skip
    w8_k3_even \a, \b, \c, -12
    \taps \skip
    w8_k3_odd \a, \b, \c, -12
    \taps \skip
    pairs_done \name
    .endm
    loop_k3_w8 picoae_slide_k3_p7, taps_k3_p7, r7, r8, r9
    loop_k3_w8 picoae_slide_k3_p7_edges, taps_k3_p7_edges, r7, r8, r9
    loop_k3_w8 picoae_slide_k3_s2_p7, taps_k3_s2_p7, r7, r8, r9
    loop_k3_w8 picoae_slide_k3_s2_p7_skip0, taps_k3_s2_p7, r7, r8, r9, 0
    loop_k3_w8 picoae_slide_k3_s2_p7_skip56, taps_k3_s2_p7, r7, r8, r9, 56
    loop_k3_w8 picoae_slide_k3_p4, taps_k3_p4, r7, r8, r9
    loop_k3_w8 picoae_slide_k3_p4_skip0, taps_k3_p4, r7, r8, r9, 0
    loop_k3_w8 picoae_slide_k3_p6, taps_k3_p6, r6, r7, r8

@ The same with int16 weights, \pairs a round, for a signal: there is one kernel row.
    .macro loop_k3_p6_w16 name, pairs, skip
    inner \name
    .rept \pairs
    ldmia r12!, {r6, r7, r8}
    taps_k3_p6 \skip
    .endr
    ldr r10, [sp, #END]
    cmp lr, r10
    bne.w \name
    b.w picoae_slide_single_finish
    .endm
    loop_k3_p6_w16 picoae_slide_k3_p6_w16, 4
    loop_k3_p6_w16 picoae_slide_k3_p6_w16_skip0, 8, 0
    loop_k3_p6_w16 picoae_slide_k3_p6_w16_skip24, 8, 24
    loop_k3_p6_w16 picoae_slide_k3_p6_w16_skip28, 8, 28

@ Behind an upsampling by two with a kernel of five int8 weights w: odd outputs, of the taps w0, w1 + w2, w3 + w4. Words of
@ two channel pairs: (0 | 1 of j), (2 | 3 of j), (4 of j | 4 of j+1), (0 | 1 of j+1), (2 | 3 of j+1).
    .macro taps_of_five first, second, last:vararg
    ldr r9, [r12, #\first]
    ldr r10, [r12, #\second]
    ldr r11, [r12, #8]
    sxtb16 r6, r9
    sxtb16 r7, r9, ror #8
    sxtb16 r8, r10
    sadd16 r7, r7, r8
    sxtb16 r8, r10, ror #8
    sxtb16 r11, \last
    sadd16 r8, r8, r11
    .endm
    inner picoae_slide_k5_p6
    taps_of_five 0, 4, r11
    taps_k3_p6
    taps_of_five 12, 16, r11, ror #8
    taps_k3_p6
    add r12, r12, #20
    ldr r10, [sp, #END]
    cmp lr, r10
    bne.w picoae_slide_k5_p6
    b.w picoae_slide_single_finish

@ Odd outputs were made and stored; even ones are these accumulators and two taps over the differences of neighbours. Six
@ outputs of either kind: seven differences. \weights puts the two weights of channel pair \pair into r6 and r7, \last goes
@ on behind \pairs of them.
    .macro differences name, pairs, weights, last
    inner \name
    ldrd r7, r8, [sp, #RETURN]
    strd r8, r7, [sp, #RETURN]
    ldr r12, [sp, #D_WEIGHTS]
    ldr lr, [sp, #D_X]
round_\name:
    .set pair, 0
    .rept \pairs
    \weights pair
    .set pair, pair + 1
    ldmia lr!, {r8, r9, r10, r11}
    mac r0, r8, r6
    mac r0, r9, r7
    mac r1, r9, r6
    mac r1, r10, r7
    mac r2, r10, r6
    mac r2, r11, r7
    mac r3, r11, r6
    ldmia lr!, {r8, r9, r10}
    mac r3, r8, r7
    mac r4, r8, r6
    mac r4, r9, r7
    mac r5, r9, r6
    mac r5, r10, r7
    .endr
    \last
    ldr r10, [sp, #D_END]
    cmp lr, r10
    bne.w round_\name
    str r12, [sp, #D_WEIGHTS]
    ldr r11, [sp, #PARAMS]
    ldr r12, [sp, #OUT]
    ldmdb r11, {r7, r8, r9, r10}
    ldr r11, [sp, #TABLE]
    sub r12, r12, #4
    ldr lr, [sp, #COLUMN]
    ldr pc, [sp, #FINISH]
    .endm
    .macro next_two_words pair
    ldmia r12!, {r6, r7}
    .endm
    .macro no_last
    .endm
    .macro second_bytes pair
    ldr r6, [r12, #12 * (\pair)]
    ldr r7, [r12, #12 * (\pair) + 4]
    sxtb16 r6, r6, ror #8
    sxtb16 r7, r7, ror #8
    .endm
    .macro behind_two_pairs
    add r12, r12, #20
    .endm
    differences picoae_slide_differences, 4, next_two_words, no_last
    differences picoae_slide_differences_of_five, 2, second_bytes, behind_two_pairs

@ r0: first of eight words of the first channel pair, r1: where the seven differences of each pair go, r2: pairs,
@ r3: bytes from pair to pair
    inner picoae_subtract_neighbours
    push {r4-r11, lr}
subtract_pair:
    ldmia r0, {r4-r11}
    subs r2, r2, #1
    ssub16 r4, r4, r5
    ssub16 r5, r5, r6
    ssub16 r6, r6, r7
    ssub16 r7, r7, r8
    ssub16 r8, r8, r9
    ssub16 r9, r9, r10
    ssub16 r10, r10, r11
    stmia r1!, {r4-r10}
    add r0, r0, r3
    bne subtract_pair
    pop {r4-r11, pc}

@ In each of r1 planes from r0 on, r2 bytes from one to the next, moves the two or three words at r3 to the start;
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

@ Two channel pairs in all, int16 weights, nothing between the pairs.
    inner picoae_slide_k3_p7_gathered
    ldmia r12!, {r7, r8, r9}
    taps_k3_p7
    ldmia r12!, {r7, r8, r9}
    taps_k3_p7 0
    b.w picoae_slide_single_finish

@ Two taps.
    .macro loop_k2_w8 name, taps, skip
    inner \name
    .rept 4
    w8_k2
    \taps \skip
    .endr
    pairs_done \name
    .endm
    loop_k2_w8 picoae_slide_k2_p7, taps_k2_p7
    loop_k2_w8 picoae_slide_k2_p7_skip0, taps_k2_p7, 0
    loop_k2_w8 picoae_slide_k2_p4, taps_k2_p4
    loop_k2_w8 picoae_slide_k2_p4_back4, taps_k2_p4, -4

@ One tap: a word holds (pair j | pair j+1).
    .macro loop_k1_w8 name, taps, skip
    inner \name
    .rept 2
    ldr r8, [r12], #4
    sxtb16 r7, r8
    \taps \skip
    sxtb16 r7, r8, ror #8
    \taps \skip
    .endr
    pairs_done \name
    .endm
    loop_k1_w8 picoae_slide_k1_p7, taps_k1_p7
    loop_k1_w8 picoae_slide_k1_p7_skip4, taps_k1_p7, 4
    loop_k1_w8 picoae_slide_k1_p4, taps_k1_p4
    loop_k1_w8 picoae_slide_k1_p4_skip0, taps_k1_p4, 0

@ One channel, a signal: five taps, the larger of two neighbours, rectified. Activations are int16, one behind the other,
@ so a word holds two positions; two neighbouring outputs need all five taps over three words.
@ r0: the frame's content (Mono in mono.rs)
    .equ M_END, 0           @ x behind the last output's first word; set here
    .equ M_X, 4             @ first word
    .equ M_SPAN, 8          @ 4 bytes an output
    .equ M_WEIGHTS, 12      @ of the current channel: taps (0, 1), (2, 3), (1, 2), (3, 4), then its Doubled record
    .equ M_CHANNELS, 16
    .equ M_OUT, 20
    .equ M_STEP, 24         @ as STEP
    .equ M_ODD, 32          @ whether the number of pairs of outputs is odd
    .macro mono_output before, here, double
    smlad r10, \before, r0, r4
    smlatb r11, \before, r0, r4
    ldr \before, [r12], #4
    smlad r10, \here, r1, r10
    smlad r11, \here, r2, r11
    smlabt r10, \before, r3, r10
    smlad r11, \before, r3, r11
    cmp r10, r11
    it lt
    movlt r10, r11
    smmlar r10, r10, r5, r6
    asr r10, r10, r7
    usat r10, #8, r10
    .if \double
    add r10, r10, r10
    .endif
    strh r10, [lr], #4
    .endm
    .macro mono name, double
    inner \name
    push {r4-r11, lr}
    sub sp, sp, #36
    ldmia r0, {r1-r9}
    stmia sp, {r1-r9}
channel_\name:
    ldr r12, [sp, #M_WEIGHTS]
    ldmia r12!, {r0-r7}
    str r12, [sp, #M_WEIGHTS]
    ldr r12, [sp, #M_X]
    ldr lr, [sp, #M_OUT]
    ldr r10, [sp, #M_SPAN]
    ldr r8, [r12], #4
    ldr r9, [r12], #4
    add r10, r10, r12
    str r10, [sp, #M_END]
    ldr r11, [sp, #M_ODD]
    cmp r11, #0
    bne odd_\name
pairs_\name:
    mono_output r8, r9, \double
    mono_output r9, r8, \double
odd_\name:
    mono_output r8, r9, \double
    mono_output r9, r8, \double
    ldr r10, [sp, #M_END]
    cmp r12, r10
    bne pairs_\name
    ldrd r7, r8, [sp, #M_STEP]
    ldr lr, [sp, #M_OUT]
    strd r8, r7, [sp, #M_STEP]
    add lr, lr, r7
    str lr, [sp, #M_OUT]
    ldr r7, [sp, #M_CHANNELS]
    subs r7, r7, #1
    str r7, [sp, #M_CHANNELS]
    bne channel_\name
    add sp, sp, #36
    pop {r4-r11, pc}
    .endm
    mono picoae_mono_k5_pool2, 1
    mono picoae_mono_k5_pool2_single, 0
