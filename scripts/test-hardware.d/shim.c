// Holds Sources/CGpiod to its header, on the simulated chip of scripts/kernel-vm. Built once with each libgpiod.
//
// Usage: shim VERSION, which is how the library's version must begin. Needs VM_CHIP in the environment.

#include <CGpiod.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int checks, failures;

/// Notes whether a statement holds.
static void check(bool holds, const char *format, ...) {
    checks++;
    if (holds) return;
    int error = errno;
    failures++;
    va_list arguments;
    va_start(arguments, format);
    printf("does not hold: ");
    vprintf(format, arguments);
    printf(" (errno %s)\n", strerror(error));
    va_end(arguments);
}

static void simulate(const char *file, const char *text) {
    int descriptor = open(file, O_WRONLY);
    if (descriptor < 0 || write(descriptor, text, strlen(text)) < 0) {
        perror(file);
        exit(2);
    }
    close(descriptor);
}

/// Sets the level that the world gives to an input.
static void pull(unsigned int offset, bool is_high) {
    char file[256];
    snprintf(file, sizeof file, "%s/sim_gpio%u/pull", getenv("VM_CHIP"), offset);
    simulate(file, is_high ? "pull-up" : "pull-down");
}

/// Reads the level that the world sees.
static int level(unsigned int offset) {
    char file[256], text[8] = "?";
    snprintf(file, sizeof file, "%s/sim_gpio%u/value", getenv("VM_CHIP"), offset);
    int descriptor = open(file, O_RDONLY);
    if (descriptor < 0 || read(descriptor, text, sizeof text) < 0) perror(file);
    close(descriptor);
    return text[0] - '0';
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/// Waits for one edge on any descriptor of the request.
static bool next_edge(cgpiod_lines *lines, cgpiod_edge *edge, int milliseconds) {
    struct pollfd polled[CGPIOD_LINES_MAX];
    int count = cgpiod_descriptor_count(lines);
    for (int index = 0; index < count; index++)
        polled[index] = (struct pollfd){cgpiod_descriptor(lines, index), POLLIN, 0};
    if (poll(polled, (nfds_t)count, milliseconds) <= 0) return false;
    for (int index = 0; index < count; index++)
        if (polled[index].revents & POLLIN) return cgpiod_read_edges(lines, index, edge, 1) == 1;
    return false;
}

static char chip[64];

static void lines_are_found(void) {
    char path[64];
    unsigned int number = 0;
    check(cgpiod_find_chip("pinctrl-bcm2835", chip, sizeof chip, &number) == 0, "the chip is found by its label");
    check(number == 54, "it has 54 lines, not %u", number);
    check(cgpiod_find_line("GPIO26", path, sizeof path, &number) == 0, "GPIO26 is found");
    check(number == 26 && strcmp(path, chip) == 0, "it is line 26 of %s, not %u of %s", chip, number, path);
    errno = 0;
    check(cgpiod_find_line("GPIO54", path, sizeof path, &number) == -1 && errno == ENOENT, "GPIO54 is not there");
    errno = 0;
    check(cgpiod_find_chip("pinctrl-rp1", path, sizeof path, &number) == -1 && errno == ENOENT, "nor is a Pi 5's chip");
}

static void inputs_have_levels_and_bias(void) {
    const cgpiod_line asked[] = {
        {16, false, CGPIOD_BIAS_PULL_DOWN, 0}, {26, true, CGPIOD_BIAS_PULL_UP, 0}, {23, true, CGPIOD_BIAS_PULL_DOWN, 0}};
    int levels[3] = {9, 9, 9};
    cgpiod_lines *lines = cgpiod_request_inputs(chip, asked, 3, "shim");
    check(lines, "inputs are given");
    check(cgpiod_get(lines, levels) == 0, "inputs are read");
    check(levels[0] == 0, "a line pulled down is inactive");
    check(levels[1] == 0, "a line pulled up and active low is inactive");
    check(levels[2] == 1, "a line pulled down and active low is active");
    pull(16, true);
    check(cgpiod_get(lines, levels) == 0 && levels[0] == 1, "a line that rose is active");
    cgpiod_release(lines);
}

static void a_line_has_one_user(void) {
    const cgpiod_line asked[] = {{16, false, CGPIOD_BIAS_PULL_DOWN, 0}, {26, true, CGPIOD_BIAS_PULL_UP, 0}};
    const int off[] = {0, 0};
    char holder[32];
    cgpiod_line_holder(chip, 26, holder, sizeof holder);
    check(holder[0] == 0, "a free line is held by nobody, not by %s", holder);
    cgpiod_lines *first = cgpiod_request_inputs(chip, &asked[1], 1, "first");
    check(first, "a free line is given");
    cgpiod_line_holder(chip, 26, holder, sizeof holder);
    check(strcmp(holder, "first") == 0, "the holder is first, not %s", holder);
    errno = 0;
    check(!cgpiod_request_inputs(chip, asked, 2, "second") && errno == EBUSY, "a held line is not given as an input");
    errno = 0;
    check(!cgpiod_request_outputs(chip, asked, off, 2, "second") && errno == EBUSY, "nor as an output");
    cgpiod_line_holder(chip, 16, holder, sizeof holder);
    check(holder[0] == 0, "the free line beside it is not kept");
    cgpiod_release(first);
    first = cgpiod_request_outputs(chip, asked, off, 2, "second");
    check(first, "a line that was released is given again");
    cgpiod_release(first);
}

static void edges_come_in_order(void) {
    const cgpiod_line asked[] = {{26, true, CGPIOD_BIAS_PULL_UP, 0}, {24, false, CGPIOD_BIAS_PULL_DOWN, 0}};
    cgpiod_lines *lines = cgpiod_request_inputs(chip, asked, 2, "shim");
    cgpiod_edge edge;
    check(lines, "inputs are given");
    check(!next_edge(lines, &edge, 0), "no edge is there before the world moves");
    uint64_t last = now();
    for (int turn = 0; turn < 20; turn++) {
        unsigned int offset = turn & 1 ? 24 : 26;
        bool is_active = (turn / 2) % 2 == 0;
        pull(offset, is_active == (offset == 24));
        check(next_edge(lines, &edge, 2000), "edge %d comes", turn);
        check(edge.index == (offset == 24), "edge %d is of line %u", turn, offset);
        check(edge.is_active == is_active, "edge %d is the right one", turn);
        check(edge.nanoseconds >= last && edge.nanoseconds <= now(), "edge %d has the kernel's time", turn);
        last = edge.nanoseconds;
    }
    // Several edges of one line wait in the kernel. They have their time apart: the kernel reads an edge's direction
    // from the line, a moment after the edge, and two edges in that moment are one.
    for (int turn = 0; turn < 8; turn++) {
        pull(24, turn % 2 == 0);
        usleep(20000);
    }
    for (int turn = 0; turn < 8; turn++) {
        check(next_edge(lines, &edge, 2000), "edge %d of eight comes", turn);
        check(edge.index == 1 && edge.is_active == (turn % 2 == 0), "edge %d of eight is the right one", turn);
    }
    check(!next_edge(lines, &edge, 20), "there is no ninth");
    cgpiod_release(lines);
}

static void outputs_are_set_together(void) {
    const cgpiod_line asked[] = {{17, false, CGPIOD_BIAS_AS_IS, 0}, {27, false, CGPIOD_BIAS_AS_IS, 0}};
    int levels[] = {0, 1};
    cgpiod_lines *lines = cgpiod_request_outputs(chip, asked, levels, 2, "shim");
    check(lines, "outputs are given");
    check(level(17) == 0 && level(27) == 1, "outputs begin with the levels asked for");
    levels[0] = 1, levels[1] = 0;
    check(cgpiod_set(lines, levels) == 0, "outputs are set");
    check(level(17) == 1 && level(27) == 0, "the world sees the levels");
    levels[0] = levels[1] = 9;
    check(cgpiod_get(lines, levels) == 0 && levels[0] == 1 && levels[1] == 0, "outputs are read back");
    check(cgpiod_descriptor_count(lines) == 0, "outputs have no edges");
    cgpiod_release(lines);
}

static void bad_requests_are_refused(void) {
    cgpiod_line asked[CGPIOD_LINES_MAX + 1] = {{0, false, CGPIOD_BIAS_AS_IS, 0}};
    for (unsigned int index = 0; index <= CGPIOD_LINES_MAX; index++) asked[index].offset = index;
    errno = 0;
    check(!cgpiod_request_inputs(chip, asked, CGPIOD_LINES_MAX + 1, "shim") && errno == EINVAL, "17 lines are too many");
    cgpiod_lines *lines = cgpiod_request_inputs(chip, asked, CGPIOD_LINES_MAX, "shim");
    check(lines, "16 lines are given");
    cgpiod_release(lines);
    errno = 0;
    check(!cgpiod_request_inputs(chip, asked, 0, "shim") && errno == EINVAL, "no line is too few");
    asked[0].offset = 54;
    errno = 0;
    check(!cgpiod_request_inputs(chip, asked, 1, "shim") && errno == EINVAL, "line 54 does not exist");
    errno = 0;
    check(!cgpiod_request_inputs("/dev/gpiochip99", asked, 1, "shim") && errno == ENOENT, "chip 99 does not exist");
}

static void a_chip_may_vanish(void) {
    const cgpiod_line asked[] = {{26, true, CGPIOD_BIAS_PULL_UP, 0}, {17, false, CGPIOD_BIAS_AS_IS, 0}};
    int levels[] = {0};
    cgpiod_lines *input = cgpiod_request_inputs(chip, &asked[0], 1, "shim");
    cgpiod_lines *output = cgpiod_request_outputs(chip, &asked[1], levels, 1, "shim");
    check(input && output, "lines are given");
    simulate("/sys/kernel/config/gpio-sim/bolthole/live", "0");
    errno = 0;
    check(cgpiod_get(input, levels) == -1 && errno == ENODEV, "a line of a chip that is gone cannot be read");
    errno = 0;
    check(cgpiod_set(output, levels) == -1 && errno == ENODEV, "nor set");
    struct pollfd polled = {cgpiod_descriptor(input, 0), POLLIN, 0};
    check(poll(&polled, 1, 1000) == 1, "who waits for its edges is woken");
    check(polled.revents & (POLLHUP | POLLERR), "and told, by %#x", (unsigned int)polled.revents);
    cgpiod_release(input);
    cgpiod_release(output);
    simulate("/sys/kernel/config/gpio-sim/bolthole/live", "1");
    lines_are_found();
}

int main(int count, char **arguments) {
    if (count != 2 || !getenv("VM_CHIP")) {
        fprintf(stderr, "usage, in scripts/kernel-vm run: shim VERSION\n");
        return 2;
    }
    size_t length = strlen(arguments[1]);
    check(strncmp(cgpiod_version(), arguments[1], length) == 0, "the library is %s, not %s", arguments[1], cgpiod_version());
    lines_are_found();
    inputs_have_levels_and_bias();
    a_line_has_one_user();
    edges_come_in_order();
    outputs_are_set_together();
    bad_requests_are_refused();
    a_chip_may_vanish();
    printf("libgpiod %s: %d checks, %d failed\n", cgpiod_version(), checks, failures);
    return failures > 0;
}
