/* A plugin for QEMU's user interface for counting: books executed instructions and estimated cycles of an ARMv6-M or
 * ARMv7E-M program to slots, which the program chooses while it runs.
 *
 * Options: core=m4|m0plus, marks=ADDRESS, out=FILE. Without core no cycles are estimated.
 *
 * At ADDRESS lies a row of 64 two-byte return instructions. Whoever calls number n of them books everything that is
 * executed from that instruction on to slot n, until the next such call; slot 0 is the start. At the end FILE gets one
 * line a slot in use: slot, instructions, cycles (0 where none are estimated), how often it was entered.
 *
 * The cycles are a static estimate: memory answers at once, nothing else is on the bus, nothing interrupts. By the
 * instruction timing tables of Arm's Technical Reference Manuals:
 *
 *   Cortex-M4: 1 an instruction, but 7 a division (2 to 12 in the manual); 2 a load, 1 when it directly follows a single
 *   load or store; 1 a store; 3 a doubleword; 1 + N a transfer of N registers; 2 or 3 a floating-point load or store, 3 a
 *   floating-point multiply-accumulate, 14 a floating-point division or square root; 2 more when a branch is taken.
 *   Cortex-M0+: 2 a load or store; 1 + N a transfer of N registers; 1 more when a branch is taken, 2 when it is a call
 *   or loads the program counter; else 1 (with the multiplier of one cycle).
 *
 * Works by translated blocks, not by instructions: one call a block. A block that is left in the middle, as by an access
 * to a device under -icount, would be booked whole; count without -icount, or where no device is touched.
 *
 * The declarations below are of QEMU's plugin interface, version 1; Debian ships no header for it. */

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUBLIC __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
typedef struct qemu_info_t qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
                                           void (*translated)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, void (*executed)(unsigned, void *), int flags,
                                          void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*ended)(qemu_plugin_id_t, void *), void *data);
PUBLIC int qemu_plugin_version = 1;

enum { SLOTS = 64 };

/* What the timing depends on. */
enum kind {
    PLAIN,
    LOAD,          /* one register */
    STORE,         /* one register */
    LOAD_PC,       /* a load into the program counter, so a branch too */
    SEVERAL_8,     /* registers listed in 8 bits */
    SEVERAL_9,     /* in 9 bits */
    SEVERAL_16,    /* in 16 bits */
    SEVERAL_9_PC,  /* the same, with the program counter among them */
    SEVERAL_16_PC,
    SEVERAL_FLOAT, /* a number of registers in 8 bits */
    BRANCH,
    CALL,          /* any 32-bit branch */
    TABLE_BRANCH,
    TWO,           /* what takes two, three, ... cycles whatever it does */
    THREE,
    DIVIDE,
    FLOAT_DIVIDE,
};

/* The first pattern that fits decides; nothing fits: PLAIN. 16-bit instructions: */
static const struct pattern {
    uint32_t mask, bits;
    enum kind kind;
} narrow[] = {
    { 0xf800, 0x4800, LOAD },         { 0xfe00, 0x5600, LOAD },       { 0xf800, 0x5800, LOAD },
    { 0xf000, 0x5000, STORE },        { 0xe800, 0x6800, LOAD },       { 0xe000, 0x6000, STORE },
    { 0xf800, 0x8800, LOAD },         { 0xf800, 0x8000, STORE },      { 0xf800, 0x9800, LOAD },
    { 0xf800, 0x9000, STORE },        { 0xfe00, 0xb400, SEVERAL_9 },  { 0xff00, 0xbd00, SEVERAL_9_PC },
    { 0xff00, 0xbc00, SEVERAL_8 },    { 0xf500, 0xb100, BRANCH },     { 0xf000, 0xc000, SEVERAL_8 },
    { 0xfe00, 0xde00, PLAIN },        { 0xf000, 0xd000, BRANCH },     { 0xf800, 0xe000, BRANCH },
    { 0xff00, 0x4700, BRANCH },       { 0xff87, 0x4487, BRANCH },     { 0xff87, 0x4687, BRANCH },
};

