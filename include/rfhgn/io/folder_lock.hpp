#pragma once

#include <string>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

/// Keeps a folder for one run. Every rank holds a lock on FOLDER/.rfhgn-lock, so that it is free only when
/// the last rank is gone: ranks outlive a launcher that was killed by seconds. The system takes the lock from
/// a process that ends, however it ends; the file stays.
class FolderLock {
  public:
    /// Waits for up to `seconds` while another run holds the folder. `who` is told to those who then find it
    /// taken: one line. *Collective.* Throws InputError on all ranks when it stays taken, naming host,
    /// process and command of its holder, and when something else is in the place of the lock file.
    FolderLock(const parallel::Communicator& comm, const std::string& folder, const std::string& who,
               double seconds);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

    /// False where the file system knows no locks, so that nothing is kept.
    [[nodiscard]] bool works() const noexcept { return works_; }

  private:
    void open_file(bool create);
    [[nodiscard]] bool lock(short kind, double seconds);
    [[nodiscard]] std::string text() const;
    void take_alone(const std::string& who, double seconds);

    std::string path_;
    int descriptor_ = -1;
    bool works_ = true;
};

}  // namespace rfhgn::io
