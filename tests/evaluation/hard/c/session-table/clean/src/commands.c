#include "commands.h"

enum reply command_open(struct session_table *table, uint32_t user, uint32_t limit_kib, uint32_t *id)
{
	struct session *session;

	*id = session_add(table);
	if (*id == SESSION_NONE)
		return REPLY_MEMORY;
	/* Not session_get: the session has no user yet. */
	session = &table->all[*id];
	session->user = user;
	session->limit_kib = limit_kib;
	return REPLY_OK;
}

enum reply command_open_child(struct session_table *table, uint32_t parent_id, uint32_t *id)
{
	struct session *parent = session_get(table, parent_id);
	struct session *child;

	if (parent == NULL)
		return REPLY_NO_SESSION;
	if (parent->parent != 0)
		return REPLY_DEPTH;
	if (parent->children >= CHILDREN_MAX)
		return REPLY_LIMIT;
	*id = session_add(table);
	if (*id == SESSION_NONE)
		return REPLY_MEMORY;
	/* The table may have moved. */
	parent = session_get(table, parent_id);
	child = &table->all[*id];
	child->user = parent->user;
	child->limit_kib = parent->limit_kib;
	child->parent = parent_id + 1;
	parent->children++;
	return REPLY_OK;
}

static struct session *parent_of(struct session_table *table, const struct session *session)
{
	/* Without a parent this asks for the id UINT32_MAX, which no session has. */
	return session_get(table, session->parent - 1);
}

static int fits(const struct session *session, uint64_t bytes)
{
	uint64_t limit = (uint64_t)session->limit_kib * 1024;

	/* The difference, as the sum could exceed the type. A limit can be lowered below what is used. */
	return session->bytes <= limit && bytes <= limit - session->bytes;
}

enum reply command_count(struct session_table *table, uint32_t id, uint64_t bytes)
{
	struct session *session = session_get(table, id);
	struct session *parent;

	if (session == NULL)
		return REPLY_NO_SESSION;
	parent = parent_of(table, session);
	if (!fits(session, bytes) || (parent != NULL && !fits(parent, bytes)))
		return REPLY_LIMIT;
	session->bytes += bytes;
	if (parent != NULL)
		parent->bytes += bytes;
	return REPLY_OK;
}

static void end_children(struct session_table *table, uint32_t parent_id)
{
	uint32_t id;

	for (id = 0; id < table->used; id++) {
		if (table->all[id].user != 0 && table->all[id].parent == parent_id + 1)
			session_end(table, id);
	}
}

enum reply command_close(struct session_table *table, uint32_t id)
{
	struct session *session = session_get(table, id);
	struct session *parent;

	if (session == NULL)
		return REPLY_NO_SESSION;
	parent = parent_of(table, session);
	if (parent != NULL)
		parent->children--;
	/* Children first: the place of the parent may be given away as soon as it is free. */
	if (session->children > 0)
		end_children(table, id);
	session_end(table, id);
	return REPLY_OK;
}
