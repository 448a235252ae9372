@ Inner loops of the channel loop: one stream of words, two pairs of positions ("duo") or one ("solo").
@
@   r6 activations    r7 weights    r10 end of the weights    r8, r9 C of the pairs    r4, r5 B of the pairs
@
@ Unrolled; a stream is entered as far in as its length is short of whole rounds.

@ Keeps the registers that a caller wants kept; and gives them back and returns.
.macro PICOAE_SAVE
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
.endm
.macro PICOAE_RESTORE
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
.endm

@ Splits \t into its lanes: the word goes to the low sum, the rounded high half to the high sum. The shift leaves bit 15
@ in the carry, so the high lane comes out right for a low lane of either sign. `adcs` needs a low register.
.macro PICOAE_FLUSH t, low, high
    add \low, \t
    asrs \t, \t, #16
    adcs \high, \t
.endm
@ Two products of a pair; \twice: added before the flush.
.macro PICOAE_PAIR low, high, twice
    ldm r6!, {r0, r1}
    muls r0, r2, r0
    .if \twice
    muls r1, r3, r1
    adds r0, r0, r1
    PICOAE_FLUSH r0, \low, \high
    .else
    PICOAE_FLUSH r0, \low, \high
    muls r1, r3, r1
    PICOAE_FLUSH r1, \low, \high
    .endif
.endm
@ \count steps of two words, then on to \after, which is far away in a section of its own.
.macro PICOAE_LOOP name, duo, twice, count, after, far=0
.global \name
.thumb_func
.type \name, %function
\name:
1:
    .rept \count
    ldm r7!, {r2, r3}
    PICOAE_PAIR r8, r4, \twice
    .if \duo
    PICOAE_PAIR r9, r5, \twice
    .endif
    .endr
    cmp r7, r10
    bne 1b
    .if \far
    ldr r0, =\after
    bx r0
    .ltorg
    .else
    b \after
    .endif
.endm
