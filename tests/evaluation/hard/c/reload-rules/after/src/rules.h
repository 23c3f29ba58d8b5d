#ifndef RULES_H
#define RULES_H

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

/* IPv4 networks in host byte order. The first rule that matches decides. */
struct rule {
	struct rule *next;
	uint32_t network;
	uint32_t mask;
	int allow;
};

struct rules {
	pthread_rwlock_t lock;
	struct rule *first;
};

/* Reads the rules at the start. Returns 0, or the number of the first line with an error, or -1. */
int rules_load(struct rules *rules, const char *path);

enum { RULES_UNCHANGED = -2 };

/*
 * Reads the rules again. After an error the old rules stay in place: the result is then that of rules_load.
 * RULES_UNCHANGED if the file has the same rules as before.
 */
int rules_reload(struct rules *rules, const char *path);

/* Called by all worker threads, for each connection. Without a matching rule the answer is no. */
int rules_allow(struct rules *rules, uint32_t address);

#endif
