#include "CGpiod.h"

#ifdef BOLTHOLE_RASPBERRY_PI

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libgpiod 2.x has no bulks. */
#ifdef GPIOD_LINE_BULK_MAX_LINES
#define IS_VERSION_1 1
#else
#define IS_VERSION_1 0
#endif

/* Calls `visit` with the path of each GPIO chip until it returns something else than 0, and returns that. */
static int each_chip(int (*visit)(const char *path, void *context), void *context) {
    DIR *folder = opendir("/dev");
    if (!folder) return -1;
    int result = 0;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(folder))) {
        if (strncmp(entry->d_name, "gpiochip", 8) != 0) continue;
        char path[300];
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        result = visit(path, context);
    }
    int error = errno;
    closedir(folder);
    errno = error;
    return result;
}

struct search {
    const char *name;
    char *path;
    size_t size;
    unsigned int *number;
    /* Why a chip could not be looked at, if that happened. */
    int error;
};

static void found(const struct search *search, const char *path, unsigned int number) {
    snprintf(search->path, search->size, "%s", path);
    *search->number = number;
}

static int search_all(struct search *search, int (*visit)(const char *, void *)) {
    int result = each_chip(visit, search);
    if (result == 1) return 0;
    if (result == 0) errno = search->error ? search->error : ENOENT;
    return -1;
}

#if IS_VERSION_1

/* Each input has a descriptor of its own: the kernel's first interface gives edges of one line. */
struct cgpiod_lines {
    struct gpiod_chip *chip;
    struct gpiod_line *line[CGPIOD_LINES_MAX];
    size_t count;
    bool is_output;
};

const char *cgpiod_version(void) { return gpiod_version_string(); }

static int has_line(const char *path, void *context) {
    struct search *search = context;
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
            found(search, path, offset);
            result = 1;
        }
    }
    gpiod_chip_close(chip);
    return result;
}

static int has_label(const char *path, void *context) {
    struct search *search = context;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) {
        search->error = errno;
        return 0;
    }
    int result = strcmp(gpiod_chip_label(chip), search->name) == 0;
    if (result) found(search, path, gpiod_chip_num_lines(chip));
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

#else /* libgpiod 2.x */

struct cgpiod_lines {
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *buffer;
    unsigned int offsets[CGPIOD_LINES_MAX];
    size_t count;
    bool is_output;
};

const char *cgpiod_version(void) { return gpiod_api_version(); }

static int has_line(const char *path, void *context) {
    struct search *search = context;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) {
        search->error = errno;
        return 0;
    }
    int offset = gpiod_chip_get_line_offset_from_name(chip, search->name);
    if (offset >= 0) found(search, path, (unsigned int)offset);
    gpiod_chip_close(chip);
    return offset >= 0;
}

static int has_label(const char *path, void *context) {
    struct search *search = context;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) {
        search->error = errno;
        return 0;
    }
    int result = 0;
    struct gpiod_chip_info *chip_info = gpiod_chip_get_info(chip);
    if (chip_info) {
        result = strcmp(gpiod_chip_info_get_label(chip_info), search->name) == 0;
        if (result) found(search, path, (unsigned int)gpiod_chip_info_get_num_lines(chip_info));
        gpiod_chip_info_free(chip_info);
    }
    gpiod_chip_close(chip);
    return result;
}

void cgpiod_line_holder(const char *path, unsigned int offset, char *holder, size_t size) {
    holder[0] = 0;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return;
    struct gpiod_line_info *line = gpiod_chip_get_line_info(chip, offset);
    if (line) {
        const char *name = gpiod_line_info_is_used(line) ? gpiod_line_info_get_consumer(line) : NULL;
        if (name) snprintf(holder, size, "%s", name);
        gpiod_line_info_free(line);
    }
    gpiod_chip_close(chip);
}

static enum gpiod_line_bias bias_of(enum cgpiod_bias bias) {
    switch (bias) {
    case CGPIOD_BIAS_AS_IS: return GPIOD_LINE_BIAS_AS_IS;
    case CGPIOD_BIAS_NONE: return GPIOD_LINE_BIAS_DISABLED;
    case CGPIOD_BIAS_PULL_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case CGPIOD_BIAS_PULL_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    }
    return GPIOD_LINE_BIAS_AS_IS;
}

static int add_line(struct gpiod_line_config *config, const cgpiod_line *line, const int *level) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (!settings) return -1;
    int result = 0;
    gpiod_line_settings_set_active_low(settings, line->is_active_low);
    if (result == 0) result = gpiod_line_settings_set_bias(settings, bias_of(line->bias));
    if (level) {
        if (result == 0) result = gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
        if (result == 0)
            result = gpiod_line_settings_set_output_value(
                settings, *level ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
    } else {
        if (result == 0) result = gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
        if (result == 0) result = gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
        gpiod_line_settings_set_debounce_period_us(settings, line->debounce);
    }
    if (result == 0) result = gpiod_line_config_add_line_settings(config, &line->offset, 1, settings);
    int error = errno;
    gpiod_line_settings_free(settings);
    errno = error;
    return result;
}

