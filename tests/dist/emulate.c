/*
 * Runs PROGRAM under EMULATOR, a program of qemu-user, as the kernel would run
 * it itself: with the arguments and the name that this program was called by.
 * A script could not pass the name. Both are told to the compiler, as tests
 * change the environment.
 */
#include <unistd.h>

int
main(int argc, char **argv)
{
	static char emulator[] = EMULATOR, program[] = PROGRAM, option[] = "-0";
	static char nameless[] = "";
	char *args[4096] = { emulator, option, argc > 0 ? argv[0] : nameless,
	                     program };

	for (int i = 1; i < argc; i++) {
		if (i + 4 >= (int)(sizeof(args) / sizeof(args[0])))
			return 99;
		args[i + 3] = argv[i];
	}
	execv(EMULATOR, args);
	return 99;
}
