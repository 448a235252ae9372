# What the channel loop has in memory, behind ra: first `Frame` in riscv32.rs, then what belongs to a group of channels.
.equ WORDS, 0           # packed activations
.equ WEIGHTS, 4         # of the next group
.equ GROUP, 8           # bytes of a group's weights
.equ SEGMENT, 12        # bytes of a segment's
.equ SUMS, 16
.equ STRIDE, 20         # bytes from a channel's sums to the next one's
.equ SIX, 24            # blocks of six positions, of three, of one
.equ THREE, 28
.equ ONE, 32
.equ SIX_KERNEL, 36     # what makes them
.equ THREE_KERNEL, 40
.equ ONE_KERNEL, 44
.equ SIX_MORE, 48       # what adds the sums of a segment that is not the first
.equ THREE_MORE, 52
.equ ONE_MORE, 56
.equ FINISH, 60         # what becomes of a group's sums
.equ CHANNELS, 64       # channels to go
.equ BIAS, 68           # of the next channel
.equ RECORD, 72         # requantization of the next channel
.equ RECORD_STEP, 76    # bytes to the one after that
.equ SHIFT, 80
.equ POOL, 84           # positions of a pooling window, where it is not 1 or 2
.equ ROWS, 88           # rows of outputs
.equ COUNT, 92          # bytes of the sums of a row's outputs
.equ OUT, 96            # first output of the next channel
.equ OUT_STEP, 100      # bytes from output to output
.equ OUT_DOWN, 104      # bytes from row to row
.equ TABLE, 108         # output values
.equ OUTPUTS, 112       # bytes of the sums of all outputs, where POOL is not 0
.equ OWN, 116           # weights of the group
.equ OWN_END, 120       # their end
.equ SEGMENT_END, 124
.equ AT, 128            # where the sums of the block go
.equ LEFT, 132          # blocks of six to go; channels of the group to go
