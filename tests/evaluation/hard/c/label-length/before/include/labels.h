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

#endif
