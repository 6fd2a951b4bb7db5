/*
 * The kernel's own structures and requests, as Swift can call them: epoll, eventfd, I2C (SMBus), RTC, watchdog, MTD.
 *
 * Each function is one system call and returns what it returns: -1 with errno if it failed.
 */
#ifndef CLINUX_H
#define CLINUX_H

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <linux/rtc.h>
#include <linux/watchdog.h>
#include <malloc.h>
#include <mtd/mtd-user.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* epoll: one word of the caller's beside each descriptor. */
static inline int clinux_epoll_add(int epoll, int descriptor, uint32_t word) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = word};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

/* The same descriptor, also awaited until it can be written, or no more. */
static inline int clinux_epoll_change(int epoll, int descriptor, uint32_t word, int is_writing) {
    struct epoll_event event = {.events = EPOLLIN | (is_writing ? EPOLLOUT : 0), .data.u32 = word};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}

static inline int clinux_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

/* Waits at most so many milliseconds; -1 = for ever. Fills `words`; returns how many there are. */
static inline int clinux_epoll_wait(int epoll, uint32_t *words, int capacity, int milliseconds) {
    struct epoll_event events[16];
    int count = epoll_wait(epoll, events, capacity < 16 ? capacity : 16, milliseconds);
    for (int index = 0; index < count; index++) words[index] = events[index].data.u32;
    return count;
}

static inline int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/* A descriptor that becomes readable whenever somebody sets the system's time. */
static inline int clinux_clock_watch(void) {
    int timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer < 0) return -1;
    /* Far away: what counts is that setting the clock cancels it. */
    struct itimerspec never = {.it_value = {.tv_sec = (time_t)1 << 33}};
    if (timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) == 0) return timer;
    int error = errno;
    close(timer);
    errno = error;
    return -1;
}

/* Takes the news of such a descriptor. */
static inline int clinux_clock_was_set(int timer) {
    uint64_t count;
    return read(timer, &count, sizeof count) < 0 && errno == ECANCELED;
}

/* A descriptor that becomes readable on SIGTERM, SIGINT or SIGHUP, which then no longer kill. */
static inline int clinux_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* A stream socket at a path, listening; the file is replaced and gets that mode. */
static inline int clinux_listen(const char *path, unsigned int mode) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) return -1;
    unlink(path);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || chmod(path, mode) != 0 ||
        listen(listener, 4) != 0) {
        int error = errno;
        close(listener);
        errno = error;
        return -1;
    }
    return listener;
}

static inline int clinux_accept(int listener) {
    int peer = accept(listener, NULL, NULL);
    if (peer < 0) return -1;
    fcntl(peer, F_SETFD, FD_CLOEXEC);
    fcntl(peer, F_SETFL, O_NONBLOCK);
    return peer;
}

/* A stream socket connected to a path. */
static inline int clinux_connect(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer < 0) return -1;
    if (connect(peer, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        close(peer);
        errno = error;
        return -1;
    }
    return peer;
}

/* Sends one datagram to a path; a leading '@' is Linux's abstract name space (sd_notify(3)). */
static inline int clinux_notify(const char *path, const char *words) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = 0;
    int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sender < 0) return -1;
    socklen_t size = (socklen_t)(sizeof(sa_family_t) + length);
    ssize_t sent = sendto(sender, words, strlen(words), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    int error = errno;
    close(sender);
    errno = error;
    return sent < 0 ? -1 : 0;
}

/* A datagram socket at a path, for whoever is told something there (sd_notify(3)); the file is replaced. */
static inline int clinux_receiver(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (receiver < 0) return -1;
    unlink(path);
    if (bind(receiver, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        close(receiver);
        errno = error;
        return -1;
    }
    return receiver;
}

/* This thread, and what it starts from now on, runs on one processor only; -1 = on all. */
int clinux_stay_on(int processor);

/* This thread goes before all others of its processor; what it starts does not. */
int clinux_go_first(void);

/* A thread that nobody waits for: 0, or -1 with errno. */
static inline int clinux_thread(void *(*run)(void *), void *context) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, run, context);
    if (error == 0) error = pthread_detach(thread);
    errno = error;
    return error == 0 ? 0 : -1;
}

/* SMBus: 16-bit registers, the low byte first on the wire. */
static inline int clinux_i2c_address(int bus, unsigned long address) { return ioctl(bus, I2C_SLAVE, address); }

static inline int clinux_i2c_write_word(int bus, uint8_t command, uint16_t word) {
    union i2c_smbus_data data = {.word = word};
    struct i2c_smbus_ioctl_data arguments = {I2C_SMBUS_WRITE, command, I2C_SMBUS_WORD_DATA, &data};
    return ioctl(bus, I2C_SMBUS, &arguments);
}

static inline int clinux_i2c_read_word(int bus, uint8_t command, uint16_t *word) {
    union i2c_smbus_data data;
    struct i2c_smbus_ioctl_data arguments = {I2C_SMBUS_READ, command, I2C_SMBUS_WORD_DATA, &data};
    int result = ioctl(bus, I2C_SMBUS, &arguments);
    if (result == 0) *word = data.word;
    return result;
}

/* RTC: the calendar as the chip has it, in UTC. */
static inline int clinux_rtc_read(int chip, struct rtc_time *time) { return ioctl(chip, RTC_RD_TIME, time); }

/* RTC: flags that say that the chip has lost its supply, and with it the time. */
enum { clinux_rtc_unsupplied = RTC_VL_DATA_INVALID | RTC_VL_BACKUP_EMPTY };

/* RTC: what the chip says of its own supply (RTC_VL_*). Not every driver answers. */
static inline int clinux_rtc_flags(int chip, unsigned int *flags) { return ioctl(chip, RTC_VL_READ, flags); }

static inline int clinux_watchdog_timeout(int watchdog, int *seconds) {
    return ioctl(watchdog, WDIOC_SETTIMEOUT, seconds);
}

static inline int clinux_watchdog_feed(int watchdog) { return ioctl(watchdog, WDIOC_KEEPALIVE, 0); }

static inline int clinux_watchdog_cause(int watchdog, int *flags) {
    return ioctl(watchdog, WDIOC_GETBOOTSTATUS, flags);
}

static inline int clinux_mtd_geometry(int device, struct mtd_info_user *geometry) {
    return ioctl(device, MEMGETINFO, geometry);
}

static inline int clinux_mtd_erase(int device, uint32_t start, uint32_t length) {
    struct erase_info_user sector = {start, length};
    return ioctl(device, MEMERASE, &sector);
}

/* From now on, blocks of 128 KiB and more go back to the system when they are freed; glibc would keep those that are as
 * large as one that was freed before. */
static inline void clinux_return_large_blocks(void) {
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

/* Whether the kernel's clock follows a source outside: 1, 0, or -1. Changes nothing. */
static inline int clinux_is_time_synchronised(void) {
    struct timex state = {.modes = 0};
    int result = adjtimex(&state);
    return result < 0 ? -1 : !(state.status & STA_UNSYNC);
}

#endif
#endif
