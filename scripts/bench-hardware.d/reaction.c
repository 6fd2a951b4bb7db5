// The least that reacts to the button inside: waits for its edge, makes a record durable, drives the motor.
//
// What boltholed is measured against, on libgpiod 1 or 2. It checks nothing, seals nothing, and knows of no bolt.
//
// Usage: reaction CHIP FILE SIZE, where FILE is as large as a journal and SIZE is that of one record in bytes.

#define _GNU_SOURCE
#include <fcntl.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BUTTON = 26, RETRACT = 17, EXTEND = 27, ENABLE = 22, FILE_SIZE = 1 << 20 };

static void fail(const char *what) {
    perror(what);
    exit(1);
}

// libgpiod 2.x has no bulks.
#ifdef GPIOD_LINE_BULK_MAX_LINES

static struct gpiod_line *button;
static struct gpiod_line_bulk motor;

static void take(const char *path) {
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) fail(path);
    unsigned int offsets[3] = {RETRACT, EXTEND, ENABLE};
    int levels[3] = {0, 0, 0};
    button = gpiod_chip_get_line(chip, BUTTON);
    int flags = GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    if (gpiod_line_request_both_edges_events_flags(button, "reaction", flags) != 0) fail("button");
    if (gpiod_chip_get_lines(chip, offsets, 3, &motor) != 0) fail("motor");
    if (gpiod_line_request_bulk_output(&motor, "reaction", levels) != 0) fail("motor");
}

/// Waits for the button's next edge; answers whether it was pressed.
static int wait_for_edge(void) {
    struct gpiod_line_event event;
    if (gpiod_line_event_read(button, &event) != 0) fail("button");
    return event.event_type == GPIOD_LINE_EVENT_RISING_EDGE;
}

static void set_motor(int retract, int extend, int enable) {
    int levels[3] = {retract, extend, enable};
    if (gpiod_line_set_value_bulk(&motor, levels) != 0) fail("motor");
}

#else

static struct gpiod_line_request *button, *motor;
static struct gpiod_edge_event_buffer *events;

static struct gpiod_line_request *request(
    struct gpiod_chip *chip, const unsigned int *offsets, size_t count, struct gpiod_line_settings *settings) {
    struct gpiod_line_config *config = gpiod_line_config_new();
    struct gpiod_request_config *name = gpiod_request_config_new();
    gpiod_request_config_set_consumer(name, "reaction");
    if (gpiod_line_config_add_line_settings(config, offsets, count, settings) != 0) fail("settings");
    struct gpiod_line_request *lines = gpiod_chip_request_lines(chip, name, config);
    if (!lines) fail("lines");
    gpiod_line_config_free(config);
    gpiod_request_config_free(name);
    gpiod_line_settings_free(settings);
    return lines;
}

static void take(const char *path) {
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) fail(path);
    struct gpiod_line_settings *input = gpiod_line_settings_new(), *output = gpiod_line_settings_new();
    gpiod_line_settings_set_edge_detection(input, GPIOD_LINE_EDGE_BOTH);
    gpiod_line_settings_set_bias(input, GPIOD_LINE_BIAS_PULL_UP);
    gpiod_line_settings_set_active_low(input, true);
    button = request(chip, (unsigned int[]){BUTTON}, 1, input);
    gpiod_line_settings_set_direction(output, GPIOD_LINE_DIRECTION_OUTPUT);
    motor = request(chip, (unsigned int[]){RETRACT, EXTEND, ENABLE}, 3, output);
    events = gpiod_edge_event_buffer_new(1);
}

static int wait_for_edge(void) {
    if (gpiod_line_request_read_edge_events(button, events, 1) != 1) fail("button");
    struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(events, 0);
    return gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
}

static void set_motor(int retract, int extend, int enable) {
    if (gpiod_line_request_set_values(motor, (enum gpiod_line_value[]){retract, extend, enable}) != 0) fail("motor");
}

#endif

/// Tells systemd, or who stands for it, that the button is waited for.
static void tell_ready(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    if (!path) return;
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sendto(sender, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address) < 0) fail(path);
    close(sender);
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    off_t size = atoi(arguments[3]), place = 0;
    unsigned char record[512];
    if (size < 1 || size > (off_t)sizeof record) return 2;
    memset(record, 0x5A, sizeof record);
    int file = open(arguments[2], O_RDWR | O_CLOEXEC);
    if (file < 0) fail(arguments[2]);
    take(arguments[1]);
    tell_ready();
    for (;;) {
        if (!wait_for_edge()) {
            set_motor(0, 0, 0);
            continue;
        }
        if (pwrite(file, record, (size_t)size, place) != size || fdatasync(file) != 0) fail(arguments[2]);
        set_motor(1, 0, 1);
        place = (place + size) % (FILE_SIZE - size);
    }
}
