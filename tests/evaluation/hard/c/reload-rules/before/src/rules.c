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

int rules_load(struct rules *rules, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[256];
	struct rule **end = &rules->first;
	int number = 0;

	if (file == NULL)
		return -1;
	pthread_rwlock_init(&rules->lock, NULL);
	while (fgets(line, sizeof(line), file) != NULL) {
		struct rule rule = { 0 };

		number++;
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (parse(line, &rule) != 0) {
			fclose(file);
			return number;
		}
		*end = malloc(sizeof(rule));
		if (*end == NULL) {
			fclose(file);
			return -1;
		}
		**end = rule;
		end = &(*end)->next;
	}
	fclose(file);
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
