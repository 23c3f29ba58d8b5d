#include "main_loop.h"

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

void main_loop(struct rules *rules, const char *path)
{
	struct sigaction action = { .sa_handler = on_signal };

	(void)rules;
	(void)path;
	sigaction(SIGTERM, &action, NULL);
	while (!stop)
		sleep(1);
}
