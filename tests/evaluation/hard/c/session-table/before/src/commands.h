#ifndef COMMANDS_H
#define COMMANDS_H

#include "session.h"

enum reply { REPLY_OK, REPLY_NO_SESSION, REPLY_LIMIT, REPLY_MEMORY };

enum reply command_open(struct session_table *table, uint32_t user, uint32_t limit_kib, uint32_t *id);
enum reply command_count(struct session_table *table, uint32_t id, uint64_t bytes);
enum reply command_close(struct session_table *table, uint32_t id);

#endif
