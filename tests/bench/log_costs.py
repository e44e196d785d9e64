"""What the log costs and how fast it answers: bytes written to a device against those kept, the
housekeeping's share of a core, questions to the history and against awk over the same CSV."""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time

import machine
from statistics_of import Result, quartiles

SECTOR = 512  # of /sys/block/*/stat, whatever the device's own are
STARTED_SECONDS = 5  # of a run that is there for what a start and a stop cost
CSV_ROW_BYTES = 115  # as a station's with a simulated sensor at 10 Hz

# (what isotherm_history_paired measures, what it is)
ANSWERS = (("history_totals_day_ms", "the last day's totals"),
           ("history_totals_older_day_ms", "an old day's totals"),
           ("history_series_day_ms", "the last day's chart"),
           ("history_series_older_day_ms", "an old day's chart"),
           ("history_totals_year_ms", "the whole history's totals"),
           ("history_series_year_ms", "the whole history's chart"))

# What `isotherm log` says of each sensor: counts, minimum, mean, maximum, over the same columns.
AWK = """
BEGIN { FS = "," }
$1 == "time" { next }
{ scheduled[$3] += $5; good[$3] += $6; sum[$3] += $11 * $6
  if (!($3 in min) || $10 < min[$3]) min[$3] = $10
  if (!($3 in max) || $12 > max[$3]) max[$3] = $12 }
END { for (s in good) printf "%s %d %d %.9f %.9f %.9f\\n", s, scheduled[s], good[s], min[s],
                             sum[s] / good[s], max[s] }
"""


def readers_toml(name, sensors, rate):
    return (f'[[reader]]\nname = "{name}"\nrate = "{rate}"\ncore = {machine.cores()[-1]}\n' +
            "".join(f'[[reader.sensor]]\nname = "{name}-{i}"\n' for i in range(sensors)))


def configuration(folder, readers, more=""):
    path = pathlib.Path(folder, "isotherm.toml")
    path.write_text(f'[station]\nname = "bench"\nrealtime = "best-effort"\n'
                    f'[log]\ndirectory = "{folder}/log"\nrotate_size = "1 GiB"\n{more}{readers}',
                    encoding="utf-8")
    return path


def run(program, config, *options):
    done = subprocess.run([program, "run", "--config", config, "--json", *options], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


@contextlib.contextmanager
def card(folder):
    """An ext4 of its own: where it is mounted, and the loop device that counts its writes. In
    blocks of 4 KiB, as on a real card; so small a one would get smaller ones."""
    image, where = pathlib.Path(folder, "card.img"), pathlib.Path(folder, "card")
    with open(image, "wb") as file:
        file.truncate(256 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-b", "4096", "-E",
                    "lazy_itable_init=0,lazy_journal_init=0", image],
                   check=True, capture_output=True)
    where.mkdir()
    subprocess.run(["mount", "-o", "loop,noatime", image, where], check=True, capture_output=True)
    try:
        source = subprocess.run(["findmnt", "-n", "-o", "SOURCE", where], check=True,
                                capture_output=True, text=True).stdout.strip()
        yield where, pathlib.Path("/sys/block", pathlib.Path(source).name, "stat")
    finally:
        # Lazily: a process that another thread is just starting may still hold a file in there.
        subprocess.run(["umount", "--lazy", where], check=True)


def sectors_written(stat):
    return int(stat.read_text().split()[6])


def on_a_card(work):
    """(bytes that the file system wrote to a card of its own, its journal included, bytes of the
    files at the end, what `work` returned), for work that is given the folder."""
    with tempfile.TemporaryDirectory(prefix="isotherm-bench-") as folder:
        with card(folder) as (where, stat):
            subprocess.run(["sync", "-f", where], check=True)
            before = sectors_written(stat)
            done = work(where)
            subprocess.run(["sync", "-f", where], check=True)
            written = (sectors_written(stat) - before) * SECTOR
            kept = sum(path.stat().st_size for path in (where / "log").iterdir())
    return written, kept, done


def written_over_kept(work, seconds):
    """The same beyond what a start and a stop cost, and the ratio before it."""
    written, kept, done = on_a_card(lambda where: work(where, seconds + STARTED_SECONDS))
    less, without, _ = on_a_card(lambda where: work(where, STARTED_SECONDS))
    return (written - less) / (kept - without), written, kept, done