/* 32-bit instructions, first halfword high: */
static const struct pattern wide[] = {
    { 0xfe508000, 0xe8108000, SEVERAL_16_PC }, /* ldm with pc */
    { 0xfe400000, 0xe8000000, SEVERAL_16 },
    { 0xfff0ffe0, 0xe8d0f000, TABLE_BRANCH },
    { 0xffe00000, 0xe8400000, TWO },           /* ldrex, strex */
    { 0xffe000f0, 0xe8c00070, THREE },         /* ldrd, strd */
    { 0xffe00040, 0xe8c00040, TWO },           /* ldrexb, strexb, ... */
    { 0xfe400000, 0xe8400000, THREE },         /* ldrd, strd */
    { 0xffe00000, 0xec400000, TWO },           /* vmov of two registers */
    { 0xff200f00, 0xed000b00, THREE },         /* vldr, vstr of 64 bits */
    { 0xff200000, 0xed000000, TWO },           /* of 32 bits */
    { 0xfe000000, 0xec000000, SEVERAL_FLOAT }, /* vldm, vstm, vpush, vpop */
    { 0xffb00e10, 0xee800a00, FLOAT_DIVIDE },
    { 0xffbf0ed0, 0xeeb10ac0, FLOAT_DIVIDE },  /* vsqrt */
    { 0xffa00e10, 0xee000a00, THREE },         /* vmla, vmls, vnmla, vnmls */
    { 0xffb00e10, 0xeea00a00, THREE },         /* vfma, vfms */
    { 0xffb00e10, 0xee900a00, THREE },         /* vfnma, vfnms */
    { 0xf800d000, 0xf000d000, CALL },          /* bl */
    { 0xf800d000, 0xf0009000, CALL },          /* b.w */
    { 0xfb80d000, 0xf3808000, PLAIN },         /* msr, mrs, barriers, hints */
    { 0xf800d000, 0xf0008000, CALL },          /* conditional b.w */
    { 0xfe70f000, 0xf850f000, LOAD_PC },
    { 0xfe10f000, 0xf810f000, PLAIN },         /* pld, pli */
    { 0xfe100000, 0xf8100000, LOAD },
    { 0xfe100000, 0xf8000000, STORE },
    { 0xffd00000, 0xfb900000, DIVIDE },
};

struct instruction {
    enum kind kind;
    unsigned bytes;
    unsigned cycles;  /* if a branch: when not taken */
    unsigned penalty; /* more cycles of a branch that is taken */
};

/* A translated block: a straight line of instructions. */
struct block {
    uint64_t start, end;
    unsigned instructions, cycles;
    int slot; /* that it switches to, or -1 */
    bool starts_with_load;
    struct instruction last;
};

static struct {
    uint64_t instructions, cycles, entries;
} slots[SLOTS];
static int slot;
static const struct block *previous;
static bool timed, m0plus;
static uint64_t marks;
static const char *file_name;

static enum kind find(const struct pattern *patterns, size_t count, uint32_t bits)
{
    for (size_t i = 0; i < count; i++)
        if ((bits & patterns[i].mask) == patterns[i].bits)
            return patterns[i].kind;
    return PLAIN;
}

static unsigned transfer(uint32_t bits, uint32_t list)
{
    return 1 + (unsigned)__builtin_popcount(bits & list);
}

static struct instruction examine(const struct qemu_plugin_insn *raw)
{
    const uint8_t *bytes = qemu_plugin_insn_data(raw);
    uint32_t bits = bytes[0] | (uint32_t)bytes[1] << 8;
    struct instruction found = { PLAIN, 2, 1, 0 };

