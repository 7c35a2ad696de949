// driver deck|file FIRST COUNT SEED-FILES...: feeds damaged copies number FIRST .. FIRST + COUNT of the seeds
// to the readers of decks or files. Says "N" before each, "fault what" where something else than taking or
// refusing happens, and what it took at the end. Ten seconds of work on one input end it by a signal, more
// than a GiB of memory by a fault.
//   driver write deck|file NUMBER OUTPUT SEED-FILES... writes one copy, to look into it.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <sys/time.h>
#include <vector>

#include <fmt/format.h>

#include "rfhgn/parallel/session.hpp"

#include "mutation.hpp"
#include "targets.hpp"

namespace {

using namespace rfhgn;

std::vector<std::string> contents(int count, char** paths) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) {
        std::ifstream file(paths[i], std::ios::binary);
        all.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return all;
}

std::string mutated(bool deck, const std::vector<std::string>& seeds, std::uint64_t number) {
    return deck ? fuzz::mutated_deck(seeds, number) : fuzz::mutated_file(seeds, number);
}

void say(const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
}

long memory_mib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

// Working time, since the machine may be busy with other things.
void allow_seconds_of_work(int seconds) {
    const itimerval limit{{0, 0}, {seconds, 0}};
    setitimer(ITIMER_PROF, &limit, nullptr);
}

// Whether the next one may come.
bool feed(bool deck, const std::string& input, const std::string& scratch, std::uint64_t& taken) {
    try {
        taken += deck ? fuzz::feed_deck(input) : fuzz::feed_file(input, scratch);
    } catch (const std::exception& error) {
        say(fmt::format("fault {}", error.what()));
    }
    const long memory = memory_mib();
    if (memory > 1024) say(fmt::format("fault takes {} MiB of memory", memory));
    return memory <= 1024;
}

void feed_all(bool deck, std::uint64_t first, std::uint64_t count, const std::vector<std::string>& seeds) {
    const parallel::Session session;
    const std::string scratch = fuzz::scratch_folder();
    std::uint64_t good = 0;
    allow_seconds_of_work(60);
    for (const auto& seed : seeds) feed(deck, seed, scratch, good);
    if (good != seeds.size())
        say(fmt::format("fault only {} of {} good inputs are taken", good, seeds.size()));
    std::uint64_t taken = 0;
    std::uint64_t number = first;
    bool goes_on = true;
    for (; goes_on && number < first + count; ++number) {
        allow_seconds_of_work(10);
        say(std::to_string(number));
        goes_on = feed(deck, mutated(deck, seeds, number), scratch, taken);
    }
    std::filesystem::remove_all(scratch);
    say(fmt::format("taken {}\nmemory {}", taken, memory_mib()));
    if (goes_on) say("end");
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv, argv + argc);
    if (argc > 5 && words[1] == "write") {
        const auto seeds = contents(argc - 5, argv + 5);
        std::ofstream(words[4], std::ios::binary)
            << mutated(words[2] == "deck", seeds, std::stoull(words[3]));
        return 0;
    }
    if (argc < 5) return 2;
    feed_all(words[1] == "deck", std::stoull(words[2]), std::stoull(words[3]), contents(argc - 4, argv + 4));
    return 0;
}
