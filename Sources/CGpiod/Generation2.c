/* Lines by libgpiod 2.x. */
#include "Search.h"

#if defined(BOLTHOLE_RASPBERRY_PI) && !IS_VERSION_1

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cgpiod_lines {
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *buffer;
    unsigned int offsets[CGPIOD_LINES_MAX];
    size_t count;
    bool is_output;
};

const char *cgpiod_version(void) { return gpiod_api_version(); }

int cgpiod_has_line(const char *path, void *context) {
    struct cgpiod_search *search = context;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) {
        search->error = errno;
        return 0;
    }
    int offset = gpiod_chip_get_line_offset_from_name(chip, search->name);
    if (offset >= 0) cgpiod_found(search, path, (unsigned int)offset);
    gpiod_chip_close(chip);
    return offset >= 0;
}

int cgpiod_has_label(const char *path, void *context) {
    struct cgpiod_search *search = context;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) {
        search->error = errno;
        return 0;
    }
    int result = 0;
    struct gpiod_chip_info *chip_info = gpiod_chip_get_info(chip);
    if (chip_info) {
        result = strcmp(gpiod_chip_info_get_label(chip_info), search->name) == 0;
        if (result) cgpiod_found(search, path, (unsigned int)gpiod_chip_info_get_num_lines(chip_info));
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