def appending(where, seconds):
    """The rival: as many rows of the same length, and a sync as often, by the shortest loop."""
    row = b"x" * (CSV_ROW_BYTES - 1) + b"\n"
    (where / "log").mkdir()
    descriptor = os.open(where / "log" / "rows.csv", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for second in range(seconds):
        os.write(descriptor, row * 24)
        if second % 5 == 4:
            os.fdatasync(descriptor)
        time.sleep(1)
    os.close(descriptor)


def writes(program, sizes):
    """24 sensors, windows of 1 s, each arm on a card of its own, side by side."""
    what = "bytes written to the device / kept, 24 sensors, windows of 1 s"

    def station(more):
        def work(where, seconds):
            config = configuration(where, readers_toml("r", 24, "10 Hz"), more)
            return run(program, config, "--duration", f"{seconds}s")
        return work

    arms = {"default": station(""), "flushed": station('flush = "30 s"\n'),
            "kind": station('flush = "2 min"\n[history]\nflush = "2 min"\n'),
            "log": station("[history]\nenabled = false\n"), "appending": appending}
    try:
        with concurrent.futures.ThreadPoolExecutor(len(arms)) as pool:
            running = {name: pool.submit(written_over_kept, work, sizes.write_seconds)
                       for name, work in arms.items()}
            found = {name: future.result() for name, future in running.items()}
    except (OSError, subprocess.CalledProcessError) as reason:
        return [Result.skipped(what, "<= 1.5", f"no card can be mounted: {reason}")]

    def result(name, title):
        ratio, written, kept, summary = found[name]
        rows, passed = summary["log"]["rows_written"], summary["bytes_written"]
        return Result(title, f"{ratio:.2f}", "<= 1.5", ratio <= 1.5,
                      f"beyond start and stop; in {sizes.write_seconds} s: {rows} rows, "
                      f"{kept / rows:.0f} bytes a row kept, {passed / rows:.0f} passed to write(2) "
                      f"({passed / kept:.2f}), {written / rows:.0f} at the device with the file "
                      f"system's journal")

    log, plain = found["log"][0], found["appending"][0]
    return [result("default", what), result("flushed", f'{what}, [log] flush = "30 s"'),
            result("kind", f'{what}, [log] flush = [history] flush = "2 min"'),
            Result("the log alone / a loop that appends the same bytes and syncs them as often",
                   f"{log / plain:.2f}", "<= 1", log <= plain,
                   f"bytes written to the device / kept: {log:.2f} / {plain:.2f}")]


def housekeeping(program, sizes):
    """CPU time of the process less that of its reader, beyond what a start and a stop cost."""
    readers = readers_toml("r", 8, "100 Hz")

    def used(seconds):
        with tempfile.TemporaryDirectory(prefix="isotherm-bench-") as folder:
            config = configuration(folder, readers, "[capture]\nenabled = true\n")
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            summary = run(program, config, "--duration", f"{seconds}s")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        everything = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return everything - sum(one["thread"]["cpu_ns"] for one in summary["readers"]) / 1e9

    with machine.Steal() as steal:
        shares = [(used(sizes.housekeeping_seconds + 1) - used(1)) / sizes.housekeeping_seconds
                  for _ in range(sizes.housekeeping_runs)]
    return [Result.at_most("housekeeping, 8 sensors at 100 Hz, history and capture, % of a core", 3,
                           *(100 * share for share in quartiles(shares)),
                           f"; {sizes.housekeeping_runs} runs of {sizes.housekeeping_seconds} s; "
                           f"{steal.text}")]


def answers(history_paired, sizes):
    """The history's bytes and its times; each question from a process of its own."""
    options = [] if sizes.short else ["--year"]
    with tempfile.TemporaryDirectory(prefix="isotherm-bench-") as folder:
        found = subprocess.run([history_paired, *options, "--directory", folder], check=True,
                               capture_output=True, text=True)
    by_name = {one["name"]: one for one in map(json.loads, found.stdout.splitlines())}
    at_60 = by_name["history_writes_growing_flush_60"]
    length = f"{by_name['history_made']['days']} days of 8 sensors"
    results = [
        Result.at_most("history, bytes a row", 24, *[at_60["kept_a_row"]] * 3,
                       f"; a file of {at_60['file_a_row']:.1f} a row"),
        Result("history alone, bytes written / kept", f"{at_60['written_over_kept']:.2f}", "-",
               None, "a write-ahead log writes each page twice"),
    ]
    for name, what in ANSWERS:
        one = by_name[name]
        results.append(Result.at_most(f"{what}, {length}, ms", one["goal"], one["low"],
                                      one["median"], one["high"], " (all)"))
    return results


def awk_says(files):
    done = subprocess.run(["awk", AWK, *map(str, files)], check=True, capture_output=True,
                          text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    return {line.split()[0]: [float(word) for word in line.split()[1:]]
            for line in done.stdout.splitlines()}


def log_says(program, folder, begin):
    done = subprocess.run([program, "log", "--log-dir", folder, "--from", begin, "--format",
                           "json"], check=True, capture_output=True, text=True)
    return {one["sensor"]: [one["scheduled"], one["good"], one["min"], one["mean"], one["max"]]
            for one in json.loads(done.stdout)["sensors"]}


def must_agree(ours, theirs):
    for sensor, figures in theirs.items():
        if any(abs(a - b) > 1e-6 for a, b in zip(ours[sensor], figures)):
            raise RuntimeError(f"{sensor}: isotherm log {ours[sensor]}, awk {figures}")


def against_awk(program, sizes):
    """The same log by both, made on the virtual clock."""
    with tempfile.TemporaryDirectory(prefix="isotherm-bench-") as folder:
        config = configuration(folder, readers_toml("r", 8, "1 Hz"))
        begin = "2026-01-01T00:00:00Z"
        run(program, config, "--as-fast-as-possible", "--start", begin, "--duration",
            f"{sizes.awk_days}d")
        log = pathlib.Path(folder, "log")
        size = (log / "temperature.csv").stat().st_size
        ratios, times = [], []
        with machine.Steal() as steal:
            for _ in range(sizes.awk_rounds):
                start = time.perf_counter()
                ours = log_says(program, log, begin)
                middle = time.perf_counter()
                theirs = awk_says([log / "temperature.csv"])
                end = time.perf_counter()
                must_agree(ours, theirs)
                ratios.append((end - middle) / (middle - start))
                times.append((middle - start, end - middle))
    ours, theirs = (quartiles([one[i] for one in times])[1] * 1000 for i in (0, 1))
    return [Result.at_least("awk over the CSV / isotherm log, the same figures", 50,
                            *quartiles(ratios),
                            f"; {theirs:.0f} / {ours:.1f} ms, {sizes.awk_days} days of 8 sensors, "
                            f"windows of 1 s, {size / 1e6:.0f} MB, {sizes.awk_rounds} rounds; "
                            f"{steal.text}")]
