// The first process of the virtual machine of scripts/kernel-vm: sets everything up, runs one command, powers off.
//
// One program and no shell, because starting a process costs 60 ms where the processor is emulated. In this order:
//   1. loads the modules that lie beside it, in the order of their names
//   2. mounts the host's root (9p, not written to) under a layer in memory, and the one folder that is really written
//   3. makes the simulated hardware: GPIO chip, I2C adapter, registers of the converter
//   4. runs the command; its two outputs and its exit code go to the host through virtio ports
//
// Its only argument is the folder of the run, in the host's words. In it lies `command`, strings with a NUL after each:
// the working folder, the folder that becomes /lib/modules, the folder that is written, yes or no for the GPIO chip, the
// number of the boot, then the command and its arguments.

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// What the Raspberry Pi's chip is called, and how many lines it has, on the Pi 3 and the Zero 2 W.
static const char *const CHIP_LABEL = "pinctrl-bcm2835";
enum { CHIP_LINES = 54 };

/// The converter's address, and the words that its four registers hold after power-on (ADS1115 data sheet, 8.6).
enum { CONVERTER = 0x48 };
static const unsigned short CONVERTER_RESET[] = {0x0000, 0x8583, 0x8000, 0x7FFF};

/// Where the host listens: the three virtio ports.
static int control = -1;

static void say(const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof line) length = sizeof line - 1;
    if (control < 0 || write(control, line, (size_t)length) < 0) dprintf(2, "%s", line);
}

static void power_off(void) {
    sync();
    reboot(RB_POWER_OFF);
    for (;;) pause();
}

/// Tells the host what could not be done, and ends the machine.
static void fail(const char *what, const char *which) {
    say("failed %s %s: %s\n", what, which, strerror(errno));
    power_off();
}

static void must(int result, const char *what, const char *which) {
    if (result < 0) fail(what, which);
}

/// Makes a folder, and all above it.
static void make_folders(const char *path) {
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", path);
    for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(copy, 0755);
        *slash = '/';
    }
    if (mkdir(copy, 0755) < 0 && errno != EEXIST) fail("making the folder", path);
}

static void mount_on(const char *source, const char *target, const char *kind, unsigned long flags, const char *options) {
    make_folders(target);
    must(mount(source, target, kind, flags, options), "mounting", target);
}

static void write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    must(file, "opening", path);
    must((int)write(file, text, strlen(text)), "writing", path);
    close(file);
}

/// Reads a short text, without the line's end.
static void read_file(const char *path, char *text, size_t size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    must(file, "opening", path);
    ssize_t length = read(file, text, size - 1);
    must((int)length, "reading", path);
    close(file);
    text[length] = 0;
    text[strcspn(text, "\n")] = 0;
}

/// Opens a device that may take a moment to appear.
static int open_soon(const char *path, int flags) {
    for (int tries = 0;; tries++) {
        int file = open(path, flags | O_CLOEXEC);
        if (file >= 0 || tries == 2000) return file;
        usleep(5000);
    }
}

// Modules

static int is_module(const struct dirent *entry) { return strstr(entry->d_name, ".ko") != NULL; }

static void load_modules(void) {
    struct dirent **entries;
    int count = scandir("/modules", &entries, is_module, alphasort);
    must(count, "reading", "/modules");
    for (int index = 0; index < count; index++) {
        char path[512], options[64] = "";
        snprintf(path, sizeof path, "/modules/%s", entries[index]->d_name);
        if (strstr(path, "i2c-stub")) snprintf(options, sizeof options, "chip_addr=%#x", CONVERTER);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        must(file, "opening", path);
        if (syscall(SYS_finit_module, file, options, 0) < 0 && errno != EEXIST) fail("loading", path);
        close(file);
    }
}

// The root

