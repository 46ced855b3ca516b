/* The floor of start-up: a C program that opens the repository around the current folder and resolves HEAD. */
#include <git2.h>

int main(void) {
    git_repository *repository = NULL;
    git_reference *head = NULL;
    git_libgit2_init();
    int status = git_repository_open_ext(&repository, ".", 0, NULL);
    if (status == 0) status = git_repository_head(&head, repository);
    git_reference_free(head);
    git_repository_free(repository);
    git_libgit2_shutdown();
    return status == 0 ? 0 : 1;
}
