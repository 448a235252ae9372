@ `conv_kronecker`: four products a multiplication, see mod.rs. One call makes a tile of six rows in
@ each of the output channels, in the frame of the sliding convolution.
@
@   r0-r5   three sums           r6, r7    weights of a channel   r8-r11  activations
@   r12     next weights         lr        next activations

    .equ K_CARRY, 104       @ what is kept of the current channel
    .equ K_TAIL, 108        @ what makes outputs of the sums

@ One channel: the sum of words i and i + 1 for i = 0 to 2.
    .macro four_products
    smlal r0, r1, r9, r6
    smlal r2, r3, r10, r6
    smlal r4, r5, r11, r6
    smlal r0, r1, r8, r7
    smlal r2, r3, r9, r7
    smlal r4, r5, r10, r7
    .endm

@ Sixteen channels a round, entered so that as many are left as there are; every channel's code is as long. \load loads
@ the words of a channel and goes on to the next one.
    .macro kronecker name, load:vararg
    inner \name
    .rept 16
    \load
    ldmia r12!, {r6, r7}
    four_products
    .endr
    ldr r6, [sp, #END]
    cmp lr, r6
    bne.w \name
    ldr pc, [sp, #K_TAIL]
    .endm
    .macro load_apart
    ldr.w r6, [sp, #SKIP]
    ldmia.w lr, {r8-r11}
    add.w lr, lr, r6
    .endm
    .macro load_skip12
    ldmia.w lr, {r8-r11}
    add.w lr, lr, #28
    .endm
@ What lies between two channels is loaded into registers that are overwritten.
    kronecker picoae_kronecker_skip0, ldmia.w lr!, {r8-r11}
    kronecker picoae_kronecker_skip4, ldmia.w lr!, {r7-r11}
    kronecker picoae_kronecker_skip8, ldmia.w lr!, {r6-r11}
    kronecker picoae_kronecker_skip12, load_skip12
    kronecker picoae_kronecker_any, load_apart

@ The fields of a sum: \low, \lo, \hi
    .macro fields_of lo, hi, low
    ubfx \low, \lo, #0, #22
    lsr \lo, \lo, #22
    bfi \lo, \hi, #10, #12
    lsr \hi, \hi, #12
    .endm
    .macro all_fields
    str r12, [sp, #WEIGHTS]
    ldr r11, [sp, #K_CARRY]
    ldr r12, [sp, #PARAMS]
    fields_of r0, r1, r6
    fields_of r2, r3, r7
    ldr r12, [r12]
    fields_of r4, r5, r8
    .endm

    inner picoae_kronecker_six
    all_fields
    ldrd r9, r10, [r11]
    strd r4, r5, [r11], #8
    str r11, [sp, #K_CARRY]
    add r5, r3, r8
    add r4, r12, r2, lsl #1
    add r3, r1, r7
    add r5, r12, r5, lsl #1
    add r2, r12, r0, lsl #1
    add r1, r10, r6
    add r3, r12, r3, lsl #1
    add r0, r12, r9, lsl #1
    add r1, r12, r1, lsl #1
    b.w picoae_slide_finish

@ The same where the larger of each two goes on: biases and factors change nothing in that.
    .macro larger a, b
    cmp \a, \b
    it lt
    movlt \a, \b
    .endm
    .macro pooled
    all_fields
    ldrd r9, r10, [r11]
    strd r4, r5, [r11], #8
    str r11, [sp, #K_CARRY]
    ldr r11, [sp, #PARAMS]
    add r10, r10, r6
    add r1, r1, r7
    add r3, r3, r8
    larger r9, r10
    larger r0, r1
    larger r2, r3
    add r1, r12, r0, lsl #1
    add r0, r12, r9, lsl #1
    ldmia r11!, {r7, r8, r9, r10}
    add r2, r12, r2, lsl #1
    str r11, [sp, #PARAMS]
    ldr r12, [sp, #OUT]
    .endm
    inner picoae_kronecker_pooled
    pooled
    ldr r11, [sp, #TABLE]
    ldr lr, [sp, #COLUMN]
    ldr pc, [sp, #STORE]
@ Three outputs, rectified, int16, and at once on to the next channel.
    inner picoae_kronecker_pooled_relu_single
    pooled
    .irp acc, r0, r1, r2
    smmlar \acc, \acc, r8, r9
    asr \acc, \acc, r10
    usat \acc, #8, \acc
    .endr
    strh r0, [r12, #-8]
    strh r1, [r12, #-4]
    strh r2, [r12]
    b.w picoae_kronecker_next

@ The same as the first where nothing was kept yet: four outputs.
    inner picoae_kronecker_four
    all_fields
    strd r4, r5, [r11], #8
    str r11, [sp, #K_CARRY]
    add r1, r1, r7
    add r3, r3, r8
    add r0, r12, r0, lsl #1
    add r1, r12, r1, lsl #1
    add r2, r12, r2, lsl #1
    add r3, r12, r3, lsl #1
    b.w picoae_slide_finish

@ The first channel, and every other.
    inner picoae_kronecker
    b.n kronecker_channel
    .global picoae_kronecker_next
    .thumb_func
picoae_kronecker_next:
    next_channel
    beq.w picoae_slide_end
kronecker_channel:
    adr r6, kronecker_start
    ldr lr, [sp, #LIST]
    ldr r12, [sp, #WEIGHTS]
    ldmia r6, {r0-r5}
    ldr pc, [sp, #INNER]
    .p2align 2
@ 2^21 - 2^19, 2^21 and 2^19 in the fields.
kronecker_start:
    .rept 3
    .word 0x00180000, 0x80000800
    .endr

@ Two outputs in a word, of accumulators that become int8 first; the last word first. \value makes a value of \acc.
    .macro pair low, high, value
    \value \high
    \value \low
    add.w \low, \low, \high, lsl #22
    str.w \low, [r12], #-4
    .endm
    .macro value_relu acc
    smmlar \acc, \acc, r8, r9
    asr.w \acc, \acc, r10
    ssat \acc, #8, \acc
    .endm
    .macro value_table acc
    add.w r7, r9, \acc, asr #31
    smmlar r7, \acc, r8, r7
    asr.w r7, r7, r10
    ssat r7, #8, r7
    ldrsb.w \acc, [r11, r7]
    .endm
@ Six outputs, or four or two of them.
    .macro finish_fields name, value
    inner \name
    pair r4, r5, \value
    pair r2, r3, \value
    pair r0, r1, \value
    ldr pc, [sp, #RETURN]
    .endm
    finish_fields picoae_fields_relu, value_relu
    finish_fields picoae_fields_table, value_table

@ Behind a pooling three outputs, the first of which starts a word (even) or fills one that was started; or, entered
@ behind the first block, two or one of them.
    .macro finish_fields_pooled name, value
    inner \name
    \value r2
    str.w r2, [r12], #-4
    pair r0, r1, \value
    ldr.w pc, [sp, #RETURN]
    pair r1, r2, \value
    \value r0
    ldr.w r7, [r12]
    add.w r7, r7, r0, lsl #22
    str.w r7, [r12]
    ldr pc, [sp, #RETURN]
    .endm
    finish_fields_pooled picoae_fields_pooled_relu, value_relu
    finish_fields_pooled picoae_fields_pooled_table, value_table
