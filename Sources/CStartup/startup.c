#include "CStartup.h"

// libgit2, where it is built with Mbed TLS as on Debian, parses the system's bundle of certificates whenever it is
// initialised: 4 ms of every command. wfrepo never speaks TLS through libgit2 (fetch, push and clone are the git
// program's), so the bundle is not read: this definition comes before the library's (symbol interposition, ld.so(8)). It is
// linked into the program alone, not into the library products. A TLS connection through libgit2 would trust nobody, and
// fail.
int mbedtls_x509_crt_parse_file(void *chain, const char *path) {
    (void)chain;
    (void)path;
    return 0;
}
