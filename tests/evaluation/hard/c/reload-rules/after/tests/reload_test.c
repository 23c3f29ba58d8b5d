#include "../src/rules.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/rules-test-XXXXXX";

static void write_rules(const char *text)
{
	FILE *file = fopen(path, "w");

	assert(file != NULL);
	fputs(text, file);
	fclose(file);
}

static int allows(struct rules *rules, const char *address)
{
	return rules_allow(rules, ntohl(inet_addr(address)));
}

int main(void)
{
	struct rules rules;

	close(mkstemp(path));
	write_rules("# office\nallow 192.168.0.0/16\n");
	assert(rules_load(&rules, path) == 0);
	assert(allows(&rules, "192.168.7.1"));

	/* The first rule that matches decides. */
	write_rules("deny 192.168.7.0/24\nallow 192.168.0.0/16\n");
	assert(rules_reload(&rules, path) == 0);
	assert(!allows(&rules, "192.168.7.1"));
	assert(allows(&rules, "192.168.8.1"));

	/* An error leaves all rules in place, also those before the line. */
	write_rules("allow 0.0.0.0/0\n\npermit 10.0.0.0/8\n");
	assert(rules_reload(&rules, path) == 3);
	assert(!allows(&rules, "10.0.0.1"));
	assert(!allows(&rules, "192.168.7.1"));

	/* An empty file is one without rules, and then nobody is allowed. */
	write_rules("");
	assert(rules_reload(&rules, path) == 0);
	assert(!allows(&rules, "192.168.8.1"));

	unlink(path);
	assert(rules_reload(&rules, path) == -1);
	return 0;
}
