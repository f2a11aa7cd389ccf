// PostgreSQL: deadlines in a table with an index on the instant; SKIP LOCKED takes out what is due.
#include <fmt/format.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bench/peers/peer.h"
#include "tools/vencer/load_histogram.h"

namespace vencer::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr int kDrainWorkers = 4;
constexpr int kDrainBatch = 1000;
constexpr const char* kUser = "postgres";  // the server refuses to run as root

const std::vector<std::string> kSettings = {
    "shared_buffers=512MB",       "wal_buffers=64MB",         "max_wal_size=16GB",
    "checkpoint_timeout=1h",      "wal_level=minimal",        "max_wal_senders=0",
    "max_connections=100",        "autovacuum=off",           "jit=off",
    "listen_addresses=127.0.0.1", "unix_socket_directories=", "huge_pages=try"};

double seconds_since(SteadyClock::time_point from) {
  return std::chrono::duration<double>(SteadyClock::now() - from).count();
}

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Session = std::unique_ptr<PGconn, Finish>;
using Answer = std::unique_ptr<PGresult, Finish>;

[[noreturn]] void fail(PGconn* session) {
  throw std::runtime_error(std::string("PostgreSQL: ") + PQerrorMessage(session));
}

Answer execute(PGconn* session, const std::string& sql) {
  Answer answer(PQexec(session, sql.c_str()));
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(session);
  return answer;
}

// "($1::bigint), ..." would be parsed anew for each size; arrays are one statement for all.
constexpr const char* kInsertOne =
    "INSERT INTO deadline (due, member) VALUES ($1::bigint, $2::text)";
constexpr const char* kInsertMany =
    "INSERT INTO deadline (due, member) SELECT * FROM unnest($1::bigint[], $2::text[])";

// One connection that inserts, in pipeline mode: `pipeline` statements, each its own transaction.
class Inserter {
 public:
  Inserter(Session session, int rows) : session_(std::move(session)), rows_(rows) {
    Answer prepared(
        PQprepare(session_.get(), "i", rows == 1 ? kInsertOne : kInsertMany, 2, nullptr));
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) fail(session_.get());
    if (PQenterPipelineMode(session_.get()) != 1) fail(session_.get());
  }

  // One batch; returns the rows.
  int batch(int statements, std::uint64_t& number) {
    for (int i = 0; i < statements; ++i) {
      fill(number);
      const char* values[2] = {due_.c_str(), member_.c_str()};
      if (PQsendQueryPrepared(session_.get(), "i", 2, values, nullptr, nullptr, 0) != 1 ||
          PQpipelineSync(session_.get()) != 1) {
        fail(session_.get());
      }
    }
    for (int synced = 0; synced < statements;) {
      const Answer answer(PQgetResult(session_.get()));
      if (!answer) continue;  // the end of one statement's results
      const ExecStatusType status = PQresultStatus(answer.get());
      if (status == PGRES_PIPELINE_SYNC) ++synced;
      if (status == PGRES_FATAL_ERROR) fail(session_.get());
    }
    return statements * rows_;
  }

 private:
  void fill(std::uint64_t& number) {
    due_.clear(), member_.clear();
    for (int row = 0; row < rows_; ++row, ++number) {
      const char* const before = rows_ == 1 ? "" : row == 0 ? "{" : ",";
      const char* const quote = rows_ == 1 ? "" : "\"";
      fmt::format_to(std::back_inserter(due_), "{}{}", before,
                     1'800'000'000'000 + number % 3'600'000);
      fmt::format_to(std::back_inserter(member_), "{}{}{}{}", before, quote, member_text(number),
                     quote);
    }
    if (rows_ > 1) due_ += '}', member_ += '}';
  }

  Session session_;
  const int rows_;
  std::string due_, member_;
};

class PostgresPeer final : public Peer {
 public:
  explicit PostgresPeer(int rows) : rows_(rows) {}

  std::string name() const override {
    return rows_ == 1 ? "PostgreSQL" : fmt::format("PostgreSQL, {} rows a statement (rows)", rows_);
  }
  std::string settings() const override {
    std::string set;
    for (const std::string& setting : kSettings) set += (set.empty() ? "" : " ") + setting;
    return fmt::format(
        "PostgreSQL 15: table (id, due, member of {} B) with an index on due; prepared statements "
        "in "
        "libpq's pipeline mode, each its own transaction, {} row(s) each; durable: "
        "synchronous_commit=on, else off; {}. Drain: DELETE of a SELECT ... ORDER BY due LIMIT {} "
        "FOR "
        "UPDATE SKIP LOCKED, RETURNING, {} workers. Bytes are those of table and indexes on disk",
        kMemberBytes, rows_, set, kDrainBatch, kDrainWorkers);
  }

  void start(const fs::path& folder, bool durable) override {
    log_ = folder / "postgres.log";
    const fs::path data = folder / "pg";
    fs::create_directory(data);
    give_to_user(data);
    give_to_user(log_);
    const std::string bin =
        fs::path(find_program("postgres", {"/usr/lib/postgresql/15/bin"})).parent_path();
    const Ran made = run_program({bin + "/initdb", "-D", data, "-A", "trust", "-U", "vencer", "-E",
                                  "UTF8", "--no-locale", "-N"},
                                 log_, kUser);
    if (made.exit_code != 0) throw std::runtime_error("initdb failed:\n" + read_text(log_));
    port_ = free_port();
    std::vector<std::string> arguments = {bin + "/postgres", "-D", data, "-p",
                                          std::to_string(port_)};
    for (const std::string& setting : kSettings) arguments.insert(arguments.end(), {"-c", setting});
    arguments.insert(arguments.end(),
                     {"-c", std::string("synchronous_commit=") + (durable ? "on" : "off")});
    server_.emplace(arguments, log_, kUser);
    wait_for_port(port_, *server_, log_);
    const Session session = open();
    execute(session.get(),
            "CREATE TABLE deadline (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, due bigint "
            "NOT NULL, member text NOT NULL)");
    execute(session.get(), "CREATE INDEX ON deadline (due)");
  }

