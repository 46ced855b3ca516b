/// Linux interfaces that Swift can't import: system calls without a usable binding, and C unions.
///
/// Every function returns a negative errno on failure, so that nothing depends on the thread's errno.
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "patterns.h"
#include "processes.h"
#include "syncing.h"

/// A pipe whose ends are closed on exec; reading from it does not block.
int clinux_pipe(int *read_end, int *write_end);

/// Waits for the lock of an open file description on the file's first byte (fcntl(2), F_OFD_SETLKW), which flock(2) knows nothing of.
int clinux_queue(int descriptor);
/// Gives that lock up; it also ends with the last copy of the descriptor.
int clinux_leave_queue(int descriptor);

/// Takes the lock of flock(2), and waits for it in the kernel for that time at most; -ETIMEDOUT where it is over. While somebody else
/// has it, the signal SIGRTMAX-1 wakes the calling thread.
int clinux_lock_within(int descriptor, int64_t nanoseconds);

/// Puts all of a file system on disk (syncfs(2)).
int clinux_sync_filesystem(int descriptor);

/// A nameless file in memory, closed on exec.
int clinux_memory_file(void);

/// Keeps the memory of this process, and of programs that it starts, out of core files; other processes of the same user
/// can no longer read this one's (prctl(2), PR_SET_DUMPABLE).
int clinux_keep_memory_private(void);

/// Makes orphaned descendants children of this process, not of init.
int clinux_become_subreaper(void);

/// A new epoll instance, closed on exec.
int clinux_epoll(void);
/// Watches a descriptor for input; `token` comes back from `clinux_epoll_wait`.
int clinux_epoll_add(int epoll, int descriptor, uint64_t token);
/// Stops to watch a descriptor.
int clinux_epoll_remove(int epoll, int descriptor);
/// Waits for at most `nanoseconds` (negative: for ever) and returns how many tokens were written. An interrupted wait
/// returns 0.
int clinux_epoll_wait(int epoll, uint64_t *tokens, int capacity, int64_t nanoseconds);

/// A descriptor that can be read while one of two signals, which all threads block, is pending (signalfd(2)), closed on exec.
int clinux_signal_descriptor(int first, int second);

/// A counter that other threads raise to wake a loop (eventfd(2)), closed on exec.
int clinux_wakeup(void);
/// Raises the counter. Safe in a signal handler.
int clinux_wakeup_raise(int descriptor);
/// Sets the counter back to zero.
int clinux_wakeup_clear(int descriptor);

/// The first place of `needle` in `haystack` (memmem, which is not in POSIX 2008), or null.
const void *clinux_find(const void *haystack, size_t length, const void *needle, size_t needle_length);

/// Starts to write a file's dirty pages, and does not wait (sync_file_range(2)). A hint: only fsync(2) makes them durable.
int clinux_start_writing(int descriptor);

/// Prepares malloc for about `bytes` of small values on this thread: its heap grows at once, in huge pages where the system
/// gives them to programs that ask (madvise(2), MADV_HUGEPAGE), and what is freed stays with the process. For a program that
/// reads much and ends: it saves a fault and the clearing of a page for every 4 KiB. Only a hint.
void clinux_expect_heap(size_t bytes);

/// Starts a detached thread (pthread_create(3)); returns a negative error number where there is none to be had.
int clinux_start_thread(void *(*body)(void *), void *argument);
