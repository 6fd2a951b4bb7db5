// What LockCore needs of the world below it, and no more: memory, wide divisions, a place to start, an end.
// Deliberately without posix_memalign, free and arc4random_buf.

#include <stddef.h>
#include <stdint.h>

extern int32_t runFirmware(void);

void *memcpy(void *to, const void *from, size_t count) {
    unsigned char *target = to;
    const unsigned char *source = from;
    while (count--) *target++ = *source++;
    return to;
}

void *memmove(void *to, const void *from, size_t count) {
    unsigned char *target = to;
    const unsigned char *source = from;
    if (target < source) return memcpy(to, from, count);
    while (count--) target[count] = source[count];
    return to;
}

void *memset(void *to, int value, size_t count) {
    unsigned char *target = to;
    while (count--) *target++ = (unsigned char)value;
    return to;
}

#if defined(__x86_64__)

__attribute__((naked)) void _start(void) {
    __asm__("xor %ebp, %ebp\n call runFirmware\n mov %eax, %edi\n mov $60, %eax\n syscall\n");
}

#elif defined(__arm__)

// The run-time functions of the ARM procedure call standard; the toolchain has no library with them.
void __aeabi_memcpy(void *to, const void *from, size_t count) { memcpy(to, from, count); }
void __aeabi_memcpy4(void *to, const void *from, size_t count) { memcpy(to, from, count); }
void __aeabi_memcpy8(void *to, const void *from, size_t count) { memcpy(to, from, count); }
void __aeabi_memmove(void *to, const void *from, size_t count) { memmove(to, from, count); }
void __aeabi_memmove4(void *to, const void *from, size_t count) { memmove(to, from, count); }
void __aeabi_memmove8(void *to, const void *from, size_t count) { memmove(to, from, count); }
void __aeabi_memset(void *to, size_t count, int value) { memset(to, value, count); }
void __aeabi_memset4(void *to, size_t count, int value) { memset(to, value, count); }
void __aeabi_memset8(void *to, size_t count, int value) { memset(to, value, count); }
void __aeabi_memclr(void *to, size_t count) { memset(to, 0, count); }
void __aeabi_memclr4(void *to, size_t count) { memset(to, 0, count); }
void __aeabi_memclr8(void *to, size_t count) { memset(to, 0, count); }

// Shifts of 64 bits in halves, so that the compiler does not call them again.
typedef union { uint64_t whole; struct { uint32_t low, high; } half; } Wide;

uint64_t __aeabi_llsl(uint64_t value, int count) {
    Wide wide = {.whole = value};
    if (count >= 32) return (Wide){.half = {0, wide.half.low << (count - 32)}}.whole;
    if (count == 0) return value;
    return (Wide){.half = {wide.half.low << count, wide.half.high << count | wide.half.low >> (32 - count)}}.whole;
}

uint64_t __aeabi_llsr(uint64_t value, int count) {
    Wide wide = {.whole = value};
    if (count >= 32) return (Wide){.half = {wide.half.high >> (count - 32), 0}}.whole;
    if (count == 0) return value;
    return (Wide){.half = {wide.half.low >> count | wide.half.high << (32 - count), wide.half.high >> count}}.whole;
}

int64_t __aeabi_lasr(int64_t value, int count) {
    uint64_t shifted = __aeabi_llsr((uint64_t)value, count);
    return (int64_t)(value < 0 && count > 0 ? shifted | __aeabi_llsl(~0ull, 64 - count) : shifted);
}

int64_t __aeabi_lmul(int64_t left, int64_t right) {
    Wide a = {.whole = (uint64_t)left}, b = {.whole = (uint64_t)right};
    Wide product = {.whole = (uint64_t)a.half.low * b.half.low};
    product.half.high += a.half.low * b.half.high + a.half.high * b.half.low;
    return (int64_t)product.whole;
}

// Long division, one bit a turn.
uint64_t divide(uint64_t dividend, uint64_t divisor, uint64_t *remainder) {
    uint64_t quotient = 0, rest = 0;
    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (dividend >> bit & 1);
        if (divisor != 0 && rest >= divisor) {
            rest -= divisor;
            quotient |= 1ull << bit;
        }
    }
    *remainder = rest;
    return quotient;
}

int64_t divideSigned(int64_t dividend, int64_t divisor, int64_t *remainder) {
    uint64_t rest;
    uint64_t quotient = divide(
        dividend < 0 ? 0 - (uint64_t)dividend : (uint64_t)dividend,
        divisor < 0 ? 0 - (uint64_t)divisor : (uint64_t)divisor, &rest);
    *remainder = (int64_t)(dividend < 0 ? 0 - rest : rest);
    return (int64_t)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

// Quotient in r0 and r1, remainder in r2 and r3: no C function can return that.
#define DIVISION(name, function)                                                                                       \
    __attribute__((naked)) void name(void) {                                                                           \
        __asm__("push {r4, lr}\n sub sp, #16\n add r4, sp, #8\n str r4, [sp]\n bl " #function                          \
                "\n ldr r2, [sp, #8]\n ldr r3, [sp, #12]\n add sp, #16\n pop {r4, pc}\n");                             \
    }
DIVISION(__aeabi_uldivmod, divide)
DIVISION(__aeabi_ldivmod, divideSigned)

// Ends an emulator's run by semihosting, with an exit code; on a real chip without a debugger it stops in a fault.
static void end(int32_t code) {
    uint32_t block[2] = {0x20026, (uint32_t)code};
    register uint32_t operation __asm__("r0") = 0x20;
    register uint32_t *argument __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
    for (;;) {
    }
}

void start(void) { end(runFirmware()); }
static void fault(void) { end(99); }

extern const char stackTop[];
__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    stackTop, start, fault, fault, fault, fault, fault,
};

#endif
