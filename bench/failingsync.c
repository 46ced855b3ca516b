// Fails chosen calls of fsync(2) and fdatasync(2), counted over all threads of a process: strace counts each thread for itself, so it
// can't choose one of those that wait for several files at once. Preloaded (ld.so(8)) into the program, and not into what that starts.
//
// FAILING_SYNC   CALL:ERROR:N or CALL:ERROR:N+, as strace's inject has them: `fsync:EIO:3+`; without a number nothing fails
// FAILING_SYNC_LOG   the file to which each call adds a line: `fsync thread`, or `main`; and `failed` behind it
//
// gcc -O2 -shared -fPIC -o failingsync.so failingsync.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char call[16];
static int error_number, first, and_on, log_descriptor = -1;
static atomic_int made;

__attribute__((constructor)) static void prepare(void) {
    const char *choice = getenv("FAILING_SYNC"), *log = getenv("FAILING_SYNC_LOG");
    char error[16] = "", more = 0;
    if (choice && sscanf(choice, "%15[^:]:%15[^:]:%d%c", call, error, &first, &more) >= 3) {
        error_number = strcmp(error, "ENOSPC") ? EIO : ENOSPC;
        and_on = more == '+';
    }
    if (log) log_descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    unsetenv("LD_PRELOAD");
}

static int sync_or_fail(const char *name, int descriptor) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const int number = strcmp(name, call) ? 0 : atomic_fetch_add(&made, 1) + 1;
    const int fails = first && number && (number == first || (and_on && number > first));
    if (log_descriptor >= 0)
        dprintf(log_descriptor, "%s %s%s\n", name, gettid() == getpid() ? "main" : "thread", fails ? " failed" : "");
    if (!fails) return real(descriptor);
    errno = error_number;
    return -1;
}

int fsync(int descriptor) { return sync_or_fail("fsync", descriptor); }
int fdatasync(int descriptor) { return sync_or_fail("fdatasync", descriptor); }
