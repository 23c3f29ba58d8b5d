#include "rules.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static int parse(const char *line, struct rule *rule)
{
	char word[8], address[16];
	unsigned bits;
	struct in_addr parsed;

	if (sscanf(line, "%7s %15[0-9.]/%2u", word, address, &bits) != 3 || bits > 32)
		return -1;
	if (inet_pton(AF_INET, address, &parsed) != 1)
		return -1;
	rule->mask = bits == 0 ? 0 : UINT32_MAX << (32 - bits);
	rule->network = ntohl(parsed.s_addr) & rule->mask;
	rule->allow = strcmp(word, "allow") == 0;
	return rule->allow || strcmp(word, "deny") == 0 ? 0 : -1;
}

static void free_rules(struct rule *rule)
{
	while (rule != NULL) {
		/* Before the free: the rule is not readable behind it. */
		struct rule *next = rule->next;

		free(rule);
		rule = next;
	}
}

/* Adds the rules of a file to an empty list. What was read before an error stays in the list. */
static int read_rules(FILE *file, struct rule **end)
{
	char line[256];
	int number = 0;

	while (fgets(line, sizeof(line), file) != NULL) {
		struct rule rule = { 0 };

		number++;
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (parse(line, &rule) != 0)
			return number;
		*end = malloc(sizeof(rule));
		if (*end == NULL)
			return -1;
		/* The copy also ends the list, as rule.next is NULL. */
		**end = rule;
		end = &(*end)->next;
	}
	return ferror(file) ? -1 : 0;
}

static int read_file(const char *path, struct rule **first)
{
	FILE *file = fopen(path, "r");
	int result;

	*first = NULL;
	if (file == NULL)
		return -1;
	result = read_rules(file, first);
	fclose(file);
	if (result != 0) {
		free_rules(*first);
		*first = NULL;
	}
	return result;
}

int rules_load(struct rules *rules, const char *path)
{
	pthread_rwlock_init(&rules->lock, NULL);
	return read_file(path, &rules->first);
}

static int rules_same(const struct rule *left, const struct rule *right)
{
	for (; left != NULL && right != NULL; left = left->next, right = right->next) {
		if (left->network != right->network || left->mask != right->mask || left->allow != right->allow)
			return 0;
	}
	/* Both are NULL, unless one list is longer. */
	return left == right;
}

int rules_reload(struct rules *rules, const char *path)
{
	struct rule *fresh, *old;
	int result = read_file(path, &fresh);

	if (result != 0)
		return result;
	pthread_rwlock_wrlock(&rules->lock);
	if (rules_same(rules->first, fresh)) {
		pthread_rwlock_unlock(&rules->lock);
		free_rules(fresh);
		return RULES_UNCHANGED;
	}
	old = rules->first;
	rules->first = fresh;
	pthread_rwlock_unlock(&rules->lock);
	/* No thread reads the old list any more, as readers use it only under the lock. */
	free_rules(old);
	return 0;
}

int rules_allow(struct rules *rules, uint32_t address)
{
	const struct rule *rule;
	int allow = 0;

	pthread_rwlock_rdlock(&rules->lock);
	for (rule = rules->first; rule != NULL; rule = rule->next) {
		if ((address & rule->mask) == rule->network) {
			allow = rule->allow;
			break;
		}
	}
	pthread_rwlock_unlock(&rules->lock);
	return allow;
}
