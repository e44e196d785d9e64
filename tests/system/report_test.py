#!/usr/bin/env python3
"""isotherm report: the figures of a capture, whoever works at them; what is damaged, crashed or no
capture at all is said and costs no more than itself."""

import contextlib
import json
import math
import os
import pathlib
import resource
import signal
import subprocess
import time

import capture_file
import station


def wave(slot):
    return 336 + round(8 * math.sin(slot / 50)) + (slot * 7919 % 5)


def children_of(pid):
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and int(
                    (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


class ReportTest(station.StationTest):
    def report(self, *arguments, code=0):
        done = subprocess.run([os.environ["ISOTHERM_BINARY"], "report", *map(str, arguments)],
                              capture_output=True, text=True, timeout=200)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def json_of(self, *arguments):
        return json.loads(self.report(*arguments, "--json").stdout)

    def write(self, name, *chunks):
        path = self.folder / name
        path.write_bytes(b"".join(chunks))
        return path

    def capture(self, chunks=40, samples=700):
        """Three sensors in turns: a wave, one with gaps and faults, a slow one in small chunks."""
        wavy, broken = capture_file.Sensor("wavy"), capture_file.Sensor("broken")
        slow = capture_file.Sensor("slow", every=100)
        parts, gone = [], 0
        for number in range(chunks):
            slots = list(range(number * samples, (number + 1) * samples))
            parts.append(wavy.chunk(slots, [wave(slot) for slot in slots],
                                    lateness=[50_000 + slot * 7 % 9000 for slot in slots]))
            kept = [slot for slot in slots if slot % 100 != 13]
            gone += len(slots) - len(kept)
            parts.append(broken.chunk(kept, [wave(slot) for slot in kept],
                                      faults=[3 if slot % 50 == 7 else 0 for slot in kept]))
            parts.append(slow.chunk(slots[::100], [wave(slot) for slot in slots[::100]]))
        self.missed = gone
        return self.write("three.isocap", *parts)

    def test_figures_are_those_of_the_samples(self):
        capture = self.capture()
        found = self.json_of(capture)
        wavy, broken, slow = found["sensors"]
        values = sorted(wave(slot) / 16 for slot in range(28000))
        self.assertEqual(wavy["counts"]["good"], 28000)
        self.assertEqual(wavy["values"]["min"], values[0])
        self.assertEqual(wavy["values"]["max"], values[-1])
        self.assertAlmostEqual(wavy["values"]["mean"], sum(values) / 28000, places=10)
        for fraction, value in wavy["values"]["quantiles"]:
            self.assertEqual(value, values[math.ceil(fraction * 28000) - 1])
        self.assertEqual(sum(count for _, count in wavy["values"]["histogram"]), 28000)
        # sin(slot / 50) at 1 kHz
        self.assertAlmostEqual(wavy["spectrum"]["peak"]["frequency_hz"], 1000 / (2 * math.pi * 50),
                               delta=0.1)
        self.assertAlmostEqual(wavy["spectrum"]["peak"]["amplitude"], 0.5, delta=0.03)
        self.assertEqual(wavy["lateness"]["max_ns"], 58999)
        self.assertEqual(broken["counts"]["faults"], {"crc": 560})
        # Those before the first sample and behind the last are not known of.
        self.assertEqual(broken["counts"]["missed"], self.missed)
        self.assertEqual(slow["interval_ns"], 100_000_000)
        self.assertEqual(slow["counts"]["good"], 280)
        self.assertIsNone(slow["lateness"])
        self.assertEqual(found["unread"], [])

    def test_result_is_the_same_whoever_works(self):
        capture = self.capture(60)
        texts = set()
        for arguments in (["--jobs", 1], ["--jobs", 2], ["--jobs", 3, "--deal", "round-robin"],
                          ["--jobs", 2, "--processes"], ["--jobs", 3, "--processes"]):
            found = self.json_of(capture, *arguments)
            self.assertEqual(len(found["timing"]["pool"]["workers"]), arguments[1])
            del found["timing"]
            texts.add(json.dumps(found))
        self.assertEqual(len(texts), 1)

    def test_a_damaged_chunk_costs_itself(self):
        sensor = capture_file.Sensor("inlet")
        parts = [sensor.chunk(list(range(n * 1000, (n + 1) * 1000)),
                              [wave(slot) for slot in range(1000)]) for n in range(12)]
        parts[4] = parts[4][:-50] + bytes([parts[4][-50] ^ 1]) + parts[4][-49:]
        parts[8] = b"\0" * len(parts[8])
        capture = self.write("damaged.isocap", *parts)
        done = self.report(capture, "--json")
        found = json.loads(done.stdout)
        counts = found["sensors"][0]["counts"]
        self.assertEqual((counts["good"], counts["lost"], counts["missed"]), (10000, 2000, 0))
        self.assertEqual(len(found["unread"]), 2)
        self.assertIn("damaged.isocap", done.stderr)
        self.assertIn(str(sum(map(len, parts[:4]))), done.stderr)

    def test_a_crashed_process_costs_its_chunk(self):
        sensor = capture_file.Sensor("inlet")
        parts = [sensor.chunk(list(range(n * 9000, (n + 1) * 9000)),
                              [wave(slot) for slot in range(9000)]) for n in range(60)]
        capture = self.write("crash.isocap", *parts)
        for end in (signal.SIGKILL, signal.SIGSEGV):
            with self.subTest(signal=end):
                self.crash_one(capture, end)

    def crash_one(self, capture, end):
        command = [os.environ["ISOTHERM_BINARY"], "report", str(capture), "--jobs", "2",
                   "--processes", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as run:
            watchdog = time.monotonic() + 60
            children = []
            while not children and time.monotonic() < watchdog:
                children = children_of(run.pid)
            # It has got its first task, or is about to.
            os.kill(children[0], end)
            out, errors = run.communicate(timeout=200)
        self.assertEqual(run.returncode, 0, errors)
        found = json.loads(out)
        counts = found["sensors"][0]["counts"]
        self.assertEqual(counts["good"] + counts["lost"], 540_000)
        self.assertEqual(counts["lost"], 9000)
        self.assertEqual(len(found["unread"]), 1)
        self.assertIn("crashed", found["unread"][0]["why"])
        self.assertIn(f"signal {int(end)}", errors)

    def test_a_report_ends_where_every_process_crashes(self):
        sensor = capture_file.Sensor("inlet")
        capture = self.write("many.isocap", *(
            sensor.chunk(list(range(n * 10, n * 10 + 10)), [336] * 10) for n in range(3000)))
        command = [os.environ["ISOTHERM_BINARY"], "report", str(capture), "--jobs", "1",
                   "--processes"]
        # Its children are at the lowest priority, so that each is seen before it has brought much.
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              preexec_fn=lambda: os.nice(19)) as run:
            watchdog = time.monotonic() + 120
            while run.poll() is None and time.monotonic() < watchdog:
                for child in children_of(run.pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(child, signal.SIGKILL)
            out, errors = run.communicate(timeout=200)
        self.assertEqual(run.returncode, 70, errors)
        self.assertIn("one after the other, ended with signal 9", errors)
        self.assertEqual(out, "")

    def test_many_files_need_few_descriptors(self):
        """And names that are no text, longer together than an argument may be."""
        sensor = capture_file.Sensor("inlet")
        deep = self.folder / ("d" * 200) / ("e" * 200) / ("f" * 200)
        deep.mkdir(parents=True)
        for number in range(250):
            name = os.fsencode(deep) + b"/\xff%03d.isocap" % number
            with open(name, "wb") as file:
                file.write(sensor.chunk(list(range(number * 20, number * 20 + 20)), [336] * 20))
        for how in ([], ["--processes"]):
            done = subprocess.run(
                [os.environ["ISOTHERM_BINARY"], "report", deep, "--jobs", "3", "--json", *how],
                capture_output=True, text=True, errors="replace", timeout=200,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
            self.assertEqual(done.returncode, 0, done.stderr)
            found = json.loads(done.stdout)
            self.assertEqual(found["sensors"][0]["counts"]["good"], 5000)
            self.assertEqual(found["unread"], [])

    def test_values_of_any_size_are_drawn_and_those_that_are_none_are_counted(self):
        sensor = capture_file.Sensor("odd")
        chunk = sensor.chunk(list(range(100)), [0] * 100,
                             aside={7: 5e-324, 8: 1.0, 50: math.nan})
        page = self.folder / "page.html"
        text = self.report(self.write("odd.isocap", chunk), "--html", page).stdout
        self.assertIn("<h3>Values</h3>", page.read_text())
        self.assertIn("<dt>no number</dt><dd>1</dd>", page.read_text())
        titles, row = text.splitlines()[0].split(), text.splitlines()[1].split()
        self.assertEqual(titles[1:4], ["good", "no", "number"])
        self.assertEqual(row[row.index("99"):][:2], ["99", "1"])

    def test_a_page_is_not_written_over_a_capture(self):
        capture = self.capture(2)
        before = capture.read_bytes()
        self.report(self.folder, "--html", capture, code=64)
        self.assertEqual(capture.read_bytes(), before)

    def test_a_capture_named_twice_counts_once(self):
        capture = self.capture(4)
        found = self.json_of(capture, self.folder, capture)
        self.assertEqual(len(found["files"]), 1)
        self.assertEqual(found["sensors"][0]["counts"]["good"], 2800)
        copy = self.write("zz-copy.isocap", capture.read_bytes())
        found = self.json_of(capture, copy)
        self.assertEqual(found["sensors"][0]["counts"]["good"], 2800)
        self.assertEqual(found["sensors"][0]["chunks_repeated"], 4)

    def test_html_needs_nothing_else(self):
        page = self.folder / "page.html"
        text = self.report(self.capture(), "--html", page).stdout
        html = page.read_text()
        self.assertIn("wavy", html)
        for title in ("Values", "Allan deviation", "Spectrum", "Lateness"):
            self.assertIn(f"<h3>{title}</h3>", html)
        for fetched in ("http:", "https:", "<script", "<link", "src="):
            self.assertNotIn(fetched, html)
        self.assertIn("million a second", text)
        self.assertNotIn("\x1b", text)

    def test_too_many_different_values_have_exact_quantiles(self):
        """Values that no table can hold: the quantiles are searched for."""
        sensor = capture_file.Sensor("fine")
        places = [slot * 7919 % 100_003 for slot in range(80_000)]
        parts = [sensor.chunk(list(range(n * 10_000, (n + 1) * 10_000)),
                              places[n * 10_000:(n + 1) * 10_000]) for n in range(8)]
        values = sorted(place / 16 for place in places)
        found = self.json_of(self.write("fine.isocap", *parts))["sensors"][0]["values"]
        self.assertIsNone(found["distinct"])
        for fraction, value in found["quantiles"]:
            self.assertEqual(value, values[math.ceil(fraction * len(values)) - 1])

    def test_speed_up_is_measured(self):
        found = self.json_of(self.capture(4), "--compare", "--jobs", 2)
        self.assertGreater(found["timing"]["speed_up"], 0)
        self.assertEqual(len(found["timing"]["one_worker"]["workers"]), 1)

    def test_what_cannot_be_done_is_said(self):
        nothing = self.write("nothing.isocap")
        self.assertIn("empty", self.report(nothing, code=74).stderr)
        noise = self.write("noise.isocap", bytes(range(256)) * 100)
        self.assertIn("no chunk begins here", self.report(noise, code=74).stderr)
        hurt = bytearray(capture_file.Sensor("inlet").chunk(list(range(100)), [336] * 100))
        hurt[-1] ^= 1
        for how in ([], ["--processes"]):
            done = self.report(self.write("hurt.isocap", hurt), *how, code=74)
            self.assertIn("nothing in it can be read", done.stderr)
            self.assertEqual(done.stdout, "")
        self.assertIn("there is no capture", self.report(self.folder / "none", code=74).stderr)
        self.assertIn("--cores", self.report(noise, "--cores", "999", code=64).stderr)
        self.assertIn("name a capture", self.report(code=64).stderr)
        page = self.folder / "no" / "page.html"
        self.report(self.capture(2), "--html", page, code=74)


if __name__ == "__main__":
    station.main()
