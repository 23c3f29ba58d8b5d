#include "../src/frame.h"

#include <assert.h>
#include <string.h>

/* Two fields: tag 7 with "ab" and tag 8 with "b", which share a byte. */
static const uint8_t good[] = {
	'F', 'R', 2, 0, 2, 0, 0, 0,
	7, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0,
	8, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
	'a', 'b',
};

static void test_fields(void)
{
	struct frame frame;
	struct field field;

	assert(frame_open(&frame, good, sizeof(good)) == 0);
	assert(frame.fields == 2);
	assert(frame_find(&frame, 8, &field) == 0);
	assert(field.length == 1 && *field.bytes == 'b');
	assert(frame_find(&frame, 9, &field) == -1);
}

/* Each shorter piece of a frame is refused. */
static void test_short_frames(void)
{
	struct frame frame;
	size_t size;

	for (size = 0; size < sizeof(good); size++)
		assert(frame_open(&frame, good, size) == -1);
}

static void test_field_behind_the_end(void)
{
	uint8_t bytes[sizeof(good)];
	struct frame frame;

	memcpy(bytes, good, sizeof(good));
	bytes[24] = 2;
	assert(frame_open(&frame, bytes, sizeof(bytes)) == -1);
	/* An empty field at the end is right. */
	bytes[28] = 0;
	assert(frame_open(&frame, bytes, sizeof(bytes)) == 0);
}

static void test_version1(void)
{
	static const uint8_t bytes[] = { 'F', 'R', 1, 0, 'x' };
	struct frame frame;

	assert(frame_open(&frame, bytes, sizeof(bytes)) == 0);
	assert(frame.fields == 1);
	assert(frame_field(&frame, 0).length == 1);
}

int main(void)
{
	test_fields();
	test_short_frames();
	test_field_behind_the_end();
	test_version1();
	return 0;
}
