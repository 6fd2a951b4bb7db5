/* Without the trait RaspberryPi: everything is absent, and says so. */
#include "CGpiod.h"

#ifndef BOLTHOLE_RASPBERRY_PI

#include <errno.h>

static int absent(void) {
    errno = ENOSYS;
    return -1;
}

const char *cgpiod_version(void) { return "none"; }

int cgpiod_find_line(const char *name, char *path, size_t size, unsigned int *offset) {
    (void)name, (void)path, (void)size, (void)offset;
    return absent();
}

int cgpiod_find_chip(const char *label, char *path, size_t size, unsigned int *count) {
    (void)label, (void)path, (void)size, (void)count;
    return absent();
}

void cgpiod_line_holder(const char *path, unsigned int offset, char *holder, size_t size) {
    (void)path, (void)offset;
    if (size > 0) holder[0] = 0;
}

cgpiod_lines *cgpiod_request_outputs(
    const char *path, const cgpiod_line *lines, const int *levels, size_t count, const char *consumer) {
    (void)path, (void)lines, (void)levels, (void)count, (void)consumer, (void)absent();
    return NULL;
}

cgpiod_lines *cgpiod_request_inputs(
    const char *path, const cgpiod_line *lines, size_t count, const char *consumer) {
    (void)path, (void)lines, (void)count, (void)consumer, (void)absent();
    return NULL;
}

int cgpiod_get(cgpiod_lines *lines, int *levels) {
    (void)lines, (void)levels;
    return absent();
}

int cgpiod_set(cgpiod_lines *lines, const int *levels) {
    (void)lines, (void)levels;
    return absent();
}

int cgpiod_descriptor_count(const cgpiod_lines *lines) {
    (void)lines;
    return 0;
}

int cgpiod_descriptor(const cgpiod_lines *lines, int index) {
    (void)lines, (void)index;
    return absent();
}

int cgpiod_read_edges(cgpiod_lines *lines, int descriptor, cgpiod_edge *edges, int capacity) {
    (void)lines, (void)descriptor, (void)edges, (void)capacity;
    return absent();
}

void cgpiod_release(cgpiod_lines *lines) { (void)lines; }

#endif
