/* What finding a line or a chip shares between the generations of libgpiod; not for others. */
#ifndef CGPIOD_SEARCH_H
#define CGPIOD_SEARCH_H

#ifdef BOLTHOLE_RASPBERRY_PI

#include "CGpiod.h"
#include <gpiod.h>

/* libgpiod 2.x has no bulks. */
#ifdef GPIOD_LINE_BULK_MAX_LINES
#define IS_VERSION_1 1
#else
#define IS_VERSION_1 0
#endif

struct cgpiod_search {
    const char *name;
    char *path;
    size_t size;
    unsigned int *number;
    /* Why a chip could not be looked at, if that happened. */
    int error;
};

/* It is there: that chip, and the line's offset or how many lines there are. */
void cgpiod_found(const struct cgpiod_search *search, const char *path, unsigned int number);

/* Whether the chip has a line of that name, or that label; for `each_chip`. Each generation has its own. */
int cgpiod_has_line(const char *path, void *context);
int cgpiod_has_label(const char *path, void *context);

#endif

#endif
