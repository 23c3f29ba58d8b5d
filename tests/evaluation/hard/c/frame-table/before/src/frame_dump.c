#include "frame.h"

#include <stdio.h>

/* Prints a frame for people. Returns 0, or -1 if the bytes are no frame. */
int frame_dump(const uint8_t *bytes, size_t size, FILE *out)
{
	struct frame frame;

	if (frame_open(&frame, bytes, size) != 0)
		return -1;
	fprintf(out, "version 1, %lu bytes\n", (unsigned long)frame.data_size);
	return 0;
}
