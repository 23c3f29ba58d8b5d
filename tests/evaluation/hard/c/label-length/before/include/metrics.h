#ifndef METRICS_H
#define METRICS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define METRIC_NAME_MAX 32
#define METRICS_MAX 256

struct metric {
	char name[METRIC_NAME_MAX];
	uint64_t count;
};

struct metrics {
	struct metric all[METRICS_MAX];
	size_t used;
};

/* Adds to a counter, which is made if it is absent. Returns 0, or -1 if there is no room. */
int metrics_add(struct metrics *metrics, const char *name, uint64_t count);

void metrics_print(const struct metrics *metrics, FILE *out);

#endif
