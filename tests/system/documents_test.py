#!/usr/bin/env python3
"""What the manual pages and the shell's completion say is what the program has: every command and
option of --help is in both, and neither offers one that is not there."""

import re
import subprocess
import unittest

import station

PAGES = station.SOURCE / "docs" / "man"
COMPLETION = station.SOURCE / "cmake" / "debian" / "isotherm.bash-completion"

# "  -c,--config FILE   ..." of CLI11; a command's line is the same without dashes.
OPTIONS = re.compile(r"^  ((?:--?[\w-]+,?)+)", re.MULTILINE)
COMMAND = re.compile(r"^  (\w+) ", re.MULTILINE)
PAGE_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def help_of(*command):
    done = subprocess.run([station.BINARY, *command, "--help"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=True)
    return done.stdout


def commands_in(text):
    """Those below "Subcommands:"."""
    _, found, listed = text.partition("\nSubcommands:\n")
    return COMMAND.findall(listed.partition("\n\n")[0]) if found else []


def options_in(text):
    listed = text.partition("\nOptions:\n")[2].partition("\nSubcommands:\n")[0]
    return {name for names in OPTIONS.findall(listed.partition("\n\n")[0])
            for name in names.split(",") if name}


def commands():
    """[], [run], ..., [board], [board, list], ..."""
    found = [[]]
    for command in found:
        found += [[*command, name] for name in commands_in(help_of(*command))]
    return found


def page_options(page):
    """Options that the paragraphs' heads (the line after .TP) name."""
    text = page.read_text().replace("\\-", "-")
    heads = re.findall(r"^\.TP\n(.*)$", text, re.MULTILINE)
    return {option for head in heads for option in PAGE_OPTION.findall(head)}


def page_of(command):
    return PAGES / ("-".join(["isotherm", *command[:1]]) + ".1")


def completed(*words):
    """What the shell offers behind these words."""
    script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); ' \
             'compopt() { :; }; _isotherm isotherm "${COMP_WORDS[COMP_CWORD]}" ' \
             '"${COMP_WORDS[COMP_CWORD - 1]}"; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script, "bash", COMPLETION, "isotherm", *words],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


class ManualPages(unittest.TestCase):
    def test_each_command_has_a_page_and_each_page_a_command(self):
        pages = {path.name for path in PAGES.glob("*.1")}
        self.assertEqual(pages, {page_of(command).name for command in commands()})

    def test_a_page_names_exactly_the_options_of_its_command(self):
        for page in {page_of(command) for command in commands()}:
            wanted = set()
            for command in commands():
                if page_of(command) == page:
                    wanted |= options_in(help_of(*command))
            with self.subTest(page=page.name):
                self.assertEqual(page_options(page), wanted)

    def test_the_overview_points_to_each_page(self):
        overview = (PAGES / "isotherm.1").read_text().replace("\\-", "-")
        for command in commands():
            if command:
                self.assertIn(f".BR {page_of(command).stem} (1)", overview)


class Completion(unittest.TestCase):
    def test_offers_exactly_the_options_of_each_command(self):
        for command in commands():
            with self.subTest(command=command):
                self.assertEqual(completed(*command, "-"), options_in(help_of(*command)))

    def test_offers_the_commands(self):
        self.assertEqual({word for word in completed("") if not word.startswith("-")},
                         set(commands_in(help_of())))

    def test_completes_the_end_of_a_word(self):
        self.assertEqual(completed("run", "--dur"), {"--duration"})
        self.assertEqual(completed("ru"), {"run"})

    def test_offers_folders_and_configurations_as_a_configuration(self):
        folder = station.SOURCE / "config"
        self.assertEqual(completed("run", "--config", f"{folder}/iso"), {f"{folder}/isotherm.toml"})
        self.assertEqual(completed("check", "-c", f"{folder}/ex"), {f"{folder}/examples"})


if __name__ == "__main__":
    station.main()
