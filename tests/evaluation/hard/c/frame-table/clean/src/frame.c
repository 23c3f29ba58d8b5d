#include "frame.h"

#include <string.h>

#define HEADER 4
#define HEADER2 8
#define ENTRY 12

static uint16_t read16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t read32(const uint8_t *at)
{
	/* The cast comes before the shift: a byte of 0x80 would otherwise shift into the sign of an int. */
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static int check_fields(const struct frame *frame)
{
	uint16_t index;

	for (index = 0; index < frame->fields; index++) {
		const uint8_t *entry = frame->table + (size_t)index * ENTRY;
		uint32_t offset = read32(entry + 4);
		uint32_t length = read32(entry + 8);

		/* A field of length 0 may stand at the end of the data. */
		if (offset > frame->data_size || length > frame->data_size - offset)
			return -1;
	}
	return 0;
}

static int open_version1(struct frame *frame, const uint8_t *bytes, uint32_t size)
{
	frame->table = NULL;
	frame->fields = 1;
	frame->data = bytes + HEADER;
	frame->data_size = size - HEADER;
	return 0;
}

static int open_version2(struct frame *frame, const uint8_t *bytes, uint32_t size)
{
	uint32_t table_size;

	if (size < HEADER2)
		return -1;
	frame->fields = read16(bytes + 4);
	if (frame->fields > FRAME_FIELDS_MAX)
		return -1;
	/* At most 12 KiB, so the product is small. */
	table_size = (uint32_t)frame->fields * ENTRY;
	if (table_size > size - HEADER2)
		return -1;
	frame->table = bytes + HEADER2;
	frame->data = frame->table + table_size;
	frame->data_size = size - HEADER2 - table_size;
	return check_fields(frame);
}

int frame_open(struct frame *frame, const uint8_t *bytes, size_t size)
{
	memset(frame, 0, sizeof(*frame));
	if (size < HEADER || size > UINT32_MAX || memcmp(bytes, "FR", 2) != 0)
		return -1;
	switch (bytes[2]) {
	case 1:
		return open_version1(frame, bytes, (uint32_t)size);
	case 2:
		return open_version2(frame, bytes, (uint32_t)size);
	default:
		return -1;
	}
}

struct field frame_field(const struct frame *frame, uint16_t index)
{
	struct field field = { 0, frame->data_size, frame->data };
	const uint8_t *entry;

	if (frame->table == NULL)
		return field;
	entry = frame->table + (size_t)index * ENTRY;
	field.tag = read32(entry);
	field.bytes = frame->data + read32(entry + 4);
	field.length = read32(entry + 8);
	return field;
}

int frame_find(const struct frame *frame, uint32_t tag, struct field *found)
{
	uint16_t index;

	for (index = 0; index < frame->fields; index++) {
		*found = frame_field(frame, index);
		if (found->tag == tag)
			return 0;
	}
	return -1;
}
