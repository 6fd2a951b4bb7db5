/*
 * Bluetooth sockets of the Linux kernel, as Swift can call them: the management channel, a controller's commands, and the
 * attribute protocol's channel, by which phones come, and by which a phone goes to a lock.
 *
 * Translates and decides nothing; nothing here waits. Every function that can fail returns -1 with errno. Without the
 * trait RaspberryPi there is no libbluetooth, and all of them fail with ENOSYS.
 */
#ifndef CBLUEZ_H
#define CBLUEZ_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A socket on the kernel's management channel (mgmt-api). EAFNOSUPPORT if the kernel has no Bluetooth. */
int cbluez_open_management(void);

/* A socket to that controller's commands. It hears the ends of commands, and connections that begin and end. */
int cbluez_open_commands(uint16_t controller);

/* A socket that listens on the attribute protocol's channel, for the controller with that public address. */
int cbluez_listen(const uint8_t address[6]);

/* The next phone's socket, which holds back no more than `buffer` bytes that are to be sent. EAGAIN if there is none. */
int cbluez_accept(int listener, int buffer);

/*
 * A socket that connects to a lock's attribute protocol, from the controller with that public address. It takes packets
 * when it has connected; a failure is its SO_ERROR then. `is_random` says of what kind the lock's address is.
 */
int cbluez_connect(const uint8_t from[6], const uint8_t to[6], int is_random);

/* The controller's number of a phone's connection, its handle. */
int cbluez_handle(int phone);

/* Sends one packet, to a phone or to the kernel. EAGAIN if it cannot be taken now. */
ssize_t cbluez_send(int descriptor, const void *bytes, size_t count);

/* Receives one packet and returns its whole length, even if less was asked for; 0 = a phone has hung up. */
ssize_t cbluez_receive(int descriptor, void *bytes, size_t count);

/* Whether a phone's socket takes packets: 1 or 0. */
int cbluez_is_writable(int phone);

#endif
