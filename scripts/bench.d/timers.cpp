// The scheduler's benchmark in SystemC: 64 timers, each re-arming itself after a pseudo-random delay.
//
// Usage: timers EVENTS. Prints how many events there were (about as many), processor seconds, and a checksum. The same model stands in timers.py (SimPy) and in
// Sources/bolthole-bench. SC_METHOD with next_trigger is the fastest that SystemC has; a thread would switch stacks.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <systemc>

static constexpr unsigned timerCount = 64;
static uint64_t count = 0;
static uint64_t checksum = 0;

SC_MODULE(Timer) {
    uint64_t number = 0, state = 0;
    bool isArmed = false;

    void fire() {
        if (isArmed) {
            count++;
            checksum += sc_core::sc_time_stamp().value() * (number + 1);
        }
        isArmed = true;
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        next_trigger(sc_core::sc_time::from_value(1 + (state >> 33) % 1000));
    }

    SC_CTOR(Timer) { SC_METHOD(fire); }
};

int sc_main(int argc, char *argv[]) {
    if (argc != 2) return 2;
    const uint64_t end = std::strtoull(argv[1], nullptr, 10) * 1001 / (2 * timerCount);
    sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
    for (unsigned number = 0; number < timerCount; number++) {
        char name[16];
        std::snprintf(name, sizeof name, "timer%u", number);
        Timer *timer = new Timer(name);
        timer->number = timer->state = number;
    }
    const std::clock_t began = std::clock();
    // The end itself does not count, as in SimPy.
    sc_core::sc_start(sc_core::sc_time::from_value(end - 1));
    const double seconds = double(std::clock() - began) / CLOCKS_PER_SEC;
    std::printf("%llu %f %llu\n", (unsigned long long)count, seconds, (unsigned long long)checksum);
    return 0;
}
