#include "os/topology.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include "os/sysfs_tree.hpp"
#include "os/temporary_tree.hpp"

namespace isotherm::os {
namespace {

using core::CpuSet;

constexpr const char* kCpu = "/sys/devices/system/cpu/";

class TopologyTest : public testing::Test {
 protected:
  void cpu(const std::string& file, const std::string& text) { files_.file(kCpu + file, text); }
  void quad_core() {
    cpu("online", "0-3");
    cpu("possible", "0-3");
    cpu("present", "0-3");
    cpu("isolated", "");
    mask("0-3");
  }
  void mask(const std::string& list) {
    files_.file("/proc/self/status", "Name:\tisotherm\nCpus_allowed:\tf\nCpus_allowed_list:\t" +
                                         list + "\nMems_allowed_list:\t0");
  }
  void cgroup_v2(const std::string& path, const std::string& mount_root = "/") {
    files_.file("/proc/self/cgroup", "0::" + path);
    files_.file("/proc/self/mountinfo",
                "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
                "31 22 0:26 " +
                    mount_root +
                    " /sys/fs/cgroup rw,nosuid shared:9 master:2 - cgroup2 cgroup2 rw,nsdelegate");
  }
  void cgroup_v1(const std::string& path, const std::string& mount_root = "/") {
    files_.file("/proc/self/cgroup",
                "4:cpu,cpuacct:/other\n3:cpuset:" + path + "\n1:name=systemd:/x\n0::/x");
    files_.file("/proc/self/mountinfo",
                "31 22 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
                "32 22 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                "33 22 0:28 " +
                    mount_root + " /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset");
  }
  [[nodiscard]] Topology read() const { return read_topology(SysfsTree{files_.root()}); }

