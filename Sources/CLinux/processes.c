#define _GNU_SOURCE
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

// A child that works beside its parent has the parent's errno, too, so that it may call nothing of the C library. `call` is a
// system call, and returns a negative errno.
#if defined(__x86_64__)
static inline long call(long number, long a, long b, long c, long d) {
    long result;
    register long fourth __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth) : "rcx", "r11", "memory");
    return result;
}

// clone3(2) for a child that calls `body` on its own stack and does not return.
static inline long clone_to(struct clone_args *arguments, void (*body)(void *), void *argument) {
    long result;
    __asm__ volatile(
        "syscall; test %%rax, %%rax; jnz 1f; mov %[argument], %%rdi; mov %[body], %%rax; xor %%ebp, %%ebp; call *%%rax; ud2; 1:"
        : "=a"(result)
        : "a"(SYS_clone3), "D"(arguments), "S"(sizeof *arguments), [body] "r"(body), [argument] "r"(argument)
        : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
static inline long call(long number, long a, long b, long c, long d) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}

static inline long clone_to(struct clone_args *arguments, void (*body)(void *), void *argument) {
    register long x8 __asm__("x8") = SYS_clone3;
    register long x0 __asm__("x0") = (long)arguments;
    register long x1 __asm__("x1") = sizeof *arguments;
    __asm__ volatile("svc 0; cbnz x0, 1f; mov x0, %[argument]; mov x1, %[body]; mov x29, xzr; blr x1; brk 1; 1:"
                     : "+r"(x0), "+r"(x1)
                     : "r"(x8), [body] "r"(body), [argument] "r"(argument)
                     : "memory");
    return x0;
}
#else
static inline long call(long number, long a, long b, long c, long d) {
    long result = syscall(number, a, b, c, d);
    return result < 0 ? -errno : result;
}

static inline long clone_to(struct clone_args *arguments, void (*body)(void *), void *argument) { return -ENOSYS; }
#endif

enum { no_answer, go, end };

// Waits to be told to go, as long as there is somebody to tell.
static long stand_by(const struct clinux_start *start) {
    long failure = call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
    if (failure < 0) return failure;
    if (call(SYS_getppid, 0, 0, 0, 0) != start->parent) return -ECANCELED;
    uint32_t answer;
    // Unlike a byte in a pipe, a futex does not have the child wait on the processor of whoever answers, who goes on.
    while ((answer = __atomic_load_n(&start->answer, __ATOMIC_ACQUIRE)) == no_answer)
        call(SYS_futex, (long)&start->answer, FUTEX_WAIT_PRIVATE, no_answer, 0);
    if (answer == end) return -ECANCELED;
    return call(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0);
}

// Gives each standard signal its own effect again: a program inherits that one is ignored (execve(2)), as this process does PIPE.
// Those for real-time programs are left out: nobody ignores them, and there are as many more calls.
static void stop_ignoring(void) {
    // The kernel's own form of struct sigaction, which is no larger, for SIG_DFL.
    static const uint64_t standard[4];
    // KILL and STOP refuse it, and are never ignored.
    for (long signal = 1; signal < 32; signal++) call(SYS_rt_sigaction, signal, (long)standard, 0, sizeof(uint64_t));
}

// The child's side of a start, in the parent's memory: nothing but system calls, and no return.
static long become(const struct clinux_start *start) {
    const struct clinux_program *program = &start->program;
    long input = program->standard_input, failure = 0;
    if (input < 0) input = call(SYS_openat, AT_FDCWD, (long)"/dev/null", O_RDONLY, 0);
    if (input < 0) return input;
    if ((failure = call(SYS_setpgid, 0, 0, 0, 0)) < 0) return failure;
    const long descriptors[] = {input, program->standard_output, program->standard_error};
    for (long number = 0; number < 3; number++)
        if (descriptors[number] != number && (failure = call(SYS_dup3, descriptors[number], number, 0, 0)) < 0)
            return failure;
    if ((failure = call(SYS_close_range, 3, ~0U, 0, 0)) < 0) return failure;
    if (start->pace == clinux_standing_by && (failure = stand_by(start)) < 0) return failure;
    if (program->directory && (failure = call(SYS_chdir, (long)program->directory, 0, 0, 0)) < 0) return failure;
    for (int i = 0; i < program->limit_count; i++) {
        const struct clinux_limit *limit = &program->limits[i];
        // The kernel's own form of struct rlimit64.
        const uint64_t value[] = {limit->soft, limit->hard};
        if ((failure = call(SYS_prlimit64, 0, limit->resource, (long)value, 0)) < 0) return failure;
    }
    char *folder = program->folder_variable + 4;
    if (call(SYS_getcwd, (long)folder, clinux_folder_variable_size - 4, 0, 0) < 0 || *folder != '/') *program->folder_entry = NULL;
    stop_ignoring();
    const uint64_t none = 0;
    if ((failure = call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof none)) < 0) return failure;
    for (const char *const *path = program->candidates; path && *path; path++) {
        // A call that fails after it has begun to make a program's memory takes longer than to ask.
        if (call(SYS_faccessat, AT_FDCWD, (long)*path, X_OK, 0) < 0) continue;
        failure = call(SYS_execve, (long)*path, (long)program->candidate_arguments, (long)program->environment, 0);
        // A shell takes the first file that it may execute, and no other where that one can't be.
        if (failure != -ENOENT && failure != -ENOTDIR && failure != -EACCES) break;
    }
    return call(SYS_execve, (long)program->path, (long)program->arguments, (long)program->environment, 0);
}

