#include "app/placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace isotherm::app {
namespace {

using core::CpuSet;
using core::ExitCode;
using core::SchedulingPolicy;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

os::Topology machine(const char* online, const char* isolated = "") {
  os::Topology topology;
  topology.online = CpuSet::parse(online).value();
  topology.possible = topology.online;
  topology.present = topology.online;
  topology.allowed = topology.online;
  topology.isolated = CpuSet::parse(isolated).value();
  return topology;
}

PlacementReader reader(const std::string& name, std::vector<unsigned> cores = {}) {
  PlacementReader result;
  result.settings.name = name;
  result.settings.cores = std::move(cores);
  result.settings.where = "station.toml:" + name;
  return result;
}

PlacementReader near_node(const std::string& name, int node) {
  PlacementReader result = reader(name);
  result.numa_node = node;
  return result;
}

PlacementReader deadline(const std::string& name, std::vector<unsigned> cores = {}) {
  PlacementReader result = reader(name, std::move(cores));
  result.settings.policy = SchedulingPolicy::Deadline;
  return result;
}

Placement place_on(const os::Topology& topology, std::vector<PlacementReader> readers,
                   CpuSet housekeeping = {}) {
  PlacementInput input;
  input.topology = topology;
  input.readers = std::move(readers);
  input.housekeeping = std::move(housekeeping);
  input.housekeeping_where = input.housekeeping.empty() ? "" : "station.toml:2";
  return place(input);
}

// What holds for every plan without errors, whatever the machine.
void expect_sound(const os::Topology& topology, const Placement& placement) {
  EXPECT_THAT(placement.errors, IsEmpty());
  EXPECT_FALSE(placement.housekeeping.empty());
  EXPECT_TRUE(placement.housekeeping.without(topology.usable()).empty());
  for (const CpuSet& cores : placement.reader_cores) {
    EXPECT_FALSE(cores.empty());
    EXPECT_TRUE(cores.without(topology.usable()).empty());
    if (topology.usable().size() > 1) {
      EXPECT_TRUE(cores.intersection(placement.housekeeping).empty());
    }
  }
}

TEST(PlacementTest, AutoReadersSpreadOverTheIsolatedCores) {
  const auto pi = machine("0-3", "2-3");
  const Placement placement = place_on(pi, {reader("a"), reader("b")});
  expect_sound(pi, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{2}, CpuSet{3}));
  EXPECT_EQ(placement.housekeeping, (CpuSet{0, 1}));
  EXPECT_THAT(placement.notes, IsEmpty());
}

TEST(PlacementTest, HousekeepingStaysOffAnIsolatedCoreThatNoReaderUses) {
  const auto pi = machine("0-3", "2-3");
  const Placement placement = place_on(pi, {reader("a")});
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{2}));
  EXPECT_EQ(placement.housekeeping, (CpuSet{0, 1}));
}

TEST(PlacementTest, WithoutIsolationAutoReadersLeaveTheLowestCoreAndANoteSaysSo) {
  const auto laptop = machine("0-3");
  const Placement placement = place_on(laptop, {reader("a"), reader("b")});
  expect_sound(laptop, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{1}, CpuSet{2}));
  EXPECT_EQ(placement.housekeeping, (CpuSet{0, 3}));
  EXPECT_THAT(placement.notes, Contains(HasSubstr("no core is isolated")));
}

TEST(PlacementTest, ReadersThatMakeTheirOwnIsolationAreNotToldThatThereIsNone) {
  const auto laptop = machine("0-3");
  PlacementReader own = reader("a");
  own.settings.isolate = acquire::Isolate::Cpuset;
  const Placement placement = place_on(laptop, {own});
  expect_sound(laptop, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{1}));
  EXPECT_THAT(placement.notes, Not(Contains(HasSubstr("no core is isolated"))));
}

TEST(PlacementTest, OnTwoCoresAllAutoReadersShareTheSecond) {
  const auto small = machine("0-1");
  const Placement placement = place_on(small, {reader("a"), reader("b"), reader("c")});
  expect_sound(small, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{1}, CpuSet{1}, CpuSet{1}));
  EXPECT_EQ(placement.housekeeping, CpuSet{0});
  EXPECT_THAT(placement.notes, Contains(HasSubstr("reader \"b\" shares core 1")));
  EXPECT_THAT(placement.notes, Contains(HasSubstr("reader \"c\" shares core 1")));
  EXPECT_THAT(placement.notes, Not(Contains(HasSubstr("reader \"a\" shares"))));
}

