/* Panics in Rust. Without anything the library writes a line and aborts; with OWN the program takes over, with IGNORED
 * it does not let itself be aborted, and with CALM nothing panics. */

#include <rustgo_panics.h>

#ifdef FREESTANDING

static int program(void);

/* The entry of a program without libc: the stack pointer is a multiple of 16 here, as a call would not leave it. */
__attribute__((force_align_arg_pointer)) void _start(void)
{
    int status = program();
    __asm__ volatile("syscall" : : "a"(60), "D"(status));
    __builtin_unreachable();
}

#else

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static int program(void);

int main(void)
{
#ifdef IGNORED
    signal(SIGABRT, SIG_IGN);
#endif
    return program();
}

#ifdef OWN
void rustgo_panic(const struct rustgo_panic_info *info)
{
    if (info->message == NULL)
        printf("no message");
    else
        printf("%.*s", (int)info->message_length, info->message);
    printf("|%.*s|%lu|%lu\n", (int)info->file_length, info->file, (unsigned long)info->line,
           (unsigned long)info->column);
    fflush(stdout);
    _Exit(7);
}
#endif

#endif

static int program(void)
{
#ifdef CALM
    return (int)divide(12, 4, 3);
#elif defined FORMATTED
    uint64_t table[8] = {0};
    return (int)element(table, 100, 2);
#else
    return (int)superstitious(13, 3);
#endif
}
