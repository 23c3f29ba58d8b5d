#ifndef LABELS_H
#define LABELS_H

#include "metrics.h"

#define LABEL_VALUE_MAX 64
#define LABELS_MAX 8

struct label {
	char name[METRIC_NAME_MAX];
	char value[LABEL_VALUE_MAX];
};

/* Sorted by name; a name occurs once. */
struct labels {
	struct label all[LABELS_MAX];
	size_t used;
};

/* Sets a label; a long name or value is cut. Returns -1 for a bad name or if there is no room. */
int labels_set(struct labels *labels, const char *name, const char *value);

int labels_equal(const struct labels *left, const struct labels *right);

/* Prints {a="1",b="2"}, or nothing without labels. */
void labels_print(const struct labels *labels, FILE *out);

#endif
