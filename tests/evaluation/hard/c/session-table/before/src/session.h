#ifndef SESSION_H
#define SESSION_H

#include <stddef.h>
#include <stdint.h>

#define SESSION_NONE UINT32_MAX

struct session {
	uint32_t user; /* 0: the place is free */
	uint32_t limit_kib;
	uint64_t bytes;
};

struct session_table {
	struct session *all;
	uint32_t used;
	uint32_t room;
};

/* The id of a new session without a user, or SESSION_NONE if memory is short. */
uint32_t session_add(struct session_table *table);

/* NULL if there is no such session. */
struct session *session_get(struct session_table *table, uint32_t id);

void session_end(struct session_table *table, uint32_t id);

#endif
