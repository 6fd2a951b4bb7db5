/* Finds lines and chips, whichever generation of libgpiod there is. */
#include "Search.h"

#ifdef BOLTHOLE_RASPBERRY_PI

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

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

void cgpiod_found(const struct cgpiod_search *search, const char *path, unsigned int number) {
    snprintf(search->path, search->size, "%s", path);
    *search->number = number;
}

static int search_all(struct cgpiod_search *search, int (*visit)(const char *, void *)) {
    int result = each_chip(visit, search);
    if (result == 1) return 0;
    if (result == 0) errno = search->error ? search->error : ENOENT;
    return -1;
}

int cgpiod_find_line(const char *name, char *path, size_t size, unsigned int *offset) {
    struct cgpiod_search search = {name, path, size, offset, 0};
    return search_all(&search, cgpiod_has_line);
}

int cgpiod_find_chip(const char *label, char *path, size_t size, unsigned int *count) {
    struct cgpiod_search search = {label, path, size, count, 0};
    return search_all(&search, cgpiod_has_label);
}

#endif
