#ifndef COMMANDS_H
#define COMMANDS_H

#include "session.h"

#define CHILDREN_MAX 16

enum reply { REPLY_OK, REPLY_NO_SESSION, REPLY_LIMIT, REPLY_MEMORY, REPLY_DEPTH };

enum reply command_open(struct session_table *table, uint32_t user, uint32_t limit_kib, uint32_t *id);

/* Opens a session for the user of another one. REPLY_DEPTH: a child cannot have children. */
enum reply command_open_child(struct session_table *table, uint32_t parent_id, uint32_t *id);

/* Counts bytes for the session and for its parent, or for neither if one of the limits is reached. */
enum reply command_count(struct session_table *table, uint32_t id, uint64_t bytes);

/* Ends a session and its children. */
enum reply command_close(struct session_table *table, uint32_t id);

#endif