TEST(PlacementTest, OnASingleCoreReadersAndHousekeepingShareItWithANote) {
  const auto zero = machine("0");
  const Placement placement = place_on(zero, {reader("a"), reader("b", {0})});
  expect_sound(zero, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{0}, CpuSet{0}));
  EXPECT_EQ(placement.housekeeping, CpuSet{0});
  EXPECT_THAT(placement.notes, Contains(HasSubstr("a single core is usable")));
}

TEST(PlacementTest, ASingleCoreIsSharedEvenWhereItIsNamedForHousekeeping) {
  const Placement placement = place_on(machine("0"), {reader("a"), reader("b", {0})}, {0});
  EXPECT_THAT(placement.errors, IsEmpty());
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{0}, CpuSet{0}));
  EXPECT_EQ(placement.housekeeping, CpuSet{0});
}

TEST(PlacementTest, ExplicitCoresCountAsTaken) {
  const auto pi = machine("0-3", "2-3");
  const Placement placement = place_on(pi, {reader("a"), reader("b", {2})});
  expect_sound(pi, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{3}, CpuSet{2}));
}

TEST(PlacementTest, AReaderGetsAnOrdinaryCoreRatherThanShareAnIsolatedOne) {
  const auto pi = machine("0-3", "3");
  const Placement placement = place_on(pi, {reader("a"), reader("b"), reader("c")});
  expect_sound(pi, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{3}, CpuSet{1}, CpuSet{2}));
  EXPECT_EQ(placement.housekeeping, CpuSet{0});
  EXPECT_THAT(placement.notes, Contains(HasSubstr("core 1, which is not isolated")));
}

TEST(PlacementTest, WhereIsolationIsRequiredReadersShareTheIsolatedCores) {
  PlacementInput input;
  input.topology = machine("0-3", "3");
  input.isolated_only = true;
  input.readers = {reader("a"), reader("b")};
  const Placement placement = place(input);
  expect_sound(input.topology, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{3}, CpuSet{3}));
  EXPECT_EQ(placement.housekeeping, (CpuSet{0, 1, 2}));
}

TEST(PlacementTest, RequiredIsolationOnAMachineWithoutItStillGivesAPlan) {
  PlacementInput input;
  input.topology = machine("0-3");
  input.isolated_only = true;
  input.readers = {reader("a")};
  expect_sound(input.topology, place(input));
}

TEST(PlacementTest, MoreReadersThanCoresAreSpreadEvenly) {
  const auto pi = machine("0-3", "2-3");
  const Placement placement =
      place_on(pi, {reader("a"), reader("b"), reader("c"), reader("d")}, {0, 1});
  expect_sound(pi, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{2}, CpuSet{3}, CpuSet{2}, CpuSet{3}));
}

// The rule of the issue, over many machines: no two readers on one core while another is free, and
// housekeeping has at least one.
TEST(PlacementTest, NeverTwoReadersOnOneCoreWhileAnotherIsFree) {
  for (unsigned cores = 1; cores <= 6; ++cores) {
    for (unsigned isolated = 0; isolated <= cores; ++isolated) {
      for (unsigned count = 0; count <= 8; ++count) {
        os::Topology topology = machine("0");
        topology.online = {};
        for (unsigned core = 0; core < cores; ++core) {
          topology.online.insert(core);
          if (core >= cores - isolated) {
            topology.isolated.insert(core);
          }
        }
        topology.allowed = topology.present = topology.possible = topology.online;
        const Placement placement =
            place_on(topology, std::vector<PlacementReader>(count, reader("r")));
        expect_sound(topology, placement);
        CpuSet used;
        for (const CpuSet& given : placement.reader_cores) {
          used = used.joined(given);
        }
        const unsigned for_readers = cores == 1 ? 1 : cores - 1;
        EXPECT_EQ(used.size(), std::min(count, for_readers))
            << cores << " cores, " << isolated << " isolated, " << count << " readers";
      }
    }
  }
}

