@ Inner loops of the sliding convolution. Names: k taps, s step between outputs (1 unless said), p outputs, w width of a
@ weight.

@ acc += the two products of a pair
    .macro mac acc, x, w
    smlad \acc, \x, \w, \acc
    .endm

@ The products of word \x with the weight \w of the output that starts at word \start, if there is one: outputs start \step
@ words apart from 0 on.
    .macro tap x, w, start, outputs, step
    .irp n, 0, 1, 2, 3, 4, 5, 6
    .if (\start) == \n * (\step) && \n < \outputs
    mac r\n, \x, \w
    .endif
    .endr
    .endm

@ Word \at of a channel pair, in \x, serves the output that starts there, and those that started one and two words before.
    .macro word3 x, at, w0, w1, w2, outputs, step=1
    tap \x, \w2, \at - 2, \outputs, \step
    tap \x, \w1, \at - 1, \outputs, \step
    tap \x, \w0, \at, \outputs, \step
    .endm
    .macro word2 x, at, w0, w1, outputs
    tap \x, \w1, \at - 1, \outputs, 1
    tap \x, \w0, \at, \outputs, 1
    .endm
    .macro two_words3 at, outputs, step=1
    ldmia lr!, {r10, r11}
    word3 r10, \at, r7, r8, r9, \outputs, \step
    word3 r11, \at + 1, r7, r8, r9, \outputs, \step
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

@ Three taps, step 1, seven outputs: nine words.
    .macro taps_k3_p7 skip
    .irp at, 0, 2, 4, 6
    two_words3 \at, 7
    .endr
    last_of_pair r10, \skip
    word3 r10, 8, r7, r8, r9, 7
    .endm

@ The same where the outputs are all there is and padding left and right is not stored: words 1 to 7.
    .macro taps_k3_p7_edges skip
    .irp at, 1, 3, 5
    two_words3 \at, 7
    .endr
    ldr r10, [lr], #4
    word3 r10, 7, r7, r8, r9, 7
    .endm

@ Three taps, step 2, seven outputs: fifteen words.
    .macro taps_k3_s2_p7 skip
    .irp at, 0, 2, 4, 6, 8, 10, 12
    two_words3 \at, 7, 2
    .endr
    last_of_pair r10, \skip
    word3 r10, 14, r7, r8, r9, 7, 2
    .endm

@ Two taps, seven outputs: eight words.
    .macro taps_k2_p7 skip
    .irp at, 0, 3
    ldmia lr!, {r9, r10, r11}
    word2 r9, \at, r7, r8, 7
    word2 r10, \at + 1, r7, r8, 7
    word2 r11, \at + 2, r7, r8, 7
    .endr
    ldmia lr!, {r10, r11}
    word2 r10, 6, r7, r8, 7
    word2 r11, 7, r7, r8, 7
    next_pair \skip
    .endm

@ One tap, seven outputs.
    .macro taps_k1_p7 skip
    .irp at, 0, 3
    ldmia lr!, {r9, r10, r11}
    tap r9, r7, \at, 7, 1
    tap r10, r7, \at + 1, 7, 1
    tap r11, r7, \at + 2, 7, 1
    .endr
    last_of_pair r10, \skip
    tap r10, r7, 6, 7, 1
    .endm

@ Three taps, four outputs: six words, five of them at once.
    .macro taps_k3_p4 skip
    ldmia lr!, {r4, r5, r6, r10, r11}
    word3 r4, 0, r7, r8, r9, 4
    word3 r5, 1, r7, r8, r9, 4
    word3 r6, 2, r7, r8, r9, 4
    word3 r10, 3, r7, r8, r9, 4
    word3 r11, 4, r7, r8, r9, 4
    last_of_pair r10, \skip
    word3 r10, 5, r7, r8, r9, 4
    .endm

@ Two taps, four outputs: five words.
    .macro taps_k2_p4 skip
    ldmia lr!, {r4, r5, r6, r10, r11}
    word2 r4, 0, r7, r8, 4
    word2 r5, 1, r7, r8, 4
    word2 r6, 2, r7, r8, 4
    word2 r10, 3, r7, r8, 4
    word2 r11, 4, r7, r8, 4
    next_pair \skip
    .endm

@ One tap, four outputs.
    .macro taps_k1_p4 skip
    ldmia lr!, {r4, r5, r6, r10}
    tap r4, r7, 0, 4, 1
    tap r5, r7, 1, 4, 1
    tap r6, r7, 2, 4, 1
    tap r10, r7, 3, 4, 1
    next_pair \skip
    .endm

@ Three taps, six outputs, weights in r6-r8: eight words.
    .macro taps_k3_p6 skip
    .irp at, 0, 3
    ldmia lr!, {r9, r10, r11}
    word3 r9, \at, r6, r7, r8, 6
    word3 r10, \at + 1, r6, r7, r8, 6
    word3 r11, \at + 2, r6, r7, r8, 6
    .endr
    ldmia lr!, {r9, r10}
    word3 r9, 6, r6, r7, r8, 6
    word3 r10, 7, r6, r7, r8, 6
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
