#include "main_loop.h"

#include <signal.h>
#include <syslog.h>
#include <unistd.h>

static volatile sig_atomic_t stop, reload;

static void on_signal(int number)
{
	if (number == SIGHUP)
		reload = 1;
	else
		stop = 1;
}

static void reload_rules(struct rules *rules, const char *path)
{
	int result = rules_reload(rules, path);

	if (result == 0)
		syslog(LOG_INFO, "%s: new rules are in force", path);
	else if (result == RULES_UNCHANGED)
		syslog(LOG_INFO, "%s: no changes", path);
	else if (result > 0)
		syslog(LOG_ERR, "%s:%d: not a rule, the old rules stay", path, result);
	else
		syslog(LOG_ERR, "%s: cannot read: %m, the old rules stay", path);
}

void main_loop(struct rules *rules, const char *path)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	while (!stop) {
		/* Reset before the work: a signal during the reload must lead to another one. */
		if (reload) {
			reload = 0;
			reload_rules(rules, path);
		}
		/* A signal ends the sleep; one that comes just before it waits for a second. */
		sleep(1);
	}
}
