#include "syncing.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/// More gain nothing: the file system and the disk put together what is waited for at the same time.
enum { most_threads = 4, stack_size = 64 << 10 };

struct syncing {
    const int *descriptors;
    int *errors;
    int count;
    atomic_int next;
};

static void *sync_some(void *argument) {
    struct syncing *syncing = argument;
    for (;;) {
        const int index = atomic_fetch_add(&syncing->next, 1);
        if (index >= syncing->count) return NULL;
        int failed;
        do failed = fsync(syncing->descriptors[index]);
        while (failed && errno == EINTR);
        syncing->errors[index] = failed ? errno : 0;
    }
}

void clinux_sync_all(const int *descriptors, int *errors, int count) {
    struct syncing syncing = {.descriptors = descriptors, .errors = errors, .count = count};
    pthread_t threads[most_threads - 1];
    int started = 0;
    pthread_attr_t attributes;
    if (count > 1 && pthread_attr_init(&attributes) == 0) {
        pthread_attr_setstacksize(&attributes, stack_size);
        // Signals are for the threads that know what to do with them.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        while (started < most_threads - 1 && started < count - 1
               && pthread_create(&threads[started], &attributes, sync_some, &syncing) == 0)
            started++;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        pthread_attr_destroy(&attributes);
    }
    sync_some(&syncing);
    while (started > 0) pthread_join(threads[--started], NULL);
}