TEST(PlacementTest, ChosenHousekeepingIsKeptFreeOfAutoReadersAndStaysAsChosen) {
  const auto laptop = machine("0-3");
  const Placement placement = place_on(laptop, {reader("a"), reader("b")}, {1, 2});
  expect_sound(laptop, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{0}, CpuSet{3}));
  EXPECT_EQ(placement.housekeeping, (CpuSet{1, 2}));
}

TEST(PlacementTest, ChosenHousekeepingThatTakesEveryCoreIsAnError) {
  const Placement placement = place_on(machine("0-1"), {reader("a")}, {0, 1});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Config);
  EXPECT_EQ(placement.errors[0].where, "station.toml:2");
  EXPECT_THAT(placement.errors[0].what, HasSubstr("no core is left"));
}

TEST(PlacementTest, ChosenHousekeepingThatDoesNotExistIsAnError) {
  const Placement placement = place_on(machine("0-3"), {reader("a")}, {0, 9});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Config);
  EXPECT_THAT(placement.errors[0].what, HasSubstr("core 9 does not exist"));
  EXPECT_EQ(placement.errors[0].where, "station.toml:2");
}

TEST(PlacementTest, ChosenHousekeepingCoreThatIsOfflineMattersOnlyIfNoneIsLeft) {
  auto pi = machine("1-3");
  pi.present = pi.possible = CpuSet{0, 1, 2, 3};
  const Placement one_left = place_on(pi, {reader("a")}, {0, 1});
  expect_sound(pi, one_left);
  EXPECT_EQ(one_left.housekeeping, CpuSet{1});
  EXPECT_THAT(one_left.notes, Contains(HasSubstr("core 0 is offline")));
  const Placement none_left = place_on(pi, {reader("a")}, {0});
  ASSERT_THAT(none_left.errors, SizeIs(1));
  EXPECT_EQ(none_left.errors[0].exit_code, ExitCode::Unavailable);
  EXPECT_FALSE(none_left.housekeeping.empty());
}

TEST(PlacementTest, AReadersSetOfCoresIsTakenWhole) {
  const auto pi = machine("0-3", "2-3");
  const Placement placement = place_on(pi, {reader("a", {3, 2}), reader("b")});
  expect_sound(pi, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{2, 3}, CpuSet{1}));
  EXPECT_EQ(placement.housekeeping, CpuSet{0});
}

TEST(PlacementTest, ACoreThatDoesNotExistIsAMistakeOfTheConfiguration) {
  const Placement placement = place_on(machine("0-3"), {reader("fast", {7})});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Config);
  EXPECT_EQ(placement.errors[0].where, "station.toml:fast");
  EXPECT_EQ(placement.errors[0].what,
            "reader \"fast\": core 7 does not exist; this machine has cores 0-3");
}

TEST(PlacementTest, ACoreOfASocketThatIsNotPluggedInDoesNotExist) {
  auto guest = machine("0-1");
  guest.possible = CpuSet{0, 1, 2, 3};
  const Placement placement = place_on(guest, {reader("a", {3})});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Config);
  guest.present = {};  // a kernel that does not say which are present
  EXPECT_EQ(place_on(guest, {reader("a", {3})}).errors.at(0).exit_code, ExitCode::Unavailable);
}

TEST(PlacementTest, AnOfflineCoreIsAMissingPrerequisiteWithTheLineThatBringsItBack) {
  auto pi = machine("0-2");
  pi.present = pi.possible = CpuSet{0, 1, 2, 3};
  const Placement placement = place_on(pi, {reader("a", {3})});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Unavailable);
  EXPECT_EQ(placement.errors[0].where, "station.toml:a");
  EXPECT_THAT(placement.errors[0].what, HasSubstr("core 3 is offline"));
  EXPECT_EQ(placement.errors[0].mend, "echo 1 | sudo tee /sys/devices/system/cpu/cpu3/online");
}

TEST(PlacementTest, ACoreOutsideTheCpusetIsAMissingPrerequisite) {
  auto pi = machine("0-3", "2-3");
  pi.allowed = CpuSet{0, 1, 2};
  const Placement placement = place_on(pi, {reader("a", {3}), reader("b")});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Unavailable);
  EXPECT_THAT(placement.errors[0].what, HasSubstr("core 3 is outside the cgroup's cpuset (0-2)"));
  EXPECT_THAT(placement.errors[0].mend, HasSubstr("AllowedCPUs="));
  EXPECT_EQ(placement.reader_cores[1], CpuSet{2});
}

