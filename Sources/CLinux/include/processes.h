/// Programs in processes of their own.
///
/// Every function returns a negative errno on failure.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// A limit of a process's resources (setrlimit(2)).
struct clinux_limit {
    /// `RLIMIT_AS`, `RLIMIT_CPU` or another of those.
    int resource;
    uint64_t soft;
    uint64_t hard;
};

/// How many bytes the variable of a program's folder needs: `PWD=`, a path and its end.
enum { clinux_folder_variable_size = 4 + 4096 };

/// What to run. Descriptors 1 and 2 of the child are copies of `standard_output` and `standard_error`, 0 is one of
/// `standard_input`, or reads from /dev/null where that is negative, and every other descriptor is closed. The child leads
/// a new process group, with all signals at their defaults and none blocked.
struct clinux_program {
    /// What is tried before `path`, in this order, ended by a null pointer: the first that is an executable file decides. It has
    /// its own arguments. Null where nothing is.
    const char *const *candidates;
    char *const *candidate_arguments;
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    /// `clinux_folder_variable_size` bytes, which begin with `PWD=`, for the folder's path without links. `environment` refers to it by
    /// `*folder_entry`, its last entry, which becomes null where the path is not known.
    char *folder_variable;
    char **folder_entry;
    int standard_input;
    int standard_output;
    int standard_error;
    /// Limits of the child and of all that it starts, `limit_count` of them.
    const struct clinux_limit *limits;
    int limit_count;
};

/// How many bytes of stack a start needs, a multiple of 16.
enum { clinux_start_stack_size = 8 << 10 };

/// How a start goes on.
enum clinux_pace {
    /// It is over when `clinux_start` returns.
    clinux_awaited,
    /// It goes on beside the calling thread, and the process ends with 127 where the program turns out not to run. Systems that can't
    /// do that wait.
    clinux_beside,
    /// The same, but the process looks at no folder and no program before `clinux_start_answer` tells it to go. It ends with the thread
    /// that made it (PR_SET_PDEATHSIG(2const)), which must not end before it has answered. Systems that can't do that fail with -ENOSYS.
    clinux_standing_by,
};

/// A program that is being started. The child works in this process's memory until it has become the program: until
/// `clinux_start_is_over` says so, nothing of this may change or go, the stack and all that the program refers to included.
struct clinux_start {
    struct clinux_program program;
    enum clinux_pace pace;
    /// `clinux_start_stack_size` bytes at an address that is a multiple of 16.
    void *stack;
    /// The process, once it is there.
    pid_t pid;
    /// A descriptor that becomes readable when the process ends, closed on exec.
    int descriptor;
    /// Why there is no such program to be run, as an errno; 0 where it runs. Known once the start is over.
    int error;
    /// Not 0 until the start is over; for `clinux_start_is_over`.
    uint32_t is_busy;
    /// The process that makes this one, and what it has answered; for one that stands by.
    pid_t parent;
    uint32_t answer;
};

/// Makes a process for `start->program`.
/// - Returns: 0, or a negative errno: then there is no process.
int clinux_start(struct clinux_start *start);

/// Tells a process that stands by to become the program, or to end with 127.
void clinux_start_answer(struct clinux_start *start, bool goes);

/// Whether the child has become the program, or has ended.
bool clinux_start_is_over(const struct clinux_start *start);

/// Waits until the start is over, which takes a moment.
void clinux_start_await(const struct clinux_start *start);

/// How a process ended.
struct clinux_end {
    /// The exit status, or -1 where a signal ended it.
    int status;
    /// The signal, or 0.
    int signal;
    /// The processor time of the process and of those of its descendants that it waited for, in milliseconds.
    int64_t cpu_milliseconds;
};

/// Reaps a child that has ended, or waits for its end; returns 1, or 0 where it has not and nothing `waits`.
int clinux_reap(pid_t pid, struct clinux_end *end, bool waits);

/// A descriptor that becomes readable when the process ends (Linux 5.3), closed on exec.
int clinux_process_descriptor(pid_t pid);
