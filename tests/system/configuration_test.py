#!/usr/bin/env python3
"""What is wrong with a configuration or a command line is said at once, with its place and its
mend, and with the exit code that belongs to it."""

import json
import pathlib

import station

COMMANDS = ("run", "check", "sensors")

# Each line that holds a mistake ends in a remark, with words that its message is to have.
SEVEN_MISTAKES = """\
[station]
realtime = "requird"       # MISTAKE: required
stal_budget = "5 s"        # MISTAKE: stall_budget

[[reader]]
name = "fast"
rate = "30 kHz"            # MISTAKE: 20 kHz

[[reader.sensor]]
name = "inlet"
range = [125, -40]         # MISTAKE: range

[[reader.sensor]]
name = "inlet"             # MISTAKE: line 10

[[reader]]
name = "slow"
period = "1 parsec"        # MISTAKE: parsec

[[reader.sensor]]
name = "outlet"
driver = "hvmon"           # MISTAKE: hwmon
"""
MISTAKES = {number: line.split("# MISTAKE: ")[1]
            for number, line in enumerate(SEVEN_MISTAKES.splitlines(), start=1)
            if "# MISTAKE: " in line}

EXAMPLES = station.SOURCE / "config/examples"
# Examples that name devices: they are in order only on a machine that has these.
DEVICES = {"kiln-room.toml": ["/sys/bus/i2c/devices/1-0048", "/sys/bus/i2c/devices/1-0049"],
           "one-wire.toml": ["/sys/bus/w1/devices/28-0000075a1b2c"]}


class CommandTest(station.StationTest):
    def finish_with_output(self, process, expected):
        """Its exit code; what it printed on stdout, which is no summary of a run here."""
        code = process.wait()
        self.assertEqual(code, expected, f"\nstdout: {process.out()}\nstderr: {process.err()}")
        return process.out()


class ConfigurationTest(CommandTest):
    def test_seven_mistakes_are_seven_messages_with_their_lines(self):
        self.assertEqual(len(MISTAKES), 7)
        path = self.write_config(SEVEN_MISTAKES)
        for command in ("check", "run"):
            with self.subTest(command):
                process = self.start(command, "--config", path, "--log-dir", self.logs)
                self.finish_with_output(process, station.CONFIG)
                said = [line for line in process.err().splitlines() if line.startswith(f"{path}:")]
                self.assertEqual([line_of(message) for message in said], sorted(MISTAKES), said)
                for message in said:
                    self.assertIn(MISTAKES[line_of(message)], message)
                    self.assertIn("; ", message, "no mend")
                self.assertEqual(process.out(), "")
        self.assertFalse(self.logs.exists(), "a refused configuration has no effect")

    def test_check_as_json_says_the_same(self):
        path = self.write_config(SEVEN_MISTAKES)
        in_words = self.start("check", "--config", path)
        self.finish_with_output(in_words, station.CONFIG)
        process = self.start("check", "--config", path, "--json")
        found = json.loads(self.finish_with_output(process, station.CONFIG))
        self.assertIs(found["ok"], False)
        self.assertNotIn("plan", found)
        messages = [f"{one['where']}: {one['what']}; {one['mend']}" for one in found["mistakes"]]
        self.assertEqual(messages, [line for line in in_words.err().splitlines()
                                    if line.startswith(f"{path}:")])

    def test_toml_that_does_not_parse_and_a_missing_file(self):
        broken = self.write_config('[station]\nname = "kiln\n', "broken.toml")
        for command in ("check", "run"):
            process = self.start(command, "--config", broken)
            self.finish_with_output(process, station.CONFIG)
            self.assertIn(f"{broken}:2: ", process.err())
            missing = self.folder / "nowhere.toml"
            process = self.start(command, "--config", missing)
            self.finish_with_output(process, station.CONFIG)
            self.assertIn(f"{missing}: ", process.err())

    def test_the_shipped_configurations_pass(self):
        shipped = sorted(EXAMPLES.glob("*.toml")) + [station.SOURCE / "config/isotherm.toml"]
        self.assertGreater(len(shipped), 3)
        for path in shipped:
            with self.subTest(path.name):
                process = self.start("check", "--config", path, "--best-effort")
                devices = [pathlib.Path(device) for device in DEVICES.get(path.name, [])]
                if all(device.exists() for device in devices):
                    plan = self.finish_with_output(process, station.OK)
                    self.assertIn("housekeeping: ", plan)
                    self.assertEqual(process.err(), "")
                else:
                    self.finish_with_output(process, station.ABSENT)
                    self.assertRegex(process.err(), rf"(?m)^{path}:\d+: .*{devices[0].name}")

    def test_the_plan_as_json(self):
        process = self.start("check", "--config", EXAMPLES / "four-sim-1khz.toml", "--json",
                             "--log-dir", self.logs)
        found = json.loads(self.finish_with_output(process, station.OK))
        self.assertIs(found["ok"], True)
        self.assertEqual(found["mistakes"], [])
        [reader] = found["plan"]["readers"]
        self.assertEqual(reader["sensors"], ["inlet", "outlet", "core", "flaky"])
        self.assertEqual(reader["period_ns"], 1_000_000)
        # 5 s, the default stall_budget, of 1000 slots with 4 samples.
        self.assertGreaterEqual(reader["ring_samples"], 20_000)
        self.assertEqual(found["plan"]["log_directory"], str(self.logs))
        self.assertFalse(self.logs.exists(), "check changes nothing")


class CommandLineTest(CommandTest):
    def test_wrong_usage_is_exit_code_64(self):
        for arguments in ([], ["--no-such-option"], ["brew"], ["run", "--no-such-option"],
                          ["run", "--duration", "10 parsecs"], ["run", "--duration", "0s"],
                          ["run", "--duration", "-1s"], ["run", "--config"],
                          ["check", "surplus"]):
            with self.subTest(arguments):
                process = self.start(*arguments)
                self.assertEqual(self.finish_with_output(process, station.USAGE), "")
                self.assertNotEqual(process.err(), "")

    def test_help_of_every_command_has_examples(self):
        overview = self.finish_with_output(self.start("--help"), station.OK)
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", overview)
            text = self.finish_with_output(self.start(command, "--help"), station.OK)
            self.assertIn("Examples:\n  isotherm " + command, text)

    def test_version(self):
        text = self.finish_with_output(self.start("--version"), station.OK)
        self.assertRegex(text, r"^\d+\.\d+\.\d+\n$")

    def test_sensors_as_words_and_as_json(self):
        found = json.loads(self.finish_with_output(self.start("sensors", "--json"), station.OK))
        words = self.finish_with_output(self.start("sensors"), station.OK)
        self.assertGreater(len(words), 0)
        for sensor in found["sensors"]:
            self.assertIn(sensor["config"], words)
        # What is printed is there to be pasted: as the sensors of a reader it passes.
        if "[[reader]]" not in words:
            words = '[[reader]]\nname = "pasted"\n' + words
        path = self.write_config(words)
        self.finish_with_output(self.start("check", "--config", path, "--best-effort"), station.OK)


def line_of(message):
    return int(message.split(":")[1])


if __name__ == "__main__":
    station.main()
