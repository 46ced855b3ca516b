#include "CKinds.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <stddef.h>
#include <unistd.h>

#define LOAD(prefix, field) \
    do { \
        _Static_assert( \
            __builtin_types_compatible_p(__typeof__(&prefix##field), __typeof__(functions.field)), \
            "the library declares it otherwise"); \
        /* POSIX lets an object pointer from dlsym be one to a function. */ \
        *(void **)&functions.field = dlsym(library, #prefix #field); \
        if (!functions.field) { \
            *fault = dlerror(); \
            return NULL; \
        } \
    } while (0)

const struct ckinds_archive *ckinds_load_archive(const char **fault) {
    static struct ckinds_archive functions;
    void *library = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        *fault = dlerror();
        return NULL;
    }
    LOAD(archive_, read_new);
    LOAD(archive_, read_support_filter_all);
    LOAD(archive_, read_support_format_all);
    LOAD(archive_, read_support_format_raw);
    LOAD(archive_, read_open_filename);
    LOAD(archive_, read_next_header);
    LOAD(archive_, read_data);
    LOAD(archive_, read_free);
    LOAD(archive_, format);
    LOAD(archive_, filter_code);
    LOAD(archive_, write_new);
    LOAD(archive_, write_set_format);
    LOAD(archive_, write_add_filter);
    LOAD(archive_, write_set_options);
    LOAD(archive_, write_open_fd);
    LOAD(archive_, write_header);
    LOAD(archive_, write_data);
    LOAD(archive_, write_close);
    LOAD(archive_, write_free);
    LOAD(archive_, error_string);
    LOAD(archive_, entry_new);
    LOAD(archive_, entry_free);
    LOAD(archive_, entry_pathname);
    LOAD(archive_, entry_filetype);
    LOAD(archive_, entry_perm);
    LOAD(archive_, entry_symlink);
    LOAD(archive_, entry_hardlink);
    LOAD(archive_, entry_mtime);
    LOAD(archive_, entry_mtime_is_set);
    LOAD(archive_, entry_set_pathname);
    LOAD(archive_, entry_set_size);
    LOAD(archive_, entry_set_filetype);
    LOAD(archive_, entry_set_perm);
    LOAD(archive_, entry_set_mtime);
    LOAD(archive_, entry_set_symlink);
    return &functions;
}

void ckinds_lack_memory(void *unused) {
    static const char message[] = "jq: cannot allocate memory\n";
    (void)unused;
    _exit(write(STDERR_FILENO, message, sizeof message - 1) < 0 ? 2 : 1);
}

const struct ckinds_jq *ckinds_load_jq(const char **fault) {
    static struct ckinds_jq functions;
    void *library = dlopen("libjq.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        *fault = dlerror();
        return NULL;
    }
    LOAD(jq_, init);
    LOAD(jq_, set_error_cb);
    LOAD(jq_, set_input_cb);
    LOAD(jq_, set_nomem_handler);
    LOAD(jq_, compile_args);
    LOAD(jq_, start);
    LOAD(jq_, next);
    LOAD(jq_, halted);
    LOAD(jq_, format_error);
    LOAD(jq_, teardown);
    LOAD(jv_, parse_sized);
    LOAD(jv_, dump_string);
    LOAD(jv_, string_value);
    LOAD(jv_, get_kind);
    LOAD(jv_, invalid_has_msg);
    LOAD(jv_, invalid_get_msg);
    LOAD(jv_, invalid);
    LOAD(jv_, copy);
    LOAD(jv_, free);
    LOAD(jv_, parser_new);
    LOAD(jv_, parser_set_buf);
    LOAD(jv_, parser_next);
    LOAD(jv_, parser_free);
    return &functions;
}
