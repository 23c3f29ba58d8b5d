#include "commands.h"

enum reply command_open(struct session_table *table, uint32_t user, uint32_t limit_kib, uint32_t *id)
{
	struct session *session;

	*id = session_add(table);
	if (*id == SESSION_NONE)
		return REPLY_MEMORY;
	session = &table->all[*id];
	session->user = user;
	session->limit_kib = limit_kib;
	return REPLY_OK;
}

enum reply command_count(struct session_table *table, uint32_t id, uint64_t bytes)
{
	struct session *session = session_get(table, id);

	if (session == NULL)
		return REPLY_NO_SESSION;
	if (session->bytes + bytes > (uint64_t)session->limit_kib * 1024)
		return REPLY_LIMIT;
	session->bytes += bytes;
	return REPLY_OK;
}

enum reply command_close(struct session_table *table, uint32_t id)
{
	if (session_get(table, id) == NULL)
		return REPLY_NO_SESSION;
	session_end(table, id);
	return REPLY_OK;
}
