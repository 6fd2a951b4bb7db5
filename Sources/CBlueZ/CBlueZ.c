#define _GNU_SOURCE
#include "CBlueZ.h"

#include <errno.h>

#ifdef BOLTHOLE_RASPBERRY_PI

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/hci_lib.h>
#include <bluetooth/l2cap.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The attribute protocol's fixed channel (Core 5.4, Vol 3, Part A, 2.1). */
enum { ATT_CHANNEL = 4 };

/* Closes, and keeps the reason. */
static int give_up(int descriptor) {
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

int cbluez_open_management(void) {
    int channel = socket(AF_BLUETOOTH, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, BTPROTO_HCI);
    if (channel < 0) return -1;
    struct sockaddr_hci address = {AF_BLUETOOTH, HCI_DEV_NONE, HCI_CHANNEL_CONTROL};
    if (bind(channel, (struct sockaddr *)&address, sizeof address) == 0) return channel;
    return give_up(channel);
}

int cbluez_open_commands(uint16_t controller) {
    int commands = hci_open_dev(controller);
    if (commands < 0) return -1;
    struct hci_filter filter;
    hci_filter_clear(&filter);
    hci_filter_set_ptype(HCI_EVENT_PKT, &filter);
    hci_filter_set_event(EVT_CMD_COMPLETE, &filter);
    hci_filter_set_event(EVT_CMD_STATUS, &filter);
    hci_filter_set_event(EVT_DISCONN_COMPLETE, &filter);
    hci_filter_set_event(EVT_LE_META_EVENT, &filter);
    if (fcntl(commands, F_SETFL, O_NONBLOCK) == 0 && fcntl(commands, F_SETFD, FD_CLOEXEC) == 0 &&
        setsockopt(commands, SOL_HCI, HCI_FILTER, &filter, sizeof filter) == 0)
        return commands;
    return give_up(commands);
}

/* A socket on the attribute protocol's channel, bound to the controller with that public address. */
static int open_attributes(const uint8_t address[6]) {
    int channel = socket(AF_BLUETOOTH, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, BTPROTO_L2CAP);
    if (channel < 0) return -1;
    struct sockaddr_l2 place = {
        .l2_family = AF_BLUETOOTH, .l2_cid = htobs(ATT_CHANNEL), .l2_bdaddr_type = BDADDR_LE_PUBLIC};
    memcpy(&place.l2_bdaddr, address, sizeof place.l2_bdaddr);
    if (bind(channel, (struct sockaddr *)&place, sizeof place) == 0) return channel;
    return give_up(channel);
}

int cbluez_listen(const uint8_t address[6]) {
    int listener = open_attributes(address);
    if (listener < 0 || listen(listener, 8) == 0) return listener;
    return give_up(listener);
}

int cbluez_connect(const uint8_t from[6], const uint8_t to[6], int is_random) {
    int phone = open_attributes(from);
    if (phone < 0) return -1;
    struct sockaddr_l2 lock = {
        .l2_family = AF_BLUETOOTH,
        .l2_cid = htobs(ATT_CHANNEL),
        .l2_bdaddr_type = is_random ? BDADDR_LE_RANDOM : BDADDR_LE_PUBLIC};
    memcpy(&lock.l2_bdaddr, to, sizeof lock.l2_bdaddr);
    if (connect(phone, (struct sockaddr *)&lock, sizeof lock) == 0 || errno == EINPROGRESS) return phone;
    return give_up(phone);
}

int cbluez_accept(int listener, int buffer) {
    int phone = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (phone < 0) return -1;
    if (setsockopt(phone, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer) == 0) return phone;
    return give_up(phone);
}

int cbluez_handle(int phone) {
    struct l2cap_conninfo answer = {0};
    socklen_t size = sizeof answer;
    if (getsockopt(phone, SOL_L2CAP, L2CAP_CONNINFO, &answer, &size) != 0) return -1;
    return answer.hci_handle;
}

ssize_t cbluez_send(int descriptor, const void *bytes, size_t count) {
    return send(descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
}

ssize_t cbluez_receive(int descriptor, void *bytes, size_t count) {
    return recv(descriptor, bytes, count, MSG_DONTWAIT | MSG_TRUNC);
}

int cbluez_is_writable(int phone) {
    struct pollfd polled = {phone, POLLOUT, 0};
    return poll(&polled, 1, 0) > 0 && (polled.revents & POLLOUT) != 0;
}

#else /* without the trait */

static int absent(void) {
    errno = ENOSYS;
    return -1;
}

int cbluez_open_management(void) { return absent(); }

int cbluez_open_commands(uint16_t controller) {
    (void)controller;
    return absent();
}

int cbluez_listen(const uint8_t address[6]) {
    (void)address;
    return absent();
}

int cbluez_connect(const uint8_t from[6], const uint8_t to[6], int is_random) {
    (void)from, (void)to, (void)is_random;
    return absent();
}

int cbluez_accept(int listener, int buffer) {
    (void)listener, (void)buffer;
    return absent();
}

int cbluez_handle(int phone) {
    (void)phone;
    return absent();
}

ssize_t cbluez_send(int descriptor, const void *bytes, size_t count) {
    (void)descriptor, (void)bytes, (void)count;
    return absent();
}

ssize_t cbluez_receive(int descriptor, void *bytes, size_t count) {
    (void)descriptor, (void)bytes, (void)count;
    return absent();
}

int cbluez_is_writable(int phone) {
    (void)phone;
    return 0;
}

#endif
