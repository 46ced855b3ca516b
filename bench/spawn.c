/* spawn COUNT WIDTH: the floor of running steps: posix_spawn of /bin/true, COUNT times, at most WIDTH at once. */
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    int count = atoi(argv[1]), width = atoi(argv[2]), running = 0;
    char *const arguments[] = {"true", NULL};
    for (int started = 0; started < count; started++) {
        pid_t process;
        if (running == width) {
            wait(NULL);
            running--;
        }
        if (posix_spawn(&process, "/bin/true", NULL, NULL, arguments, environ) != 0) return 1;
        running++;
    }
    while (running-- > 0) wait(NULL);
    return 0;
}