  test::TemporaryTree files_;
};

TEST_F(TopologyTest, AnIsolatedRaspberryPi) {
  cpu("online", "0-3");
  cpu("possible", "0-3");
  cpu("present", "0-3");
  cpu("isolated", "2-3");
  cpu("nohz_full", "2-3");
  mask("0-1");  // with isolcpus=, init and all it starts inherit a mask without the isolated cores
  cgroup_v2("/system.slice/isotherm.service");
  files_.file("/sys/fs/cgroup/cpuset.cpus.effective", "0-3");
  const Topology pi = read();
  EXPECT_EQ(pi.online, (CpuSet{0, 1, 2, 3}));
  EXPECT_EQ(pi.possible, (CpuSet{0, 1, 2, 3}));
  EXPECT_EQ(pi.isolated, (CpuSet{2, 3}));
  EXPECT_EQ(pi.nohz_full, (CpuSet{2, 3}));
  EXPECT_EQ(pi.allowed, (CpuSet{0, 1, 2, 3}));
  EXPECT_TRUE(pi.node_of_core.empty());
}

TEST_F(TopologyTest, OfflineCoresAndSocketsThatAreNotPluggedInAreToldApart) {
  cpu("online", "0,2");
  cpu("possible", "0-127");
  cpu("present", "0-3");
  mask("0-127");
  const Topology machine = read();
  EXPECT_EQ(machine.online, (CpuSet{0, 2}));
  EXPECT_EQ(machine.existing(), (CpuSet{0, 1, 2, 3}));
  EXPECT_EQ(machine.possible.size(), 128U);
  EXPECT_EQ(machine.usable(), (CpuSet{0, 2}));
}

TEST_F(TopologyTest, KernelsThatWriteNullForNoCoresMeanNone) {
  quad_core();
  cpu("nohz_full", " (null)");
  EXPECT_EQ(read().nohz_full, CpuSet{});
}

TEST_F(TopologyTest, CpusetOfTheGroupLimitsWhatIsAllowed) {
  quad_core();
  cgroup_v2("/machine.slice/station");
  files_.file("/sys/fs/cgroup/cpuset.cpus.effective", "0-3");
  files_.file("/sys/fs/cgroup/machine.slice/cpuset.cpus.effective", "0-2");
  files_.file("/sys/fs/cgroup/machine.slice/station/cpuset.cpus.effective", "1-2");
  EXPECT_EQ(read().allowed, (CpuSet{1, 2}));
}

TEST_F(TopologyTest, WithoutTheControllerInTheGroupItsNearestAncestorCounts) {
  quad_core();
  cgroup_v2("/machine.slice/station");
  files_.file("/sys/fs/cgroup/cpuset.cpus.effective", "0-3");
  files_.file("/sys/fs/cgroup/machine.slice/cpuset.cpus.effective", "0-2");
  files_.file("/sys/fs/cgroup/machine.slice/station/cgroup.procs", "1");
  EXPECT_EQ(read().allowed, (CpuSet{0, 1, 2}));
}

TEST_F(TopologyTest, TasksetDoesNotNarrowWhatTheCpusetAllows) {
  quad_core();
  mask("1");
  cgroup_v2("/");
  files_.file("/sys/fs/cgroup/cpuset.cpus.effective", "0-3");
  EXPECT_EQ(read().allowed, (CpuSet{0, 1, 2, 3}));
}

TEST_F(TopologyTest, VersionOneCpusetCountsWhereThatHierarchyHasTheController) {
  quad_core();
  cgroup_v1("/station");
  files_.file("/sys/fs/cgroup/cpuset/cpuset.effective_cpus", "0-3");
  files_.file("/sys/fs/cgroup/cpuset/station/cpuset.effective_cpus", "0,3");
  files_.file("/sys/fs/cgroup/unified/cpuset.cpus.effective", "1");
  EXPECT_EQ(read().allowed, (CpuSet{0, 3}));
}

TEST_F(TopologyTest, ContainerThatSeesOnlyItsOwnGroupMountedThere) {
  quad_core();
  cgroup_v1("/docker/4f5e", "/docker/4f5e");
  files_.file("/sys/fs/cgroup/cpuset/cpuset.effective_cpus", "2");
  EXPECT_EQ(read().allowed, CpuSet{2});
  cgroup_v1("/docker/4f5e/inner", "/docker/4f5e");
  files_.file("/sys/fs/cgroup/cpuset/inner/cpuset.effective_cpus", "1");
  EXPECT_EQ(read().allowed, CpuSet{1});
}

TEST_F(TopologyTest, GroupOutsideTheNamespacesRootFallsBackToTheMountPoint) {
  quad_core();
  cgroup_v2("/../../elsewhere");
  files_.file("/sys/fs/cgroup/cpuset.cpus.effective", "0-1");
  EXPECT_EQ(read().allowed, (CpuSet{0, 1}));
}

TEST_F(TopologyTest, WithoutAnyCpusetTheInheritedMaskIsAllThatIsKnown) {
  quad_core();
  mask("0-1");
  EXPECT_EQ(read().allowed, (CpuSet{0, 1}));
  cgroup_v2("/");
  EXPECT_EQ(read().allowed, (CpuSet{0, 1}));
}

TEST_F(TopologyTest, CpusetPartitionIsolatesToo) {
  quad_core();
  cpu("isolated", "3");
  cgroup_v2("/station");
  files_.file("/sys/fs/cgroup/cpuset.cpus.isolated", "2");
  EXPECT_EQ(read().isolated, (CpuSet{2, 3}));
}

TEST_F(TopologyTest, NumaNodesOfCores) {
  quad_core();
  files_.file("/sys/devices/system/node/node0/cpulist", "0-1");
  files_.file("/sys/devices/system/node/node1/cpulist", "2-3");
  files_.file("/sys/devices/system/node/node2/cpulist", "");  // memory without cores
  files_.file("/sys/devices/system/node/nodes/cpulist", "0-3");
  files_.file("/sys/devices/system/node/online", "0-2");
  EXPECT_EQ(read().node_of_core, (std::map<unsigned, int>{{0, 0}, {1, 0}, {2, 1}, {3, 1}}));
}

TEST_F(TopologyTest, WithoutSysfsTheInheritedMaskStandsIn) {
  mask("0-1");
  const Topology bare = read();
  EXPECT_EQ(bare.online, (CpuSet{0, 1}));
  EXPECT_EQ(bare.existing(), (CpuSet{0, 1}));
  EXPECT_EQ(bare.usable(), (CpuSet{0, 1}));
}

TEST_F(TopologyTest, NothingReadableIsAnEmptyMachineAndNoFailure) {
  const Topology nothing = read();
  EXPECT_TRUE(nothing.usable().empty());
  EXPECT_TRUE(nothing.existing().empty());
}

// What the kernel grants is what it shows afterwards: an independent look at the same question.
TEST(TryAllowedCoresTest, GrantsAtLeastTheInheritedMaskAndLeavesItAlone) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  const auto granted = try_allowed_cores();
  cpu_set_t after;
  ASSERT_EQ(sched_getaffinity(0, sizeof(after), &after), 0);
  ASSERT_TRUE(granted);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
  for (unsigned core = 0; core < core::kCoreLimit; ++core) {
    if (CPU_ISSET(core, &before)) {
      EXPECT_TRUE(granted->contains(core)) << core;
    }
  }
}

TEST(TryAllowedCoresTest, SeesBeyondAMaskThatTasksetWouldSet) {
  const auto all = try_allowed_cores();
  ASSERT_TRUE(all);
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(all->cores().back(), &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  const auto granted = try_allowed_cores();
  ASSERT_EQ(sched_setaffinity(0, sizeof(before), &before), 0);
  EXPECT_EQ(granted, all);
}

TEST(MachineTopologyTest, ThisMachineHasAUsableCore) {
  const Topology machine = machine_topology();
  EXPECT_FALSE(machine.usable().empty());
  EXPECT_TRUE(machine.online.without(machine.existing()).empty());
}

}  // namespace
}  // namespace isotherm::os
