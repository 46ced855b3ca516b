/// libarchive and libjq, loaded when a step first needs them: linked ones would cost every start of the program.
#pragma once

#include <jq.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct archive;
struct archive_entry;

/// The functions of libarchive that are used, by their own names without `archive_`. Their types are checked against
/// libarchive's headers where they are loaded; including those here would give Swift a second `stat`.
struct ckinds_archive {
    struct archive *_Nullable (*_Nonnull read_new)(void);
    int (*_Nonnull read_support_filter_all)(struct archive *_Nonnull);
    int (*_Nonnull read_support_format_all)(struct archive *_Nonnull);
    int (*_Nonnull read_support_format_raw)(struct archive *_Nonnull);
    int (*_Nonnull read_open_filename)(struct archive *_Nonnull, const char *_Nonnull, size_t);
    int (*_Nonnull read_next_header)(struct archive *_Nonnull, struct archive_entry *_Nullable *_Nonnull);
    ssize_t (*_Nonnull read_data)(struct archive *_Nonnull, void *_Nullable, size_t);
    int (*_Nonnull read_free)(struct archive *_Nonnull);
    int (*_Nonnull format)(struct archive *_Nonnull);
    int (*_Nonnull filter_code)(struct archive *_Nonnull, int);
    struct archive *_Nullable (*_Nonnull write_new)(void);
    int (*_Nonnull write_set_format)(struct archive *_Nonnull, int);
    int (*_Nonnull write_add_filter)(struct archive *_Nonnull, int);
    int (*_Nonnull write_set_options)(struct archive *_Nonnull, const char *_Nonnull);
    int (*_Nonnull write_open_fd)(struct archive *_Nonnull, int);
    int (*_Nonnull write_header)(struct archive *_Nonnull, struct archive_entry *_Nonnull);
    ssize_t (*_Nonnull write_data)(struct archive *_Nonnull, const void *_Nullable, size_t);
    int (*_Nonnull write_close)(struct archive *_Nonnull);
    int (*_Nonnull write_free)(struct archive *_Nonnull);
    const char *_Nullable (*_Nonnull error_string)(struct archive *_Nonnull);
    struct archive_entry *_Nullable (*_Nonnull entry_new)(void);
    void (*_Nonnull entry_free)(struct archive_entry *_Nonnull);
    const char *_Nullable (*_Nonnull entry_pathname)(struct archive_entry *_Nonnull);
    mode_t (*_Nonnull entry_filetype)(struct archive_entry *_Nonnull);
    mode_t (*_Nonnull entry_perm)(struct archive_entry *_Nonnull);
    const char *_Nullable (*_Nonnull entry_symlink)(struct archive_entry *_Nonnull);
    const char *_Nullable (*_Nonnull entry_hardlink)(struct archive_entry *_Nonnull);
    time_t (*_Nonnull entry_mtime)(struct archive_entry *_Nonnull);
    int (*_Nonnull entry_mtime_is_set)(struct archive_entry *_Nonnull);
    void (*_Nonnull entry_set_pathname)(struct archive_entry *_Nonnull, const char *_Nonnull);
    void (*_Nonnull entry_set_size)(struct archive_entry *_Nonnull, int64_t);
    void (*_Nonnull entry_set_filetype)(struct archive_entry *_Nonnull, unsigned int);
    void (*_Nonnull entry_set_perm)(struct archive_entry *_Nonnull, mode_t);
    void (*_Nonnull entry_set_mtime)(struct archive_entry *_Nonnull, time_t, long);
    void (*_Nonnull entry_set_symlink)(struct archive_entry *_Nonnull, const char *_Nonnull);
};

/// libarchive's functions; null, and in `fault` what dlopen(3) says, where they cannot be loaded.
const struct ckinds_archive *_Nullable ckinds_load_archive(const char *_Nullable *_Nonnull fault);

/// The functions of libjq that are used.
struct ckinds_jq {
    __typeof__(jq_init) *_Nonnull init;
    __typeof__(jq_set_error_cb) *_Nonnull set_error_cb;
    __typeof__(jq_set_input_cb) *_Nonnull set_input_cb;
    __typeof__(jq_set_nomem_handler) *_Nonnull set_nomem_handler;
    __typeof__(jq_compile_args) *_Nonnull compile_args;
    __typeof__(jq_start) *_Nonnull start;
    __typeof__(jq_next) *_Nonnull next;
    __typeof__(jq_halted) *_Nonnull halted;
    __typeof__(jq_format_error) *_Nonnull format_error;
    __typeof__(jq_teardown) *_Nonnull teardown;
    __typeof__(jv_parse_sized) *_Nonnull parse_sized;
    __typeof__(jv_dump_string) *_Nonnull dump_string;
    __typeof__(jv_string_value) *_Nonnull string_value;
    __typeof__(jv_get_kind) *_Nonnull get_kind;
    __typeof__(jv_invalid_has_msg) *_Nonnull invalid_has_msg;
    __typeof__(jv_invalid_get_msg) *_Nonnull invalid_get_msg;
    __typeof__(jv_invalid) *_Nonnull invalid;
    __typeof__(jv_copy) *_Nonnull copy;
    __typeof__(jv_free) *_Nonnull free;
    __typeof__(jv_parser_new) *_Nonnull parser_new;
    __typeof__(jv_parser_set_buf) *_Nonnull parser_set_buf;
    __typeof__(jv_parser_next) *_Nonnull parser_next;
    __typeof__(jv_parser_free) *_Nonnull parser_free;
};

/// Says on standard error that there is no memory left, and ends the process: what a program of jq's is given to call. Where it is
/// given nothing, jq 1.6 calls what happens to stand in that place.
void ckinds_lack_memory(void *_Nullable unused);

/// libjq's functions; null, and in `fault` what dlopen(3) says, where they cannot be loaded.
const struct ckinds_jq *_Nullable ckinds_load_jq(const char *_Nullable *_Nonnull fault);
