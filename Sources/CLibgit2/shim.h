#ifndef WFREPO_CLIBGIT2_SHIM_H
#define WFREPO_CLIBGIT2_SHIM_H

#include <git2.h>
#include <git2/sys/commit.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <zlib.h>

// Swift cannot call variadic C functions, so each option in use has a function here.

static inline int wfrepo_git_enable_fsync(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}

static inline int wfrepo_git_set_search_path(git_config_level_t level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

static inline int wfrepo_git_get_search_path(git_config_level_t level, git_buf *path) {
    return git_libgit2_opts(GIT_OPT_GET_SEARCH_PATH, level, path);
}

static inline int wfrepo_git_accept_extensions(const char **names, size_t count) {
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}

static inline int wfrepo_git_set_owner_validation(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

static inline int wfrepo_git_set_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

static inline int wfrepo_git_set_mapping(size_t window, size_t limit) {
    int status = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, window);
    return status < 0 ? status : git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, limit);
}

static inline int wfrepo_git_set_cache_limits(size_t tree, size_t all) {
    int status = git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, tree);
    return status != 0 ? status : git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)all);
}

// `deflateInit2` is a macro that passes the size of the structure it was compiled with.
static inline int wfrepo_deflate_init(
    z_stream *stream, int level, int window_bits, int memory_level, int strategy) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, memory_level, strategy);
}

/// `inflateInit2`, which is a macro, for gzip and zlib's own form, whichever it is.
static inline int wfrepo_inflate_init(z_stream *stream) { return inflateInit2(stream, 15 + 32); }

#endif
