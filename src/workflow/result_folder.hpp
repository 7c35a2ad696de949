#pragma once
/// The output folder of a run: who may use it, what is complete in it, and what may be replaced.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rfhgn/io/folder_lock.hpp"
#include "rfhgn/workflow/record.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "file_digests.hpp"

namespace rfhgn::workflow {

/// Every stage's files pass through here. A file is removed or replaced only if the record says that rfhgn
/// wrote it and it is as rfhgn left it, and only after all that can be refused was refused.
class ResultFolder {
  public:
    /// Makes the folder, keeps other runs out of it, and compares what it holds with what these stages would
    /// make. *Collective.* Throws InputError, with nothing touched, when an input is missing, when files are
    /// in the way, and when --restart finds that a complete stage's settings, inputs or files are others than
    /// they were.
    ResultFolder(const Context& context, std::vector<const Stage*> stages);

    /// Whether an earlier run of this folder did it all, with these settings and inputs.
    [[nodiscard]] bool finished(const Stage& stage) const { return finished_.contains(stage.name); }
    /// To be called before a stage runs, and when all its files are closed. *Collective.*
    void begin(const Stage& stage);
    void complete(const Stage& stage);
    /// The resolved deck, beside the results. *Collective.*
    void write_deck();

  private:
    enum class State { absent, unfinished, finished };

    [[nodiscard]] std::string path(const std::string& name) const;
    [[nodiscard]] bool is_made_anew(const StageInput& input) const;
    [[nodiscard]] bool goes_on(const Stage& stage) const;
    [[nodiscard]] bool writes_deck() const;
    [[nodiscard]] std::vector<std::string> files_of(const Stage& stage) const;
    [[nodiscard]] std::vector<std::string> doomed_files(const Stage& stage) const;
    [[nodiscard]] StageRecord record_of(const Stage& stage, const Digests& digests) const;
    [[nodiscard]] std::vector<std::string> paths_to_compare() const;
    void require_not_inputs(const std::vector<std::string>& paths) const;
    void require_own(const std::string& stage, const std::string& name, const Digests& digests) const;
    void require_absent(const std::string& part) const;
    void require_beginning(const std::string& name, const std::string& text) const;
    void require_replaceable(const Digests& digests) const;
    void require_complete(const Stage& stage, const StageRecord& before, const Digests& digests) const;
    void require_same(const Stage& stage, const StageRecord& before, const Digests& digests) const;
    [[nodiscard]] State state_of(const Stage& stage, const Digests& digests) const;
    void look(const Digests& digests);

    const Context& context_;
    std::vector<const Stage*> stages_;
    std::unique_ptr<io::FolderLock> lock_;
    Record record_;  // on the root
    FileDigests digests_;
    std::map<std::string, State> states_;  // on the root
    std::set<std::string> finished_;
};

}  // namespace rfhgn::workflow
