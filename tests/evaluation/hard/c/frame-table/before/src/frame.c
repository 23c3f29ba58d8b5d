#include "frame.h"

#define HEADER 4

int frame_open(struct frame *frame, const uint8_t *bytes, size_t size)
{
	if (size < HEADER || size > UINT32_MAX || bytes[0] != 'F' || bytes[1] != 'R' || bytes[2] != 1)
		return -1;
	frame->data = bytes + HEADER;
	frame->data_size = (uint32_t)size - HEADER;
	return 0;
}