/// Everything of the host under a layer in memory: whatever is written is gone after the run.
static void enter_root(void) {
    // The host's files do not change during a run, so that they may be cached without a second look.
    mount_on("root", "/host", "9p", MS_RDONLY, "trans=virtio,version=9p2000.L,cache=loose,msize=512000");
    mount_on("layer", "/layer", "tmpfs", 0, "mode=755");
    make_folders("/layer/upper");
    make_folders("/layer/work");
    mount_on("root", "/new", "overlay", 0, "lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work,xino=off");
    mount_on("/dev", "/new/dev", NULL, MS_MOVE, NULL);
    mount_on("/proc", "/new/proc", NULL, MS_MOVE, NULL);
    mount_on("/sys", "/new/sys", NULL, MS_MOVE, NULL);
    must(chdir("/new"), "entering", "/new");
    must(mount(".", "/", NULL, MS_MOVE, NULL), "moving", "/new");
    must(chroot("."), "entering", "/");
    must(chdir("/"), "entering", "/");
    mount_on("run", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
    make_folders("/run/lock");
    mount_on("shm", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, NULL);
    mount_on("pts", "/dev/pts", "devpts", 0, "mode=620,gid=5,ptmxmode=666");
    symlink("/proc/self/fd", "/dev/fd");
    symlink("/proc/self/fd/0", "/dev/stdin");
    symlink("/proc/self/fd/1", "/dev/stdout");
    symlink("/proc/self/fd/2", "/dev/stderr");
    mount_on("config", "/sys/kernel/config", "configfs", 0, NULL);
    mount_on("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
}

static void raise_loopback(void) {
    int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    if (socket_ >= 0) {
        ioctl(socket_, SIOCSIFFLAGS, &request);
        close(socket_);
    }
}

// The hardware

/// A chip with the label of a Pi's and the names that its lines have in Raspberry Pi OS.
static void make_chip(void) {
    const char *device = "/sys/kernel/config/gpio-sim/bolthole";
    char path[256], text[64], chip[64];
    snprintf(path, sizeof path, "%s/bank", device);
    must(mkdir(device, 0755), "making", device);
    must(mkdir(path, 0755), "making", path);
    snprintf(path, sizeof path, "%s/bank/label", device);
    write_file(path, CHIP_LABEL);
    snprintf(path, sizeof path, "%s/bank/num_lines", device);
    snprintf(text, sizeof text, "%d", CHIP_LINES);
    write_file(path, text);
    for (int line = 0; line < CHIP_LINES; line++) {
        snprintf(path, sizeof path, "%s/bank/line%d", device, line);
        must(mkdir(path, 0755), "making", path);
        snprintf(path, sizeof path, "%s/bank/line%d/name", device, line);
        snprintf(text, sizeof text, "GPIO%d", line);
        write_file(path, text);
    }
    snprintf(path, sizeof path, "%s/live", device);
    write_file(path, "1");
    snprintf(path, sizeof path, "%s/dev_name", device);
    read_file(path, text, sizeof text);
    snprintf(path, sizeof path, "%s/bank/chip_name", device);
    read_file(path, chip, sizeof chip);
    snprintf(path, sizeof path, "/sys/devices/platform/%s/%s", text, chip);
    setenv("VM_CHIP", path, 1);
}

/// Finds the adapter of i2c-stub, gives it the name that it has on a Pi, and fills the converter's registers.
static void make_converter(void) {
    char path[64], name[64];
    for (int number = 0; number < 8; number++) {
        snprintf(path, sizeof path, "/sys/class/i2c-dev/i2c-%d/name", number);
        if (access(path, R_OK) < 0) continue;
        read_file(path, name, sizeof name);
        if (strcmp(name, "SMBus stub driver") != 0) continue;
        snprintf(path, sizeof path, "/dev/i2c-%d", number);
        if (number != 1) {
            unlink("/dev/i2c-1");
            must(symlink(path, "/dev/i2c-1"), "linking", "/dev/i2c-1");
        }
        int bus = open_soon(path, O_RDWR);
        must(bus, "opening", path);
        must(ioctl(bus, I2C_SLAVE, CONVERTER), "addressing the converter on", path);
        for (unsigned char pointer = 0; pointer < 4; pointer++) {
            // The converter sends the upper byte first, SMBus wants the lower.
            union i2c_smbus_data word = {.word = __builtin_bswap16(CONVERTER_RESET[pointer])};
            struct i2c_smbus_ioctl_data request = {I2C_SMBUS_WRITE, pointer, I2C_SMBUS_WORD_DATA, &word};
            must(ioctl(bus, I2C_SMBUS, &request), "writing a register on", path);
        }
        close(bus);
        return;
    }
    errno = ENODEV;
    fail("finding", "the adapter of i2c-stub");
}

// The command

/// One of the command's outputs: what comes out of `from` goes to the host through `to`.
struct stream {
    int from, to;
};

/// Moves what is there; false at the end.
static bool move(struct stream *stream) {
    char bytes[65536];
    ssize_t count = read(stream->from, bytes, sizeof bytes);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    for (ssize_t done = 0; done < count;) {
        ssize_t written = write(stream->to, bytes + done, (size_t)(count - done));
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) done += written;
    }
    return count > 0;
}

static struct stream make_stream(const char *port, int *end) {
    int ends[2];
    must(pipe2(ends, O_CLOEXEC), "making a pipe for", port);
    must(fcntl(ends[0], F_SETFL, O_NONBLOCK), "making a pipe for", port);
    struct stream stream = {ends[0], open_soon(port, O_WRONLY)};
    must(stream.to, "opening", port);
    *end = ends[1];
    return stream;
}

/// Runs the command, and reaps whatever else ends. Returns its wait status.
static int run(char **command, const char *folder, struct stream streams[2], int ends[2]) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    pid_t child = fork();
    must(child, "forking for", command[0]);
    if (child == 0) {
        sigprocmask(SIG_UNBLOCK, &signals, NULL);
        setsid();
        int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, 0);
        dup2(ends[0], 1);
        dup2(ends[1], 2);
        if (chdir(folder) < 0) {
            dprintf(2, "cannot enter %s: %s\n", folder, strerror(errno));
            _exit(126);
        }
        execvp(command[0], command);
        dprintf(2, "cannot run %s: %s\n", command[0], strerror(errno));
        _exit(errno == ENOENT ? 127 : 126);
    }
    close(ends[0]);
    close(ends[1]);
    struct pollfd polled[2] = {{streams[0].from, POLLIN, 0}, {streams[1].from, POLLIN, 0}};
    struct timespec none = {0, 0}, moment = {0, 20000000};
    for (;;) {
        int status, ended = 0;
        // A child that ends closes its outputs, if nobody else has them; else the moment passes.
        ppoll(polled, 2, polled[0].fd < 0 && polled[1].fd < 0 ? &moment : &(struct timespec){0, 100000000}, NULL);
        for (int index = 0; index < 2; index++)
            if (polled[index].fd >= 0 && polled[index].revents && !move(&streams[index])) polled[index].fd = -1;
        for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
            if (pid == child) {
                ended = 1;
                break;
            }
        if (!ended) continue;
        // What others still write after the command's end is nobody's: only what is there already is moved.
        while (ppoll(polled, 2, &none, NULL) > 0)
            for (int index = 0; index < 2; index++)
                if (polled[index].fd >= 0 && polled[index].revents && !move(&streams[index])) polled[index].fd = -1;
        return status;
    }
}