    /* The size by the encoding: at the end of a page QEMU reports the bytes of the next instruction with the last one's. */
    if (bits >> 11 >= 0x1d) {
        found.bytes = 4;
        bits = bits << 16 | bytes[2] | (uint32_t)bytes[3] << 8;
        found.kind = find(wide, sizeof wide / sizeof *wide, bits);
    } else {
        found.kind = find(narrow, sizeof narrow / sizeof *narrow, bits);
    }
    switch (found.kind) {
    case PLAIN: break;
    case LOAD: found.cycles = 2; break;
    case STORE: found.cycles = m0plus ? 2 : 1; break;
    case LOAD_PC: found.cycles = 2; found.penalty = 2; break;
    case SEVERAL_8: found.cycles = transfer(bits, 0xff); break;
    case SEVERAL_9: found.cycles = transfer(bits, 0x1ff); break;
    case SEVERAL_16: found.cycles = transfer(bits, 0xffff); break;
    case SEVERAL_9_PC: found.cycles = transfer(bits, 0x1ff); found.penalty = 2; break;
    case SEVERAL_16_PC: found.cycles = transfer(bits, 0xffff); found.penalty = 2; break;
    case SEVERAL_FLOAT: found.cycles = 1 + (bits & 0xff); break;
    case BRANCH: found.penalty = m0plus ? 1 : 2; break;
    case CALL: found.penalty = 2; break;
    case TABLE_BRANCH: found.cycles = 2; found.penalty = 2; break;
    case TWO: found.cycles = 2; break;
    case THREE: found.cycles = 3; break;
    case DIVIDE: found.cycles = 7; break;
    case FLOAT_DIVIDE: found.cycles = 14; break;
    }
    return found;
}

/* Whether a load directly behind this instruction overlaps with it. */
static bool overlaps(const struct instruction *instruction)
{
    enum kind kind = instruction->kind;
    return !m0plus && (kind == LOAD || kind == STORE || kind == LOAD_PC);
}

static void executed(unsigned processor, void *data)
{
    const struct block *block = data;
    (void)processor;
    if (previous && previous->end != block->start)
        slots[slot].cycles += previous->last.penalty;
    if (block->slot >= 0) {
        slot = block->slot;
        slots[slot].entries++;
    }
    slots[slot].instructions += block->instructions;
    slots[slot].cycles += block->cycles;
    if (previous && previous->end == block->start && block->starts_with_load && overlaps(&previous->last))
        slots[slot].cycles--;
    previous = block;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *raw)
{
    /* Never freed: the emulator may execute the block as long as it runs, and a program has few. */
    struct block *block = calloc(1, sizeof *block);
    (void)id;
    if (!block)
        abort();
    block->start = block->end = qemu_plugin_tb_vaddr(raw);
    block->instructions = (unsigned)qemu_plugin_tb_n_insns(raw);
    for (unsigned i = 0; i < block->instructions; i++) {
        struct instruction instruction = examine(qemu_plugin_tb_get_insn(raw, i));
        bool load = instruction.kind == LOAD || instruction.kind == LOAD_PC;
        block->cycles += instruction.cycles;
        if (i == 0)
            block->starts_with_load = load;
        else if (load && overlaps(&block->last))
            block->cycles--;
        block->last = instruction;
        block->end += instruction.bytes;
    }
    block->slot = block->start >= marks && block->start < marks + 2 * SLOTS ? (int)(block->start - marks) / 2 : -1;
    qemu_plugin_register_vcpu_tb_exec_cb(raw, executed, 0, block);
}

static void ended(qemu_plugin_id_t id, void *data)
{
    FILE *file = fopen(file_name, "w");
    (void)id;
    (void)data;
    if (!file) {
        perror(file_name);
        return;
    }
    for (int i = 0; i < SLOTS; i++)
        if (slots[i].instructions)
            fprintf(file, "%d %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", i, slots[i].instructions,
                    timed ? slots[i].cycles : 0, slots[i].entries);
    fclose(file);
}

PUBLIC int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count, char **options)
{
    (void)info;
    for (int i = 0; i < count; i++) {
        char *value = strchr(options[i], '=');
        if (value && !strncmp(options[i], "out=", 4)) {
            file_name = strdup(value + 1);
        } else if (value && !strncmp(options[i], "marks=", 6)) {
            marks = strtoull(value + 1, NULL, 0);
        } else if (!strcmp(options[i], "core=m0plus")) {
            timed = m0plus = true;
        } else if (!strcmp(options[i], "core=m4")) {
            timed = true;
        } else {
            fprintf(stderr, "cycles: no such option: %s\n", options[i]);
            return -1;
        }
    }
    if (!file_name) {
        fprintf(stderr, "cycles: out=FILE is missing\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