  InsertFigures insert(const InsertShape& shape) override {
    const double before = cpu_seconds();
    const InsertFigures figures = load(shape, 0, rows_);
    InsertFigures result = figures;
    result.cpu_us = (cpu_seconds() - before) * 1e6 / std::max(1.0, inserted_);
    return result;
  }

  DrainFigures drain(std::uint64_t count) override {
    load({8, 4, 0}, count, 100);
    const double inserted = inserted_;  // whole statements
    const Session session = open();
    execute(session.get(), "VACUUM ANALYZE deadline");
    execute(session.get(), "CHECKPOINT");
    DrainFigures figures;
    const Answer size = execute(session.get(), "SELECT pg_total_relation_size('deadline')");
    figures.bytes_per_deadline = std::stod(PQgetvalue(size.get(), 0, 0)) / inserted;
    const auto from = SteadyClock::now();
    std::atomic<std::uint64_t> taken{0};
    {
      std::vector<std::jthread> workers;
      for (int i = 0; i < kDrainWorkers; ++i) workers.emplace_back([&] { taken += take_all(); });
    }
    if (static_cast<double>(taken) != inserted) {
      throw std::runtime_error("PostgreSQL: not all deadlines were drained");
    }
    figures.per_second = inserted / seconds_since(from);
    return figures;
  }

  void stop() override {
    if (server_) server_->stop(SIGINT, 30'000);  // "fast": open transactions are rolled back
    server_.reset();
  }

 private:
  static void give_to_user(const fs::path& path) {
    const passwd* account = getpwnam(kUser);
    if (getuid() != 0 || account == nullptr) return;
    if (!fs::exists(path)) std::ofstream(path).flush();
    if (chown(path.c_str(), account->pw_uid, account->pw_gid) != 0) {
      throw std::runtime_error("cannot give a folder to the user " + std::string(kUser));
    }
  }

  Session open() const {
    const std::string where =
        fmt::format("host=127.0.0.1 port={} user=vencer dbname=postgres", port_);
    for (int tries = 0; tries < 200; ++tries) {
      Session session(PQconnectdb(where.c_str()));
      if (PQstatus(session.get()) == CONNECTION_OK) return session;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));  // it accepts before it is ready
    }
    throw std::runtime_error("PostgreSQL does not answer");
  }

  // Of the server and of its processes, also those that have ended.
  double cpu_seconds() const { return tree_cpu_seconds(server_->pid()); }

  // count 0: for shape.seconds.
  InsertFigures load(const InsertShape& shape, std::uint64_t count, int rows) {
    std::mutex mutex;
    LatencyHistogram latency;
    std::atomic<std::uint64_t> done{0};
    std::string fault;
    std::vector<Inserter> inserters;
    for (int i = 0; i < shape.connections; ++i) inserters.emplace_back(open(), rows);
    const auto from = SteadyClock::now();
    const auto work = [&](std::size_t which) {
      LatencyHistogram mine;
      std::uint64_t number = which << 40;
      std::uint64_t share = count / inserters.size() + (which < count % inserters.size() ? 1 : 0);
      while (count > 0 ? share > 0 : seconds_since(from) < shape.seconds) {
        const int statements =
            count > 0
                ? std::max(1, std::min(shape.pipeline,
                                       static_cast<int>(share / static_cast<std::uint64_t>(rows))))
                : shape.pipeline;
        const auto sent = SteadyClock::now();
        const auto inserted =
            static_cast<std::uint64_t>(inserters[which].batch(statements, number));
        mine.record(static_cast<std::uint64_t>(seconds_since(sent) * 1e6), inserted);
        done += inserted;
        share -= std::min(share, inserted);
      }
      const std::lock_guard lock(mutex);
      latency.add(mine);
    };
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < inserters.size(); ++i) {
        threads.emplace_back([&, i] {
          try {
            work(i);
          } catch (const std::exception& error) {
            const std::lock_guard lock(mutex);
            fault = error.what();
          }
        });
      }
    }
    if (!fault.empty()) throw std::runtime_error(fault);
    inserted_ = static_cast<double>(done.load());
    InsertFigures figures;
    figures.per_second = inserted_ / seconds_since(from);
    figures.p50_ms = static_cast<double>(latency.quantile(0.5)) / 1000;
    figures.p99_ms = static_cast<double>(latency.quantile(0.99)) / 1000;
    return figures;
  }

  std::uint64_t take_all() const {
    const Session session = open();
    const std::string sql = fmt::format(
        "DELETE FROM deadline WHERE id IN (SELECT id FROM deadline WHERE due <= 1900000000000 "
        "ORDER "
        "BY due LIMIT {} FOR UPDATE SKIP LOCKED) RETURNING id, member",
        kDrainBatch);
    std::uint64_t taken = 0;
    for (;;) {
      const Answer rows = execute(session.get(), sql);
      const int got = PQntuples(rows.get());
      if (got == 0) return taken;
      taken += static_cast<std::uint64_t>(got);
    }
  }

  const int rows_;
  int port_ = 0;
  fs::path log_;
  std::optional<Child> server_;
  double inserted_ = 0;
};

}  // namespace

std::unique_ptr<Peer> make_postgres_peer(int rows) {
  return std::make_unique<PostgresPeer>(rows);
}

}  // namespace vencer::bench
