#include "CGitOffline.h"

#include <git2.h>

// libgit2 as wfrepo links it statically: without its network.
//
// Fetch, push and clone are the git program's, with the user's own ssh and credentials. libgit2's transports would bring
// Kerberos, OpenSSL, libssh2 and Mbed TLS into each start of the program: twelve shared libraries, and 4 ms to parse the
// system's certificates. A linker takes an object out of an archive only for a name that nobody has defined yet. These are
// all the names through which the rest of libgit2 1.5 reaches its transports, so that their objects stay in the archive.
//
// Beside a shared libgit2 these definitions are without effect: there the names are hidden inside the library.

static int no_network(void) {
    git_error_set_str(GIT_ERROR_NET, "this program's libgit2 is built without network; use the git program");
    return GIT_ERROR;
}

int git_http__expect_continue = 0;

int git_mbedtls_stream_global_init(void) { return 0; }

int git_mbedtls__set_cert_location(const char *file, const char *path) {
    (void)file;
    (void)path;
    return no_network();
}

int git_mbedtls_stream_new(void **out, const char *host, const char *port) {
    (void)out;
    (void)host;
    (void)port;
    return no_network();
}

int git_mbedtls_stream_wrap(void **out, void *inner, const char *host) {
    (void)out;
    (void)inner;
    (void)host;
    return no_network();
}

int git_smart_subtransport_http(void **out, void *owner, void *parameter) {
    (void)out;
    (void)owner;
    (void)parameter;
    return no_network();
}

int git_smart_subtransport_ssh(void **out, void *owner, void *parameter) {
    (void)out;
    (void)owner;
    (void)parameter;
    return no_network();
}

int git_transport_ssh_global_init(void) { return 0; }

int git_transport_ssh_with_paths(void **out, void *owner, void *payload) {
    (void)out;
    (void)owner;
    (void)payload;
    return no_network();
}
