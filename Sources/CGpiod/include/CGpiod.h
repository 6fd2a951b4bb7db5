/*
 * libgpiod 1.x and 2.x behind one face: lines that are found by name, requested together, read, set, waited for.
 *
 * Translates and decides nothing. Every function that can fail returns -1 (or NULL) with errno. Without the trait
 * RaspberryPi there is no libgpiod, and all of them fail with ENOSYS.
 */
#ifndef CGPIOD_H
#define CGPIOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines of one chip that were requested together. */
typedef struct cgpiod_lines cgpiod_lines;

/* The most lines in one request. */
#define CGPIOD_LINES_MAX 16

enum cgpiod_bias { CGPIOD_BIAS_AS_IS, CGPIOD_BIAS_NONE, CGPIOD_BIAS_PULL_UP, CGPIOD_BIAS_PULL_DOWN };

/* One line of a request. */
typedef struct {
    unsigned int offset;
    bool is_active_low;
    enum cgpiod_bias bias;
    /* Microseconds that a level must hold; 0 = none. libgpiod 1.x cannot ask the kernel for it and ignores it. */
    unsigned int debounce;
} cgpiod_line;

/* One edge of an input. */
typedef struct {
    /* CLOCK_MONOTONIC, in nanoseconds. */
    uint64_t nanoseconds;
    /* Counts up by one per line; a gap means that the kernel dropped edges. 0 if the library cannot tell. */
    uint32_t sequence;
    /* Which line of the request. */
    uint16_t index;
    /* Whether the line became active. */
    bool is_active;
} cgpiod_edge;

/* "1.6.3"; "none" without the trait. */
const char *cgpiod_version(void);

/* Finds a line by its name on any chip: writes the chip's path and the line's offset. ENOENT if there is none. */
int cgpiod_find_line(const char *name, char *path, size_t size, unsigned int *offset);

/* Finds a chip by its label: writes its path and how many lines it has. ENOENT if there is none. */
int cgpiod_find_chip(const char *label, char *path, size_t size, unsigned int *count);

/* Writes who holds a line, cut to `size`; an empty text if nobody does or cannot be found out. */
void cgpiod_line_holder(const char *path, unsigned int offset, char *holder, size_t size);

/* Requests outputs, with their first levels (1 = active). EBUSY if a line is taken. */
cgpiod_lines *cgpiod_request_outputs(
    const char *path, const cgpiod_line *lines, const int *levels, size_t count, const char *consumer);

/* Requests inputs with both edges. EBUSY if a line is taken. */
cgpiod_lines *cgpiod_request_inputs(
    const char *path, const cgpiod_line *lines, size_t count, const char *consumer);

/* Reads the levels of all lines (1 = active). */
int cgpiod_get(cgpiod_lines *lines, int *levels);

/* Sets the levels of all lines in one call to the kernel. */
int cgpiod_set(cgpiod_lines *lines, const int *levels);

/* How many descriptors become readable on edges: one for all lines (2.x), or one a line (1.x). */
int cgpiod_descriptor_count(const cgpiod_lines *lines);

/* One of them. */
int cgpiod_descriptor(const cgpiod_lines *lines, int index);

/* Reads at most `capacity` edges from one descriptor, which must be readable; returns how many. */
int cgpiod_read_edges(cgpiod_lines *lines, int descriptor, cgpiod_edge *edges, int capacity);

/* Gives the lines back. */
void cgpiod_release(cgpiod_lines *lines);

#endif