TEST(PlacementTest, AutoReadersStayInsideTheCpuset) {
  auto pi = machine("0-3", "2-3");
  pi.allowed = CpuSet{0, 1, 3};
  const Placement placement = place_on(pi, {reader("a")});
  expect_sound(pi, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{3}));
}

TEST(PlacementTest, AHousekeepingCoreForAReaderIsAMistake) {
  const Placement placement =
      place_on(machine("0-3", "2-3"), {reader("a", {1}), reader("b")}, {0, 1});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Config);
  EXPECT_EQ(placement.errors[0].where, "station.toml:a");
  EXPECT_THAT(placement.errors[0].what, HasSubstr("core 1 is a housekeeping core"));
  EXPECT_THAT(placement.errors[0].what, HasSubstr("station.toml:2"));
  EXPECT_THAT(placement.errors[0].mend, HasSubstr("cores 2-3"));
}

TEST(PlacementTest, OnlyChosenHousekeepingKeepsAReaderOff) {
  const auto laptop = machine("0-3");
  const Placement placement = place_on(laptop, {reader("a", {0})});
  expect_sound(laptop, placement);
  EXPECT_EQ(placement.housekeeping, (CpuSet{1, 2, 3}));
}

TEST(PlacementTest, ReadersThatTakeEveryCoreLeaveNoneForHousekeeping) {
  const Placement placement = place_on(machine("0-1"), {reader("a", {0}), reader("b", {1})});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Config);
  EXPECT_EQ(placement.errors[0].where, "station.toml:b");
  EXPECT_THAT(placement.errors[0].what, HasSubstr("none is left for housekeeping"));
}

TEST(PlacementTest, HousekeepingTakesAnIsolatedCoreOnlyWhenNoOtherIsFree) {
  const auto pi = machine("0-1", "1");
  const Placement placement = place_on(pi, {reader("a", {0})});
  expect_sound(pi, placement);
  EXPECT_EQ(placement.housekeeping, CpuSet{1});
  EXPECT_THAT(placement.notes, Contains(HasSubstr("housekeeping runs on isolated core 1")));
}

TEST(PlacementTest, EveryProblemOfEveryReaderIsReportedAtOnce) {
  auto pi = machine("0-2");
  pi.present = pi.possible = CpuSet{0, 1, 2, 3};
  const Placement placement =
      place_on(pi, {reader("a", {9, 3}), reader("b", {0}), reader("c", {8})}, {0});
  EXPECT_THAT(placement.errors, SizeIs(4));
}

TEST(PlacementTest, NoUsableCoreAtAllIsAMissingPrerequisite) {
  auto pi = machine("0-3");
  pi.allowed = {};
  const Placement placement = place_on(pi, {reader("a")});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Unavailable);
  EXPECT_THAT(placement.reader_cores, SizeIs(1));
}

TEST(PlacementNumaTest, AReaderGoesNearItsDevice) {
  auto server = machine("0-7", "2-3,6-7");
  for (unsigned core = 0; core < 8; ++core) {
    server.node_of_core[core] = core < 4 ? 0 : 1;
  }
  const Placement placement =
      place_on(server, {reader("any"), near_node("far", 1), near_node("near", 0)});
  expect_sound(server, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{3}, CpuSet{6}, CpuSet{2}));
}

TEST(PlacementNumaTest, AFreeCoreFarAwayIsBetterThanASharedOneNearby) {
  auto server = machine("0-3", "1-3");
  server.node_of_core = {{0, 0}, {1, 0}, {2, 1}, {3, 1}};
  const Placement placement = place_on(server, {near_node("a", 0), near_node("b", 0)});
  expect_sound(server, placement);
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{1}, CpuSet{2}));
}

TEST(PlacementNumaTest, AnIsolatedCoreFarAwayIsBetterThanAnOrdinaryOneNearby) {
  auto server = machine("0-3", "3");
  server.node_of_core = {{0, 0}, {1, 0}, {2, 0}, {3, 1}};
  EXPECT_THAT(place_on(server, {near_node("a", 0)}).reader_cores, ElementsAre(CpuSet{3}));
}

