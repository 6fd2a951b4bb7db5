#define _GNU_SOURCE
#include "CLinux.h"

#ifdef __linux__

#include <sched.h>

int clinux_stay_on(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int index = 0; index < CPU_SETSIZE; index++)
        if (processor < 0 || index == processor) CPU_SET(index, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

int clinux_go_first(void) {
    struct sched_param priority = {.sched_priority = 10};
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority);
}

#endif
