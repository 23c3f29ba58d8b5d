#ifndef FRAME_H
#define FRAME_H

#include <stddef.h>
#include <stdint.h>

/* A frame: "FR", the version, a reserved byte, then the data (version 1). */
struct frame {
	const uint8_t *data;
	uint32_t data_size;
};

/* Returns 0, or -1 if the bytes are no frame. The bytes must stay as long as the frame is in use. */
int frame_open(struct frame *frame, const uint8_t *bytes, size_t size);

#endif
