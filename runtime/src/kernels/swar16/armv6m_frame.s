@ What the channel loop has in memory, from the stack pointer on.
.equ PLAIN, 0           @ activations, one word a tap
.equ POLYNOMIAL, 4      @ activations of the polynomial
.equ WEIGHTS, 8         @ weights of the next channel
.equ EXPANDED, 12       @ where they become words; 0: they are
.equ HALVES, 16         @ not 0: from int16
.equ SUMS, 20           @ sums of the channel
.equ SUMS_STEP, 24      @ bytes to the next one's
.equ DUOS, 28           @ bytes of the sums of all blocks of two pairs as they are written
.equ SOLO, 32           @ not 0: then comes a single pair
.equ BIAS, 36           @ of the next channel
.equ AFFINE, 40         @ of the next channel
.equ AFFINE_STEP, 44    @ bytes to the one after that
.equ FLAGS, 48          @ of the next channel
.equ CHANNELS, 52       @ channels to go
.equ RESUME, 56         @ not 0: there are sums of earlier slices
.equ LARGEST, 60        @ 2: of each pair only the larger is kept, else 0
.equ POOL, 64           @ sums of which the largest is kept, at the end
.equ FINISH, 68         @ what becomes of the sums
.equ OUT, 72            @ first output of the channel
.equ ROWS, 76           @ rows of outputs
.equ OUT_DOWN, 80       @ bytes from row to row
.equ COUNT, 84          @ bytes of the sums of a row's outputs
.equ OUT_STEP, 88       @ bytes from output to output
.equ BITS, 92           @ of a digit
.equ TABLE, 96          @ output values
.equ LISTS, 100         @ {bytes, entry of the duo, entry of the solo} for: plain, plain twice, first stream, first stream
                        @ twice, second stream, second stream twice
.equ NEGATIVE, 172      @ what is added to a negative sum's offset
.equ COPIED, 176        @ what is copied, a multiple of 16
.equ FIRST_END, 176     @ of the channel: end of the weights of its first stream, without the rest
.equ FIRST_DUO, 180     @ where the inner loop is entered for it, with two pairs
.equ W, 184             @ its words of weights
.equ FIRST_SOLO, 188    @ where the inner loop is entered with one pair
.equ SECOND_DUO, 192    @ and for the second stream
.equ SECOND_SOLO, 196
.equ SECOND_END, 200    @ end of the weights of its second stream, without the rest
.equ X, 204             @ activations
.equ BOTH, 208          @ its bias in both lanes
.equ OWN_BIAS, 212      @ its bias
.equ STOP, 216          @ end of the duos' sums as they are written
.equ STORE, 220         @ 0: in order; 1: the lanes are exchanged; 2, 3: only the larger
.equ LEFT, 224          @ rows to go
.equ ROW, 228           @ first output of the row
.equ FIRST_REST, 232    @ end of the rest of the first stream
.equ END, 236           @ end of all its weights
.equ FRAME, 240
