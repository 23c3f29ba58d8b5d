#ifndef FRAME_H
#define FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_FIELDS_MAX 1024

/*
 * A frame: "FR", the version, a reserved byte, then the data (version 1) or the number of fields (2 bytes), a
 * reserved word (2 bytes), the table and the data (version 2). An entry of the table is tag, offset in the data and
 * length, 4 bytes each. All numbers are little-endian. Fields may share bytes, as the recorder writes equal values
 * once.
 */
struct frame {
	const uint8_t *table; /* NULL for version 1 */
	const uint8_t *data;
	uint32_t data_size;
	uint16_t fields;
};

struct field {
	uint32_t tag;
	uint32_t length;
	const uint8_t *bytes;
};

/* Returns 0, or -1 if the bytes are no frame. The bytes must stay as long as the frame is in use. */
int frame_open(struct frame *frame, const uint8_t *bytes, size_t size);

/* The field at an index below `fields`. */
struct field frame_field(const struct frame *frame, uint16_t index);

/* The first field with the tag. Returns 0, or -1 if there is none. */
int frame_find(const struct frame *frame, uint32_t tag, struct field *found);

#endif
