// Stands around the programs that scripts/bench-hardware measures: presses, moves, starts, waits.
//
// Usage: measure press ROUNDS NAME=CHIP-FOLDER...       presses the button of each in turn; the first is the lock
//        measure start NAME LINE STAY COMMAND...        starts a program until it is ready and drives LINE (- for none)
//        measure set CHIP-FOLDER (LINE=up|LINE=down|MILLISECONDS)...
//        measure converter RAW                          what the ADS1115 answers to everything
//
// Every figure is a line on standard output: what, of whom, how much. Times are in nanoseconds.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

enum {
    RETRACT = 17, EXTEND = 27, ENABLE = 22, BUTTON = 26, BOLT_RETRACTED = 23, BOLT_EXTENDED = 24,
    LINES = 28, TARGETS_MAX = 8
};

/// How long anything may take before the measurement has failed.
static const uint64_t PATIENCE = 10000000000;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void rest(unsigned int milliseconds) { usleep(milliseconds * 1000); }

static void fail(const char *what) {
    fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void give_up(const char *who, const char *what) {
    fprintf(stderr, "measure: %s %s\n", who, what);
    exit(1);
}

// Lines

/// A simulated chip: a file for each line's pull, and one for its level.
struct chip {
    const char *name;
    int base;
    int pull[LINES], value[LINES];
};

static int open_line(const char *folder, int line, const char *file, int flags) {
    char path[512];
    snprintf(path, sizeof path, "%s/sim_gpio%d/%s", folder, line, file);
    int number = open(path, flags | O_CLOEXEC);
    if (number < 0) fail(path);
    return number;
}

static struct chip open_chip(const char *name, const char *folder) {
    struct chip chip = {.name = name};
    for (int line = 0; line < LINES; line++) {
        chip.pull[line] = open_line(folder, line, "pull", O_WRONLY);
        chip.value[line] = open_line(folder, line, "value", O_RDONLY);
    }
    return chip;
}

static void pull(const struct chip *chip, int line, bool is_up) {
    const char *word = is_up ? "pull-up" : "pull-down";
    if (pwrite(chip->pull[line], word, strlen(word), 0) < 0) fail("pull");
}

static bool level_of(int file) {
    char text[4] = "";
    if (pread(file, text, sizeof text, 0) < 1) fail("value");
    return text[0] == '1';
}

static bool level(const struct chip *chip, int line) { return level_of(chip->value[line]); }

// The kernel's notes

/// Where the kernel notes each level that a program sets, and when: with nobody watching there is nobody in the way.
static FILE *notes;

static void write_note_setting(const char *name, const char *word) {
    char path[256];
    snprintf(path, sizeof path, "/sys/kernel/tracing/%s", name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, word, strlen(word)) < 0) fail(path);
    close(file);
}

