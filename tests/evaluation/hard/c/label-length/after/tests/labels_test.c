#include "labels.h"

#include <assert.h>
#include <string.h>

static void printed(const struct labels *labels, char *out, size_t size)
{
	FILE *file = fmemopen(out, size, "w");

	assert(file != NULL);
	labels_print(labels, file);
	fclose(file);
}

static void test_order_does_not_matter(void)
{
	struct labels left = { .used = 0 }, right = { .used = 0 };

	assert(labels_set(&left, "queue", "mail") == 0 && labels_set(&left, "host", "a") == 0);
	assert(labels_set(&right, "host", "b") == 0 && labels_set(&right, "queue", "mail") == 0);
	assert(!labels_equal(&left, &right));
	assert(labels_set(&right, "host", "a") == 0);
	assert(labels_equal(&left, &right));
}

static void test_output(void)
{
	struct labels labels = { .used = 0 };
	char out[200] = "";

	printed(&labels, out, sizeof(out));
	assert(strcmp(out, "") == 0);
	labels_set(&labels, "queue", "a \"b\"\n");
	labels_set(&labels, "host", "c\\d");
	printed(&labels, out, sizeof(out));
	assert(strcmp(out, "{host=\"c\\\\d\",queue=\"a \\\"b\\\"\\n\"}") == 0);
}

static void test_long_values_end_with_a_character(void)
{
	struct labels labels = { .used = 0 };
	char value[80];

	memset(value, 'x', sizeof(value));
	/* A character of two bytes at the positions 62 and 63; only 63 bytes fit. */
	memcpy(value + 62, "\xc3\xa9", 2);
	value[79] = '\0';
	assert(labels_set(&labels, "host", value) == 0);
	assert(strlen(labels.all[0].value) == 62);
}

static void test_refuses(void)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
	struct labels labels = { .used = 0 };
	size_t i;

	assert(labels_set(&labels, "", "x") == -1);
	assert(labels_set(&labels, "1st", "x") == -1);
	assert(labels_set(&labels, "a-b", "x") == -1);
	for (i = 0; i < LABELS_MAX; i++)
		assert(labels_set(&labels, names[i], "x") == 0);
	assert(labels_set(&labels, "i", "x") == -1);
	/* A label that exists needs no room. */
	assert(labels_set(&labels, "h", "y") == 0);
}

int main(void)
{
	test_order_does_not_matter();
	test_output();
	test_long_values_end_with_a_character();
	test_refuses();
	return 0;
}
