/*
 * parent: a process that can pass for any other. It runs the program RUN with
 * the argument ENV_DIR, both from the environment, as its child, and ends as
 * that did; its own arguments mean nothing. COMM: the name it gives itself.
 * BARE: it has no arguments at all, not even a name.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int
main(void)
{
	char *command[] = { getenv("RUN"), getenv("ENV_DIR"), NULL };
	char *none[] = { NULL };
	int status = 0;

	if (getenv("BARE") && unsetenv("BARE") == 0) {
		execve("/proc/self/exe", none, environ);
		return 125;
	}
	if (getenv("COMM"))
		prctl(PR_SET_NAME, getenv("COMM"));
	if (fork() == 0) {
		execv(command[0], command);
		_exit(127);
	}
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
