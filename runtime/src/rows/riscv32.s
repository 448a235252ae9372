# a0 where words go, a1 where they come from, which lies above, a2 how many: four at a time, then one by one.
.attribute arch, "rv32imac"
.section .text.picoae_rv32_move, "ax", %progbits
.global picoae_rv32_move
.type picoae_rv32_move, %function
picoae_rv32_move:
    addi a2, a2, -4
    bltz a2, 2f
1:
    lw a3, 0(a1)
    lw a4, 4(a1)
    lw a5, 8(a1)
    lw a6, 12(a1)
    addi a1, a1, 16
    sw a3, 0(a0)
    sw a4, 4(a0)
    sw a5, 8(a0)
    sw a6, 12(a0)
    addi a0, a0, 16
    addi a2, a2, -4
    bgez a2, 1b
2:
    addi a2, a2, 4
    beqz a2, 4f
3:
    lw a3, 0(a1)
    addi a1, a1, 4
    sw a3, 0(a0)
    addi a0, a0, 4
    addi a2, a2, -1
    bnez a2, 3b
4:
    ret
