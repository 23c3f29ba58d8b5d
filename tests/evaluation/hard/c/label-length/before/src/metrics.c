#include "metrics.h"

#include <string.h>

int metrics_add(struct metrics *metrics, const char *name, uint64_t count)
{
	char cut[METRIC_NAME_MAX];
	struct metric *metric;
	size_t i;

	snprintf(cut, sizeof(cut), "%s", name);
	for (i = 0; i < metrics->used; i++) {
		if (strcmp(metrics->all[i].name, cut) == 0) {
			metrics->all[i].count += count;
			return 0;
		}
	}
	if (metrics->used == METRICS_MAX)
		return -1;
	metric = &metrics->all[metrics->used++];
	memcpy(metric->name, cut, sizeof(cut));
	metric->count = count;
	return 0;
}

void metrics_print(const struct metrics *metrics, FILE *out)
{
	size_t i;

	for (i = 0; i < metrics->used; i++)
		fprintf(out, "%s %llu\n", metrics->all[i].name, (unsigned long long)metrics->all[i].count);
}
