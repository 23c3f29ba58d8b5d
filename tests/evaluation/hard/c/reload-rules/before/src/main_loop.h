#ifndef MAIN_LOOP_H
#define MAIN_LOOP_H

#include "rules.h"

/* Runs until SIGTERM. */
void main_loop(struct rules *rules, const char *path);

#endif
