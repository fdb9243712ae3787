// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks by MPI; the only includer of mpi.h. Programs that call joinLaunch() link MPI, all others do without. Errors of MPI itself end all
// ranks with a message of MPI, its default.
#include "distribute/launch.h"

#ifdef QS_MPI
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#endif

namespace qs {
namespace {

std::string startedAs(const Launch& launch) { return "started as one of " + std::to_string(launch.size) + " processes, but "; }

}  // namespace

#ifdef QS_MPI
namespace {

constexpr std::size_t kPieceValues = std::size_t{1} << 22;  // of a sum: bounds what MPI allocates for it
constexpr std::size_t kPieceBytes = std::size_t{1} << 30;   // of a broadcast: MPI counts in int

class MpiTransport final : public Transport {
  public:
    MpiTransport() {
        int provided = 0;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
        MPI_Comm_rank(MPI_COMM_WORLD, &m_rank);
        MPI_Comm_size(MPI_COMM_WORLD, &m_size);
    }
    ~MpiTransport() override { MPI_Finalize(); }

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }

    /// Waits asleep, since MPI would keep a core busy that another rank or another program may need.
    int least(int value) override {
        int result = value;
        MPI_Request request{};
        MPI_Iallreduce(&value, &result, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD, &request);
        int done = 0;
        for (unsigned pause = 0; MPI_Test(&request, &done, MPI_STATUS_IGNORE), done == 0; pause = std::min(pause + 10, 1000u))
            ::usleep(pause);
        return result;
    }

    void sum(std::span<float> values) override { sumPieces(values, MPI_FLOAT); }
    void sum(std::span<double> values) override { sumPieces(values, MPI_DOUBLE); }

    void broadcast(std::span<char> bytes, int from) override {
        for (std::size_t at = 0; at < bytes.size(); at += kPieceBytes)
            MPI_Bcast(bytes.data() + at, static_cast<int>(std::min(kPieceBytes, bytes.size() - at)), MPI_BYTE, from, MPI_COMM_WORLD);
    }

  private:
    template <class T>
    void sumPieces(std::span<T> values, MPI_Datatype type) {
        for (std::size_t at = 0; at < values.size(); at += kPieceValues)
            MPI_Allreduce(MPI_IN_PLACE, values.data() + at, static_cast<int>(std::min(kPieceValues, values.size() - at)), type, MPI_SUM,
                          MPI_COMM_WORLD);
    }

    int m_rank = 0, m_size = 1;
};

}  // namespace

std::unique_ptr<Communicator> joinLaunch() {
    const Launch launch = launchOfThisProcess();
    if (launch.size == 1) return std::make_unique<Communicator>();
    auto transport = std::make_unique<MpiTransport>();
    if (transport->size() != launch.size)
        throw Error(startedAs(launch) + "by the launcher of another MPI than this program was built with; use the mpirun of that one",
                    ErrorKind::Usage);
    return std::make_unique<Communicator>(std::move(transport));
}

#else

std::unique_ptr<Communicator> joinLaunch() {
    const Launch launch = launchOfThisProcess();
    if (launch.size == 1) return std::make_unique<Communicator>();
    throw Error(startedAs(launch) + "this program was built without MPI; start it alone, or install MPI (libopenmpi-dev) and build again",
                ErrorKind::Usage);
}

#endif

}  // namespace qs
