#include "frame.h"

#include <ctype.h>
#include <stdio.h>

#define SHOWN 32

static void dump_field(const struct field *field, FILE *out)
{
	uint32_t i;

	fprintf(out, "  %08lx %10lu ", (unsigned long)field->tag, (unsigned long)field->length);
	for (i = 0; i < field->length && i < SHOWN; i++)
		fputc(isprint(field->bytes[i]) ? field->bytes[i] : '.', out);
	fputs(field->length > SHOWN ? "…\n" : "\n", out);
}

/* Prints a frame for people. Returns 0, or -1 if the bytes are no frame. */
int frame_dump(const uint8_t *bytes, size_t size, FILE *out)
{
	struct frame frame;
	uint16_t index;

	if (frame_open(&frame, bytes, size) != 0)
		return -1;
	fprintf(out, "version %d, %u fields, %lu bytes\n", frame.table == NULL ? 1 : 2, (unsigned)frame.fields,
		(unsigned long)frame.data_size);
	for (index = 0; index < frame.fields; index++) {
		struct field field = frame_field(&frame, index);

		dump_field(&field, out);
	}
	return 0;
}
