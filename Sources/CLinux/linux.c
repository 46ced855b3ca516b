#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int result(int value) { return value < 0 ? -errno : value; }

int clinux_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
    // Only the reading end: a child that finds its output full must wait, not fail.
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
        int error = errno;
        close(ends[0]);
        close(ends[1]);
        return -error;
    }
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

static int lock_first_byte(int descriptor, short type) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    return result(fcntl(descriptor, F_OFD_SETLKW, &lock));
}

int clinux_queue(int descriptor) { return lock_first_byte(descriptor, F_WRLCK); }

int clinux_leave_queue(int descriptor) { return lock_first_byte(descriptor, F_UNLCK); }

static void wake(int signal) { (void)signal; }

static int64_t monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int clinux_lock_within(int descriptor, int64_t nanoseconds) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return 0;
    if (errno != EWOULDBLOCK) return -errno;
    // flock(2) knows no time-out: a timer that interrupts it again and again, lest it comes just before the call.
    int number = SIGRTMAX - 1;
    struct sigaction action = {.sa_handler = wake};
    sigset_t only, mask;
    sigemptyset(&action.sa_mask);
    sigemptyset(&only);
    sigaddset(&only, number);
    // It stays so: another thread may be waiting, too.
    if (sigaction(number, &action, NULL) < 0) return -errno;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = number};
    event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0) return -errno;
    pthread_sigmask(SIG_UNBLOCK, &only, &mask);
    int64_t end = monotonic_nanoseconds() + nanoseconds;
    struct timespec first = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000 + 1};
    if (first.tv_nsec >= 1000000000) first = (struct timespec){.tv_sec = first.tv_sec + 1};
    struct itimerspec times = {.it_value = first, .it_interval = {.tv_nsec = 100000000}};
    int status = result(timer_settime(timer, 0, &times, NULL));
    while (status == 0) {
        if (flock(descriptor, LOCK_EX) == 0) break;
        if (errno != EINTR) status = -errno;
        else if (monotonic_nanoseconds() >= end) status = -ETIMEDOUT;
    }
    timer_delete(timer);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    return status;
}

int clinux_sync_filesystem(int descriptor) { return result(syncfs(descriptor)); }

int clinux_memory_file(void) { return result(memfd_create("wfrepo", MFD_CLOEXEC)); }

int clinux_keep_memory_private(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) < 0) return -errno;
    // The soft limit only: a program may raise its own again.
    limit.rlim_cur = 0;
    if (setrlimit(RLIMIT_CORE, &limit) < 0) return -errno;
    return result(prctl(PR_SET_DUMPABLE, 0));
}

int clinux_become_subreaper(void) { return result(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }

int clinux_epoll(void) { return result(epoll_create1(EPOLL_CLOEXEC)); }

int clinux_epoll_add(int epoll, int descriptor, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = token}};
    return result(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

int clinux_epoll_remove(int epoll, int descriptor) {
    return result(epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL));
}

int clinux_epoll_wait(int epoll, uint64_t *tokens, int capacity, int64_t nanoseconds) {
    struct epoll_event events[64];
    struct timespec time = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    int count = epoll_pwait2(epoll, events, capacity < 64 ? capacity : 64, nanoseconds < 0 ? NULL : &time, NULL);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
    return count;
}

int clinux_signal_descriptor(int first, int second) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, first);
    sigaddset(&signals, second);
    return result(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

int clinux_wakeup(void) { return result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int clinux_wakeup_raise(int descriptor) {
    int saved = errno;
    uint64_t one = 1;
    ssize_t written = write(descriptor, &one, sizeof one);
    int outcome = written == sizeof one ? 0 : -errno;
    errno = saved;
    return outcome;
}

int clinux_wakeup_clear(int descriptor) {
    uint64_t count = 0;
    return read(descriptor, &count, sizeof count) == sizeof count ? 0 : -errno;
}

const void *clinux_find(const void *haystack, size_t length, const void *needle, size_t needle_length) {
    return memmem(haystack, length, needle, needle_length);
}

int clinux_start_writing(int descriptor) {
    return result(sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE));
}

void clinux_expect_heap(size_t bytes) {
#ifdef __GLIBC__
    // A block that comes from the heap may have 32 MiB at most; one that is larger is mapped by itself.
    const uintptr_t huge = 2 << 20, most = 30 << 20;
    if (bytes < huge) return;
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    // Two blocks, held at the same time, take a thread's heap of 64 MiB.
    void *volatile blocks[2] = {NULL, NULL};
    for (int i = 0; i < 2 && bytes >= huge; i++) {
        const size_t size = bytes < most ? bytes : most;
        blocks[i] = malloc(size);
        const uintptr_t start = ((uintptr_t)blocks[i] + huge - 1) & ~(huge - 1);
        const uintptr_t end = ((uintptr_t)blocks[i] + size) & ~(huge - 1);
        if (blocks[i] && start < end) madvise((void *)start, end - start, MADV_HUGEPAGE);
        bytes -= size;
    }
    free(blocks[0]);
    free(blocks[1]);
#else
    (void)bytes;
#endif
}

int clinux_start_thread(void *(*body)(void *), void *argument) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    const int error = pthread_create(&thread, &attributes, body, argument);
    pthread_attr_destroy(&attributes);
    return -error;
}
