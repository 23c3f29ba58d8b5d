#include "../src/commands.h"

#include <assert.h>
#include <stdlib.h>

static uint32_t opened(struct session_table *table, uint32_t user, uint32_t limit_kib)
{
	uint32_t id;

	assert(command_open(table, user, limit_kib, &id) == REPLY_OK);
	return id;
}

static uint32_t child_of(struct session_table *table, uint32_t parent)
{
	uint32_t id;

	assert(command_open_child(table, parent, &id) == REPLY_OK);
	return id;
}

static void test_bytes_count_for_both(void)
{
	struct session_table table = { 0 };
	uint32_t parent = opened(&table, 7, 2);
	uint32_t first = child_of(&table, parent), second = child_of(&table, parent);

	assert(session_get(&table, first)->user == 7);
	assert(command_count(&table, first, 1500) == REPLY_OK);
	/* The child has room for it, the parent has not. */
	assert(command_count(&table, second, 1500) == REPLY_LIMIT);
	assert(session_get(&table, second)->bytes == 0);
	assert(command_count(&table, second, 548) == REPLY_OK);
	assert(command_count(&table, second, UINT64_MAX) == REPLY_LIMIT);
	free(table.all);
}

static void test_a_child_has_no_children(void)
{
	struct session_table table = { 0 };
	uint32_t id, child = child_of(&table, opened(&table, 7, 1));

	assert(command_open_child(&table, child, &id) == REPLY_DEPTH);
	assert(command_open_child(&table, 99, &id) == REPLY_NO_SESSION);
	free(table.all);
}

static void test_children_end_with_their_parent(void)
{
	struct session_table table = { 0 };
	uint32_t other = opened(&table, 8, 1), parent = opened(&table, 7, 1);
	uint32_t first = child_of(&table, parent), second = child_of(&table, parent);

	assert(command_close(&table, first) == REPLY_OK);
	assert(session_get(&table, parent)->children == 1);
	assert(command_close(&table, parent) == REPLY_OK);
	assert(session_get(&table, second) == NULL);
	assert(session_get(&table, other) != NULL);
	/* The place is free again, and nothing of the old child is left in it. */
	assert(opened(&table, 9, 1) == parent);
	assert(session_get(&table, parent)->children == 0);
	free(table.all);
}

int main(void)
{
	test_bytes_count_for_both();
	test_a_child_has_no_children();
	test_children_end_with_their_parent();
	return 0;
}