TEST(PlacementDeadlineTest, OnAutoGetsEveryCoreAndTakesNone) {
  const auto pi = machine("0-3");
  const Placement placement = place_on(pi, {deadline("d"), reader("a")});
  EXPECT_THAT(placement.errors, IsEmpty());
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{0, 1, 2, 3}, CpuSet{1}));
  EXPECT_EQ(placement.housekeeping, (CpuSet{0, 2, 3}));
  EXPECT_THAT(placement.notes, Contains(HasSubstr("SCHED_DEADLINE needs all cores")));
}

TEST(PlacementDeadlineTest, WithFewerCoresIsAMissingPrerequisiteThatNamesTheFix) {
  const Placement placement = place_on(machine("0-3"), {deadline("d", {2})});
  ASSERT_THAT(placement.errors, SizeIs(1));
  EXPECT_EQ(placement.errors[0].exit_code, ExitCode::Unavailable);
  EXPECT_EQ(placement.errors[0].where, "station.toml:d");
  EXPECT_THAT(placement.errors[0].what, HasSubstr("SCHED_DEADLINE"));
  EXPECT_THAT(placement.errors[0].mend, HasSubstr("core = \"auto\""));
}

TEST(PlacementDeadlineTest, WithAllCoresNamedIsFineEvenWithHousekeepingChosen) {
  const Placement placement = place_on(machine("0-1"), {deadline("d", {0, 1})}, {0});
  EXPECT_THAT(placement.errors, IsEmpty());
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{0, 1}));
  EXPECT_EQ(placement.housekeeping, CpuSet{0});
}

TEST(PlacementDeadlineTest, ANarrowCpusetIsSaid) {
  auto pi = machine("0-3");
  pi.allowed = CpuSet{0, 1};
  const Placement placement = place_on(pi, {deadline("d")});
  EXPECT_THAT(placement.reader_cores, ElementsAre(CpuSet{0, 1}));
  EXPECT_THAT(placement.notes, Contains(HasSubstr("leaves out cores 2-3")));
}

acquire::ReaderSettings with_period(std::chrono::microseconds period,
                                    std::optional<int> priority = std::nullopt,
                                    SchedulingPolicy policy = SchedulingPolicy::Fifo) {
  acquire::ReaderSettings settings;
  settings.period = period;
  settings.priority = priority;
  settings.policy = policy;
  return settings;
}

using namespace std::chrono_literals;

TEST(AssignPrioritiesTest, TheFasterTheHigherAndEqualPeriodsAreEqual) {
  EXPECT_THAT(assign_priorities({with_period(1s), with_period(1ms), with_period(10ms),
                                 with_period(1ms), with_period(1s)}),
              ElementsAre(78, 80, 79, 80, 78));
}

TEST(AssignPrioritiesTest, ExplicitOnesAreKeptAndTakeNoStep) {
  EXPECT_THAT(assign_priorities(
                  {with_period(1ms, 10), with_period(2ms), with_period(4ms), with_period(3ms, 99)}),
              ElementsAre(10, 80, 79, 99));
}

TEST(AssignPrioritiesTest, PoliciesWithoutPriorityHaveNone) {
  EXPECT_THAT(assign_priorities({with_period(1ms, std::nullopt, SchedulingPolicy::Other),
                                 with_period(1ms, 50, SchedulingPolicy::Deadline),
                                 with_period(2ms, std::nullopt, SchedulingPolicy::RoundRobin)}),
              ElementsAre(0, 0, 80));
}

TEST(AssignPrioritiesTest, ManyPeriodsEndAtTheFloor) {
  std::vector<acquire::ReaderSettings> readers;
  for (int i = 1; i <= 100; ++i) {
    readers.push_back(with_period(std::chrono::milliseconds{i}));
  }
  const std::vector<int> priorities = assign_priorities(readers);
  EXPECT_EQ(priorities[0], 80);
  EXPECT_EQ(priorities[77], 3);
  EXPECT_EQ(priorities[78], 2);
  EXPECT_EQ(priorities[99], 2);
}

TEST(AssignPrioritiesTest, NoReadersNoPriorities) { EXPECT_THAT(assign_priorities({}), IsEmpty()); }

}  // namespace
}  // namespace isotherm::app