__attribute__((noinline)) static void run(void *argument) {
    struct clinux_start *start = argument;
    start->error = (int)-become(start);
    for (;;) call(SYS_exit, 127, 0, 0, 0);
}

static long clone_beside(struct clinux_start *start) {
    struct clone_args arguments = {
        // CLONE_CLEAR_SIGHAND (Linux 5.5) takes this process's handlers away, which must not run in the child.
        .flags = CLONE_VM | CLONE_PIDFD | CLONE_CHILD_CLEARTID | CLONE_CLEAR_SIGHAND | (start->pace == clinux_awaited ? CLONE_VFORK : 0),
        .pidfd = (uint64_t)(uintptr_t)&start->descriptor,
        .child_tid = (uint64_t)(uintptr_t)&start->is_busy,
        .exit_signal = SIGCHLD,
        .stack = (uint64_t)(uintptr_t)start->stack,
        .stack_size = clinux_start_stack_size,
    };
    return clone_to(&arguments, run, start);
}

static long fork_and_wait(struct clinux_start *start) {
    struct clinux_start *volatile shared = start;
    pid_t pid = vfork();
    if (pid < 0) return -errno;
    if (pid == 0) {
        const struct sigaction standard = {.sa_handler = SIG_DFL};
        for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &standard, NULL);
        run(shared);
    }
    start->is_busy = 0;
    start->descriptor = clinux_process_descriptor(pid);
    if (start->descriptor >= 0) return pid;
    // Nobody could ever tell when it ends.
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return start->descriptor;
}

int clinux_start(struct clinux_start *start) {
    bool stands_by = start->pace == clinux_standing_by;
    sigset_t all, before;
    sigfillset(&all);
    // No handler of this process may run in the child, which has its memory.
    int failure = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (failure) return -failure;
    start->error = 0;
    start->is_busy = 1;
    if (stands_by) start->parent = getpid();
    start->answer = no_answer;
    long pid = clone_beside(start);
    // Old systems and some sandboxes have no clone3. Whoever is to answer cannot wait.
    if (pid == -ENOSYS || pid == -EPERM || pid == -EINVAL) pid = stands_by ? -ENOSYS : fork_and_wait(start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        start->is_busy = 0;
        return (int)pid;
    }
    start->pid = (pid_t)pid;
    // As the child does itself: whoever comes first. Signals can be sent to the group from now on.
    setpgid(start->pid, start->pid);
    if (!clinux_start_is_over(start) || start->error == 0) return 0;
    close(start->descriptor);
    waitpid(start->pid, NULL, 0);
    return -start->error;
}

void clinux_start_answer(struct clinux_start *start, bool goes) {
    __atomic_store_n(&start->answer, goes ? go : end, __ATOMIC_RELEASE);
    syscall(SYS_futex, &start->answer, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

bool clinux_start_is_over(const struct clinux_start *start) {
    return __atomic_load_n(&start->is_busy, __ATOMIC_ACQUIRE) == 0;
}

// The kernel clears and wakes the word when the child leaves this memory (set_tid_address(2)).
void clinux_start_await(const struct clinux_start *start) {
    uint32_t value;
    while ((value = __atomic_load_n(&start->is_busy, __ATOMIC_ACQUIRE)) != 0)
        syscall(SYS_futex, &start->is_busy, FUTEX_WAIT, value, NULL, NULL, 0);
}

int clinux_reap(pid_t pid, struct clinux_end *end, bool waits) {
    int status = 0;
    pid_t reaped;
    struct rusage usage;
    do reaped = wait4(pid, &status, waits ? 0 : WNOHANG, &usage);
    while (reaped < 0 && errno == EINTR);
    if (reaped < 0) return -errno;
    if (reaped == 0) return 0;
    end->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end->cpu_milliseconds = (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
                            (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
    return 1;
}

int clinux_process_descriptor(pid_t pid) {
    int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
    return descriptor < 0 ? -errno : descriptor;
}
