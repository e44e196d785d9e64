"""The boards that are emulated: what QEMU calls them, and what Debian's kernel needs on them."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Board:
    name: str
    arch: str  # Debian's word
    suite: str
    kernel: str  # metapackage: what it depends on is the newest kernel of the release
    device_tree: str  # below usr/lib/linux-image-*/ of the kernel's package
    qemu: str  # the emulator's program
    machine: tuple  # QEMU's options
    console: str  # where the kernel writes: the serial line `console_line` of the machine
    console_line: int
    agent: str  # the tty of the test's agent in the guest: the serial line `agent_line`
    agent_line: int
    i2c_bus: str  # QEMU's name of the bus that the sensors are on
    i2c_number: int  # Linux's number of it
    root_modules: tuple  # what it takes to mount the card, inserted by the initramfs
    modules: tuple  # more for the root file system; udev loads them as their devices appear
    card: str  # the card's block device
    slot: tuple  # QEMU's options for the card that has the id "card"
    one_thread: bool  # of the emulator for all cores, else one each
    parameters: str = ""  # what else this kernel is to know on this board
    cores: str = "isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-1"


# The Raspberry Pi 3B is the newest Pi whose I2C controller QEMU has; its two serial lines are the
# PL011 and the mini-UART. One thread for all four cores: with one thread each, this machine is many
# times slower to boot.
RASPI3B = Board(
    name="raspi3b", arch="arm64", suite="bookworm", kernel="linux-image-rt-arm64",
    device_tree="broadcom/bcm2837-rpi-3-b.dtb", qemu="qemu-system-aarch64",
    machine=("-M", "raspi3b", "-m", "1G"), one_thread=True,
    console="ttyAMA0,115200", console_line=0, agent="ttyS1", agent_line=1,
    i2c_bus="i2c-bus.1", i2c_number=1,
    root_modules=("crc32c_generic", "ext4", "bcm2835", "sdhci-iproc", "bcm2835_wdt"),
    modules=("i2c-bcm2835", "i2c-dev", "lm75", "bcm2835_thermal", "bcm2835-rng",
             "loop", "vfat", "nls_cp437", "nls_ascii"),
    card="/dev/mmcblk0", slot=("-device", "sd-card,drive=card"))

# An i.MX6 with four Cortex-A9, for Debian's armhf. It hangs with one thread for all cores. QEMU
# does not have its DMA controller, for which a serial line without a console would wait.
SABRELITE = Board(
    name="sabrelite", arch="armhf", suite="trixie", kernel="linux-image-rt-armmp",
    device_tree="imx6q-sabrelite.dtb", qemu="qemu-system-arm",
    machine=("-M", "sabrelite", "-smp", "4", "-m", "1G"), one_thread=False,
    parameters="initcall_blacklist=sdma_driver_init",
    console="ttymxc1,115200", console_line=1, agent="ttymxc0", agent_line=0,
    i2c_bus="i2c-bus.0", i2c_number=0,
    root_modules=("crc32c_generic", "ext4", "gpio-mxc", "anatop-regulator", "sdhci-esdhc-imx",
                  "imx2_wdt"),
    modules=("i2c-imx", "i2c-dev", "lm75", "imx_thermal"),
    card="/dev/mmcblk1", slot=("-device", "sd-card,drive=card"))

BOARDS = {board.name: board for board in (RASPI3B, SABRELITE)}
