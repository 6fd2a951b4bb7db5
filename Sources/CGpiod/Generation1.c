/* Lines by libgpiod 1.x. */
#include "Search.h"

#if defined(BOLTHOLE_RASPBERRY_PI) && IS_VERSION_1

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each input has a descriptor of its own: the kernel's first interface gives edges of one line. */
struct cgpiod_lines {
    struct gpiod_chip *chip;
    struct gpiod_line *line[CGPIOD_LINES_MAX];
    size_t count;
    bool is_output;
};

const char *cgpiod_version(void) { return gpiod_version_string(); }

int cgpiod_has_line(const char *path, void *context) {
    struct cgpiod_search *search = context;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) {
        search->error = errno;
        return 0;
    }
    int result = 0;
    unsigned int count = gpiod_chip_num_lines(chip);
    for (unsigned int offset = 0; offset < count && result == 0; offset++) {
        struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
        const char *name = line ? gpiod_line_name(line) : NULL;
        if (name && strcmp(name, search->name) == 0) {
            cgpiod_found(search, path, offset);
            result = 1;
        }
    }
    gpiod_chip_close(chip);
    return result;
}

int cgpiod_has_label(const char *path, void *context) {
    struct cgpiod_search *search = context;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) {
        search->error = errno;
        return 0;
    }
    int result = strcmp(gpiod_chip_label(chip), search->name) == 0;
    if (result) cgpiod_found(search, path, gpiod_chip_num_lines(chip));
    gpiod_chip_close(chip);
    return result;
}

void cgpiod_line_holder(const char *path, unsigned int offset, char *holder, size_t size) {
    holder[0] = 0;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return;
    struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
    const char *name = line && gpiod_line_is_used(line) ? gpiod_line_consumer(line) : NULL;
    if (name) snprintf(holder, size, "%s", name);
    gpiod_chip_close(chip);
}

static int flags_of(const cgpiod_line *line) {
    int flags = line->is_active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
    switch (line->bias) {
    case CGPIOD_BIAS_AS_IS: return flags;
    case CGPIOD_BIAS_NONE: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    case CGPIOD_BIAS_PULL_UP: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case CGPIOD_BIAS_PULL_DOWN: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    }
    return flags;
}

static cgpiod_lines *open_lines(const char *path, const cgpiod_line *lines, size_t count) {
    if (count == 0 || count > CGPIOD_LINES_MAX) {
        errno = EINVAL;
        return NULL;
    }
    cgpiod_lines *request = calloc(1, sizeof *request);
    if (!request) return NULL;
    request->chip = gpiod_chip_open(path);
    request->count = count;
    for (size_t index = 0; request->chip && index < count; index++) {
        request->line[index] = gpiod_chip_get_line(request->chip, lines[index].offset);
        if (!request->line[index]) {
            cgpiod_release(request);
            return NULL;
        }
    }
    if (!request->chip) {
        free(request);
        return NULL;
    }
    return request;
}

static cgpiod_lines *give_up(cgpiod_lines *request) {
    int error = errno;
    cgpiod_release(request);
    errno = error;
    return NULL;
}

cgpiod_lines *cgpiod_request_outputs(
    const char *path, const cgpiod_line *lines, const int *levels, size_t count, const char *consumer) {
    cgpiod_lines *request = open_lines(path, lines, count);
    if (!request) return NULL;
    request->is_output = true;
    struct gpiod_line_bulk bulk = GPIOD_LINE_BULK_INITIALIZER;
    for (size_t index = 0; index < count; index++) gpiod_line_bulk_add(&bulk, request->line[index]);
    /* One request, so that they can be set together; so their flags are those of the first. */
    int result = gpiod_line_request_bulk_output_flags(&bulk, consumer, flags_of(&lines[0]), levels);
    return result == 0 ? request : give_up(request);
}

cgpiod_lines *cgpiod_request_inputs(
    const char *path, const cgpiod_line *lines, size_t count, const char *consumer) {
    cgpiod_lines *request = open_lines(path, lines, count);
    if (!request) return NULL;
    for (size_t index = 0; index < count; index++) {
        if (gpiod_line_request_both_edges_events_flags(request->line[index], consumer, flags_of(&lines[index])) != 0)
            return give_up(request);
    }
    return request;
}

static struct gpiod_line_bulk all_of(cgpiod_lines *lines) {
    struct gpiod_line_bulk bulk = GPIOD_LINE_BULK_INITIALIZER;
    for (size_t index = 0; index < lines->count; index++) gpiod_line_bulk_add(&bulk, lines->line[index]);
    return bulk;
}

int cgpiod_get(cgpiod_lines *lines, int *levels) {
    if (lines->is_output) {
        /* Asked alone, a line of a common request answers with the level of the request's first. */
        struct gpiod_line_bulk bulk = all_of(lines);
        return gpiod_line_get_value_bulk(&bulk, levels);
    }
    for (size_t index = 0; index < lines->count; index++) {
        levels[index] = gpiod_line_get_value(lines->line[index]);
        if (levels[index] < 0) return -1;
    }
    return 0;
}

int cgpiod_set(cgpiod_lines *lines, const int *levels) {
    struct gpiod_line_bulk bulk = all_of(lines);
    return gpiod_line_set_value_bulk(&bulk, levels);
}

int cgpiod_descriptor_count(const cgpiod_lines *lines) { return lines->is_output ? 0 : (int)lines->count; }

int cgpiod_descriptor(const cgpiod_lines *lines, int index) { return gpiod_line_event_get_fd(lines->line[index]); }

int cgpiod_read_edges(cgpiod_lines *lines, int descriptor, cgpiod_edge *edges, int capacity) {
    struct gpiod_line_event events[16];
    int count = gpiod_line_event_read_multiple(lines->line[descriptor], events, capacity < 16 ? capacity : 16);
    for (int index = 0; index < count; index++) {
        uint64_t seconds = (uint64_t)events[index].ts.tv_sec;
        edges[index].nanoseconds = seconds * 1000000000 + (uint64_t)events[index].ts.tv_nsec;
        edges[index].sequence = 0;
        edges[index].index = (uint16_t)descriptor;
        edges[index].is_active = events[index].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    }
    return count;
}

void cgpiod_release(cgpiod_lines *lines) {
    if (!lines) return;
    for (size_t index = 0; index < lines->count; index++)
        if (lines->line[index] && gpiod_line_is_requested(lines->line[index])) gpiod_line_release(lines->line[index]);
    if (lines->chip) gpiod_chip_close(lines->chip);
    free(lines);
}

#endif