int main(int count, char **arguments) {
    struct stream streams[2];
    int ends[2];
    mount_on("dev", "/dev", "devtmpfs", 0, NULL);
    mount_on("proc", "/proc", "proc", 0, NULL);
    mount_on("sys", "/sys", "sysfs", 0, NULL);
    control = open_soon("/dev/vport0p3", O_WRONLY);
    if (count != 2) {
        errno = EINVAL;
        fail("starting", "without the folder of the run");
    }
    streams[0] = make_stream("/dev/vport0p1", &ends[0]);
    streams[1] = make_stream("/dev/vport0p2", &ends[1]);
    load_modules();
    enter_root();

    char path[4096], text[65536], *fields[4096];
    snprintf(path, sizeof path, "%s/command", arguments[1]);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    must(file, "opening", path);
    ssize_t length = read(file, text, sizeof text);
    must((int)length, "reading", path);
    close(file);
    int field_count = 0;
    for (ssize_t start = 0; start < length && field_count < 4095; start += (ssize_t)strlen(text + start) + 1)
        fields[field_count++] = text + start;
    fields[field_count] = NULL;
    if (field_count < 6 || length == (ssize_t)sizeof text) {
        errno = E2BIG;
        fail("understanding", path);
    }
    const char *folder = fields[0], *modules = fields[1], *out = fields[2];
    bool chip = strcmp(fields[3], "yes") == 0;

    clearenv();
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    setenv("HOME", "/root", 1);
    setenv("USER", "root", 1);
    setenv("LANG", "C.UTF-8", 1);
    setenv("VM_OUT", out, 1);
    setenv("VM_BOOT", fields[4], 1);
    sethostname("bolthole", 8);
    raise_loopback();
    mount_on(modules, "/lib/modules", NULL, MS_BIND, NULL);
    // What is written here reaches the host when it is synced, and at the latest when the file is closed.
    mount_on("out", out, "9p", 0, "trans=virtio,version=9p2000.L,cache=mmap,msize=512000");
    make_converter();
    if (chip) make_chip();

    char uptime[64];
    read_file("/proc/uptime", uptime, sizeof uptime);
    *strchr(uptime, ' ') = 0;
    say("ready %s\n", uptime);
    int status = run(fields + 5, folder, streams, ends);
    say("exit %d\n", WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    power_off();
}
