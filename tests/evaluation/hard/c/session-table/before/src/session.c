#include "session.h"

#include <stdlib.h>
#include <string.h>

static int grow(struct session_table *table)
{
	uint32_t room = table->room == 0 ? 16 : table->room * 2;
	struct session *all = realloc(table->all, room * sizeof(*all));

	if (all == NULL)
		return -1;
	table->all = all;
	table->room = room;
	return 0;
}

uint32_t session_add(struct session_table *table)
{
	uint32_t id;

	for (id = 0; id < table->used; id++) {
		if (table->all[id].user == 0)
			break;
	}
	if (id == table->room && grow(table) != 0)
		return SESSION_NONE;
	memset(&table->all[id], 0, sizeof(table->all[id]));
	if (id == table->used)
		table->used++;
	return id;
}

struct session *session_get(struct session_table *table, uint32_t id)
{
	if (id >= table->used || table->all[id].user == 0)
		return NULL;
	return &table->all[id];
}

void session_end(struct session_table *table, uint32_t id)
{
	if (id < table->used)
		table->all[id].user = 0;
}