static void begin_notes(void) {
    write_note_setting("trace_clock", "x86-tsc");
    write_note_setting("events/gpio/gpio_value/enable", "1");
    int file = open("/sys/kernel/tracing/trace_pipe", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    notes = file < 0 ? NULL : fdopen(file, "r");
    if (!notes) fail("trace_pipe");
}

/// The number that the kernel gives a chip's first line.
static int base_of(const char *folder) {
    const char *name = strrchr(folder, '/') + 1;
    char line[256];
    int base = -1, first;
    FILE *list = fopen("/sys/kernel/debug/gpio", "r");
    if (!list) fail("/sys/kernel/debug/gpio");
    while (base < 0 && fgets(line, sizeof line, list)) {
        char *numbers = strstr(line, ": GPIOs ");
        if (numbers && strncmp(line, name, (size_t)(numbers - line)) == 0 && strlen(name) == (size_t)(numbers - line) &&
            sscanf(numbers, ": GPIOs %d", &first) == 1)
            base = first;
    }
    fclose(list);
    if (base < 0) give_up(folder, "is no chip");
    return base;
}

/// When a line was first set high, in ticks of the processor, as far as it was noted; 0 = not yet.
static uint64_t time_of(int line) {
    char text[512];
    uint64_t time = 0;
    while (fgets(text, sizeof text, notes)) {
        // reaction-123  [000] .....  5847243825: gpio_value: 534 set 1
        char *event = strstr(text, ": gpio_value: ");
        int number, level;
        if (!event || sscanf(event, ": gpio_value: %d set %d", &number, &level) != 2) continue;
        if (number != line || level != 1 || time != 0) continue;
        char *start = event;
        while (start > text && start[-1] != ' ') start--;
        time = strtoull(start, NULL, 10);
    }
    clearerr(notes);
    return time;
}

// Pressing

/// Ticks of the processor a second.
static double ticks_a_second(void) {
    uint64_t began = now(), first = __rdtsc();
    rest(200);
    uint64_t last = __rdtsc(), ended = now();
    return (double)(last - first) * 1e9 / (double)(ended - began);
}

/// From the edge of the button to the motor's lines, in ticks.
static uint64_t time_reaction(const struct chip *chip) {
    uint64_t patience = now() + PATIENCE, began = __rdtsc(), reached;
    pull(chip, BUTTON, false);
    do {
        rest(10);
        if (now() > patience) give_up(chip->name, "does not drive its motor");
        reached = time_of(chip->base + ENABLE);
    } while (reached == 0);
    if (!level(chip, RETRACT) || level(chip, EXTEND)) give_up(chip->name, "drives its motor the wrong way");
    return reached - began;
}

static void wait_for_rest(const struct chip *chip) {
    uint64_t began = now();
    while (level(chip, ENABLE)) {
        if (now() - began > PATIENCE) give_up(chip->name, "does not stop its motor");
        rest(2);
    }
}

static void press(const struct chip *chip, bool has_bolt, double ticks, bool is_shown) {
    double nanoseconds = (double)time_reaction(chip) * 1e9 / ticks;
    if (is_shown) printf("press %s %.0f\n", chip->name, nanoseconds);
    if (has_bolt) {
        rest(10);
        pull(chip, BOLT_EXTENDED, true);
        rest(20);
        pull(chip, BOLT_RETRACTED, false);
    }
    rest(10);
    pull(chip, BUTTON, true);
    wait_for_rest(chip);
    if (has_bolt) {
        // A hand at the thumbturn: the motor would want its supply measured first.
        rest(20);
        pull(chip, BOLT_RETRACTED, true);
        rest(20);
        pull(chip, BOLT_EXTENDED, false);
    }
    rest(60);
}

static void press_all(int rounds, int count, char **targets) {
    struct chip chips[TARGETS_MAX];
    if (count < 1 || count > TARGETS_MAX) exit(2);
    for (int index = 0; index < count; index++) {
        char *folder = strchr(targets[index], '=');
        if (!folder) exit(2);
        *folder++ = 0;
        chips[index] = open_chip(targets[index], folder);
        chips[index].base = base_of(folder);
    }
    begin_notes();
    double ticks = ticks_a_second();
    // The first rounds warm everybody up. Each round begins with another one.
    for (int round = -3; round < rounds; round++)
        for (int turn = 0; turn < count; turn++) {
            int index = (round + 3 + turn) % count;
            press(&chips[index], index == 0, ticks, round >= 0);
        }
}

// Starting

static pid_t started;

static void pass_on(int signal) { kill(started, signal); }

/// Starts a command, tells when it says READY=1 and when the line is driven, and stops it, or stays with it.
static int start(const char *name, const char *line, bool is_to_stay, char **command) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/run/notify-%s", name);
    int receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    unlink(address.sun_path);
    if (bind(receiver, (struct sockaddr *)&address, sizeof address) != 0) fail(address.sun_path);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    int driven = strcmp(line, "-") == 0 ? -1 : open(line, O_RDONLY | O_CLOEXEC);
    bool is_ready = false, is_live = driven < 0;

    uint64_t began = now();
    started = fork();
    if (started < 0) fail("fork");
    if (started == 0) {
        execv(command[0], command);
        fail(command[0]);
    }
    uint64_t patience = 12 * PATIENCE;
    while (!is_ready || !is_live) {
        char words[256] = "";
        if (!is_live && level_of(driven)) {
            is_live = true;
            printf("live %s %llu\n", name, (unsigned long long)(now() - began));
        }
        if (!is_ready && recv(receiver, words, sizeof words - 1, MSG_DONTWAIT) > 0 && strstr(words, "READY=1")) {
            is_ready = true;
            printf("ready %s %llu\n", name, (unsigned long long)(now() - began));
        }
        if (now() - began > patience) give_up(name, "does not get ready");
        if (waitpid(started, NULL, WNOHANG) == started) give_up(name, "ended at once");
        rest(1);
    }
    printf("process %s %d\n", name, started);
    fflush(stdout);
    if (!is_to_stay) kill(started, SIGTERM);
    // A program that stays is told to stop through this one.
    signal(SIGTERM, pass_on);
    int status, fed = 0;
    while (is_to_stay && waitpid(started, &status, WNOHANG) == 0) {
        char words[256] = "";
        struct timeval second = {.tv_sec = 1};
        setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
        if (recv(receiver, words, sizeof words - 1, 0) > 0 && strstr(words, "WATCHDOG=1")) fed++;
    }
    if (!is_to_stay) waitpid(started, &status, 0);
    if (is_to_stay) printf("fed %s %d\n", name, fed);
    return 0;
}

// The world

static void set(const struct chip *chip, char **orders) {
    for (; *orders; orders++) {
        char *level = strchr(*orders, '=');
        int number = atoi(*orders);
        if (!level)
            rest((unsigned int)number);
        else if (number >= 0 && number < LINES)
            pull(chip, number, strcmp(level, "=up") == 0);
    }
}

static void answer_of_converter(unsigned short raw) {
    int bus = open("/dev/i2c-1", O_RDWR | O_CLOEXEC);
    if (bus < 0 || ioctl(bus, I2C_SLAVE, 0x48) < 0) fail("/dev/i2c-1");
    // The converter sends the upper byte first, SMBus wants the lower.
    union i2c_smbus_data word = {.word = __builtin_bswap16(raw)};
    struct i2c_smbus_ioctl_data request = {I2C_SMBUS_WRITE, 0, I2C_SMBUS_WORD_DATA, &word};
    if (ioctl(bus, I2C_SMBUS, &request) < 0) fail("/dev/i2c-1");
}

int main(int count, char **arguments) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *what = count > 2 ? arguments[1] : "";
    if (strcmp(what, "press") == 0 && count > 3) {
        press_all(atoi(arguments[2]), count - 3, arguments + 3);
    } else if (strcmp(what, "start") == 0 && count > 5) {
        return start(arguments[2], arguments[3], strcmp(arguments[4], "stay") == 0, arguments + 5);
    } else if (strcmp(what, "set") == 0) {
        struct chip chip = open_chip("world", arguments[2]);
        set(&chip, arguments + 3);
    } else if (strcmp(what, "converter") == 0) {
        answer_of_converter((unsigned short)atoi(arguments[2]));
    } else {
        return 2;
    }
    return 0;
}
