#include "labels.h"

#include <ctype.h>
#include <string.h>

/* The length of what is kept of a text; a cut in the middle of a UTF-8 character moves to its start. */
static size_t kept(const char *text, size_t most)
{
	size_t length = strlen(text);

	if (length <= most)
		return length;
	length = most;
	while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	return length;
}

static int is_name(const char *name)
{
	const unsigned char *at = (const unsigned char *)name;

	/* The cast matters: isalpha() is undefined for negative characters. */
	if (!isalpha(*at) && *at != '_')
		return 0;
	while (isalnum(*at) || *at == '_')
		at++;
	return *at == '\0';
}

static void fill(struct label *out, const char *name, const char *value)
{
	size_t length = kept(name, METRIC_NAME_MAX);

	memcpy(out->name, name, length);
	out->name[length] = '\0';
	/* Values are compared as whole arrays in labels_equal, so the rest must be zero. */
	memset(out->value, 0, sizeof(out->value));
	memcpy(out->value, value, kept(value, sizeof(out->value) - 1));
}

int labels_set(struct labels *labels, const char *name, const char *value)
{
	struct label added;
	size_t place = 0;
	int order = 1;

	if (!is_name(name))
		return -1;
	fill(&added, name, value);
	while (place < labels->used && (order = strcmp(labels->all[place].name, added.name)) < 0)
		place++;
	if (place < labels->used && order == 0) {
		labels->all[place] = added;
		return 0;
	}
	if (labels->used == LABELS_MAX)
		return -1;
	/* memmove, as the two parts overlap. */
	memmove(&labels->all[place + 1], &labels->all[place], (labels->used - place) * sizeof(added));
	labels->all[place] = added;
	labels->used++;
	return 0;
}

int labels_equal(const struct labels *left, const struct labels *right)
{
	size_t i;

	if (left->used != right->used)
		return 0;
	for (i = 0; i < left->used; i++) {
		if (strcmp(left->all[i].name, right->all[i].name) != 0)
			return 0;
		if (memcmp(left->all[i].value, right->all[i].value, LABEL_VALUE_MAX) != 0)
			return 0;
	}
	return 1;
}

static void print_value(const char *value, FILE *out)
{
	for (; *value != '\0'; value++) {
		if (*value == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*value == '"' || *value == '\\')
			fputc('\\', out);
		fputc(*value, out);
	}
}

void labels_print(const struct labels *labels, FILE *out)
{
	size_t i;

	if (labels->used == 0)
		return;
	for (i = 0; i < labels->used; i++) {
		/* The brace takes the place of the first comma. */
		fprintf(out, "%c%s=\"", i == 0 ? '{' : ',', labels->all[i].name);
		print_value(labels->all[i].value, out);
		fputc('"', out);
	}
	fputc('}', out);
}
