#include <algorithm>

#include <fmt/format.h>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"

#include "checks.hpp"

namespace rfhgn::training {

namespace {

struct Print {
    std::uint64_t sum;
    GlobalIndex number;  // of the snapshot
    bool judging;        // of the other data set

    [[nodiscard]] auto key() const { return std::tuple(sum, judging, number); }
};

// A checksum of several arrays one after the other.
class ArraysChecksum {
  public:
    template <class T>
    void add(std::span<const T> values) {
        const auto bytes = std::as_bytes(values);
        sum_ += checksum(bytes, offset_);
        constexpr std::uint64_t word = 8;
        offset_ += (bytes.size() + word) / word * word;
    }
    [[nodiscard]] std::uint64_t sum() const { return sum_; }

  private:
    std::uint64_t sum_ = 0;
    std::uint64_t offset_ = 0;
};

Print print_of(const SnapshotView& snapshot, bool judging) {
    ArraysChecksum sum;
    sum.add(snapshot.species);
    sum.add(snapshot.position);
    sum.add(snapshot.momentum);
    if (snapshot.box)
        for (const auto& vector : snapshot.box->vectors) sum.add(std::span<const double>(vector));
    return {sum.sum(), snapshot.number, judging};
}

// A snapshot, and the first that is the same.
struct Twins {
    GlobalIndex number;
    GlobalIndex first;
    friend auto operator<=>(const Twins&, const Twins&) = default;
};

// Each print goes to the rank that its sum names: there are those that are the same.
std::vector<Twins> twins(const parallel::Communicator& comm, const std::vector<Print>& prints, bool across) {
    std::vector<std::vector<Print>> outgoing(static_cast<std::size_t>(comm.size()));
    for (const auto& print : prints) outgoing[print.sum % outgoing.size()].push_back(print);
    std::vector<Print> here;
    for (const auto& part : parallel::all_to_all(comm, outgoing))
        here.insert(here.end(), part.begin(), part.end());
    std::ranges::sort(here, {}, &Print::key);
    std::vector<Twins> found;
    for (std::size_t i = 1, first = 0; i < here.size(); ++i) {
        if (here[i].sum != here[first].sum) first = i;
        const bool other = here[i].judging != here[first].judging;
        if (i != first && other == across) found.push_back({here[i].number, here[first].number});
    }
    return found;
}

// How many there are, and the first few in words, the same on every rank.
struct Found {
    GlobalIndex count = 0;
    std::string words{};
};
Found told(const parallel::Communicator& comm, std::vector<Twins> here) {
    Found found{parallel::sum(comm, static_cast<GlobalIndex>(here.size()))};
    constexpr std::size_t most = 3;
    std::ranges::sort(here);
    here.resize(std::min(here.size(), most));
    std::vector<Twins> all;
    for (const auto& part :
         parallel::all_to_all(comm, std::vector(static_cast<std::size_t>(comm.size()), here)))
        all.insert(all.end(), part.begin(), part.end());
    std::ranges::sort(all);
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i)
        found.words += fmt::format("{}{} is {}", i == 0 ? "" : ", ", all[i].number, all[i].first);
    if (found.count > static_cast<GlobalIndex>(most)) found.words += ", ...";
    return found;
}

class Duplicates final : public DataCheck {
  public:
    void look(const SnapshotView& snapshot, const SnapshotView*) override {
        prints_.push_back(print_of(snapshot, false));
    }
    void conclude(const parallel::Communicator& comm, DataReport& report) override {
        const auto found = told(comm, twins(comm, prints_, false));
        report.checks.push_back({.name = "duplicates",
                                 .possible = true,
                                 .words = found.count == 0 ? "no configuration is there twice"
                                                           : fmt::format("{} are there twice", found.count),
                                 .value = static_cast<double>(found.count)});
        if (found.count > 0)
            report.findings.push_back(
                {"duplicates",
                 fmt::format("{} configurations are there twice (snapshot {})", found.count, found.words),
                 "leave them out: held-out ones that were trained on flatter the model"});
    }

  private:
    std::vector<Print> prints_;
};

void add_prints(const parallel::Communicator& comm, const data::SnapshotSource& source, bool judging,
                std::vector<Print>& prints) {
    const auto own = parallel::block_range(source.totals().snapshots, comm.size(), comm.rank());
    for_each_snapshot(source, own, [&](const SnapshotView& snapshot, const SnapshotView*) {
        prints.push_back(print_of(snapshot, judging));
    });
}

}  // namespace

std::unique_ptr<DataCheck> check_duplicates(const data::SnapshotTotals&) {
    return std::make_unique<Duplicates>();
}

std::vector<DataFinding> find_shared(const parallel::Communicator& comm, const data::SnapshotSource& training,
                                     const data::SnapshotSource& judging) {
    std::vector<Print> prints;
    parallel::together_at_length(comm, [&] {
        add_prints(comm, training, false, prints);
        add_prints(comm, judging, true, prints);
    });
    const auto found = told(comm, twins(comm, prints, true));
    if (found.count == 0) return {};
    return {{"duplicates",
             fmt::format("{} configurations of the data to judge by are among those to train on (snapshot {} "
                         "of the training data)",
                         found.count, found.words),
             "leave them out of one of both: errors are told of what was learned"}};
}

}  // namespace rfhgn::training
