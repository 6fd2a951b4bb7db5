"""The scheduler's benchmark in SimPy: 64 timers, each re-arming itself after a pseudo-random delay.

Usage: timers.py EVENTS. Prints how many events there were (about as many), processor seconds, and a checksum. The same model stands in timers.cpp (SystemC) and in
Sources/bolthole-bench; equal checksums show that all three simulated the same.
"""

import sys
import time

import simpy

TIMERS = 64
MASK = (1 << 64) - 1


class Timers:
    def __init__(self):
        self.count = 0
        self.checksum = 0

    def timer(self, env, number):
        state = number
        while True:
            state = (state * 6364136223846793005 + 1442695040888963407) & MASK
            yield env.timeout(1 + (state >> 33) % 1000)
            self.count += 1
            self.checksum = (self.checksum + env.now * (number + 1)) & MASK


def main():
    # A fixed end rather than a fixed number of events: every engine then stops at the same place.
    end = int(sys.argv[1]) * 1001 // (2 * TIMERS)
    timers = Timers()
    env = simpy.Environment()
    for number in range(TIMERS):
        env.process(timers.timer(env, number))
    began = time.process_time()
    env.run(until=end)
    print(timers.count, time.process_time() - began, timers.checksum)


main()