static cgpiod_lines *request_lines(
    const char *path, const cgpiod_line *lines, const int *levels, size_t count, const char *consumer) {
    if (count == 0 || count > CGPIOD_LINES_MAX) {
        errno = EINVAL;
        return NULL;
    }
    cgpiod_lines *request = calloc(1, sizeof *request);
    struct gpiod_chip *chip = gpiod_chip_open(path);
    struct gpiod_line_config *config = gpiod_line_config_new();
    struct gpiod_request_config *name = gpiod_request_config_new();
    bool is_good = request && chip && config && name;
    for (size_t index = 0; is_good && index < count; index++) {
        request->offsets[index] = lines[index].offset;
        is_good = add_line(config, &lines[index], levels ? &levels[index] : NULL) == 0;
    }
    if (is_good) {
        request->count = count;
        request->is_output = levels != NULL;
        gpiod_request_config_set_consumer(name, consumer);
        request->request = gpiod_chip_request_lines(chip, name, config);
        is_good = request->request != NULL;
    }
    if (is_good && !levels) {
        request->buffer = gpiod_edge_event_buffer_new(64);
        is_good = request->buffer != NULL;
    }
    int error = errno;
    if (name) gpiod_request_config_free(name);
    if (config) gpiod_line_config_free(config);
    if (chip) gpiod_chip_close(chip);
    if (!is_good) {
        cgpiod_release(request);
        request = NULL;
    }
    errno = error;
    return request;
}

cgpiod_lines *cgpiod_request_outputs(
    const char *path, const cgpiod_line *lines, const int *levels, size_t count, const char *consumer) {
    return request_lines(path, lines, levels, count, consumer);
}

cgpiod_lines *cgpiod_request_inputs(
    const char *path, const cgpiod_line *lines, size_t count, const char *consumer) {
    return request_lines(path, lines, NULL, count, consumer);
}

int cgpiod_get(cgpiod_lines *lines, int *levels) {
    enum gpiod_line_value values[CGPIOD_LINES_MAX];
    if (gpiod_line_request_get_values_subset(lines->request, lines->count, lines->offsets, values) != 0) return -1;
    for (size_t index = 0; index < lines->count; index++) levels[index] = values[index] == GPIOD_LINE_VALUE_ACTIVE;
    return 0;
}

int cgpiod_set(cgpiod_lines *lines, const int *levels) {
    enum gpiod_line_value values[CGPIOD_LINES_MAX];
    for (size_t index = 0; index < lines->count; index++)
        values[index] = levels[index] ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
    return gpiod_line_request_set_values_subset(lines->request, lines->count, lines->offsets, values);
}

int cgpiod_descriptor_count(const cgpiod_lines *lines) { return lines->is_output ? 0 : 1; }

int cgpiod_descriptor(const cgpiod_lines *lines, int index) {
    (void)index;
    return gpiod_line_request_get_fd(lines->request);
}

int cgpiod_read_edges(cgpiod_lines *lines, int descriptor, cgpiod_edge *edges, int capacity) {
    (void)descriptor;
    int count = gpiod_line_request_read_edge_events(lines->request, lines->buffer, (size_t)capacity);
    for (int index = 0; index < count; index++) {
        struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(lines->buffer, (unsigned long)index);
        unsigned int offset = gpiod_edge_event_get_line_offset(event);
        edges[index].nanoseconds = gpiod_edge_event_get_timestamp_ns(event);
        edges[index].sequence = (uint32_t)gpiod_edge_event_get_line_seqno(event);
        edges[index].is_active = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
        edges[index].index = 0;
        for (size_t line = 0; line < lines->count; line++)
            if (lines->offsets[line] == offset) edges[index].index = (uint16_t)line;
    }
    return count;
}

void cgpiod_release(cgpiod_lines *lines) {
    if (!lines) return;
    if (lines->buffer) gpiod_edge_event_buffer_free(lines->buffer);
    if (lines->request) gpiod_line_request_release(lines->request);
    free(lines);
}

#endif

int cgpiod_find_line(const char *name, char *path, size_t size, unsigned int *offset) {
    struct search search = {name, path, size, offset, 0};
    return search_all(&search, has_line);
}

int cgpiod_find_chip(const char *label, char *path, size_t size, unsigned int *count) {
    struct search search = {label, path, size, count, 0};
    return search_all(&search, has_label);
}

#else /* without the trait */

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
