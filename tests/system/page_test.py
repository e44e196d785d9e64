"""The page of `isotherm log --html`, in a real browser without a network: its charts are there, its
script makes no mistake, it asks nobody for anything, and names that look like commands stay names.

Without chromium (tools/packages install page) the tests are skipped.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import browser

MAKE_PAGE = os.environ.get("ISOTHERM_MAKE_PAGE", "isotherm_make_page")
TEMPLATE = os.environ.get("ISOTHERM_LOG_PAGE", "log-page.html")
WATCHDOG = 60.0  # seconds
SKIP_RETURN_CODE = 77  # SKIP_RETURN_CODE of CMakeLists.txt

# What makes a browser fetch something: attributes and CSS that name an address elsewhere.
FETCHES = re.compile(r"""(?:\bsrc|\bhref|\baction|\bposter|\bdata)\s*=\s*["']?\s*(?:https?:)?//|"""
                     r"""@import\b|url\(\s*["']?(?:https?:)?//|sourceMappingURL""", re.IGNORECASE)
HAPPENED = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
DRAWN = "(document.documentElement || {dataset: {}}).dataset.charts"


@unittest.skipUnless(browser.is_installed(), f"{browser.PROGRAM} is not installed")
class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory(prefix="isotherm-page-")
        cls.addClassCleanup(cls._folder.cleanup)
        cls._browser = browser.Browser(width=1400, height=900)
        cls.addClassCleanup(cls._browser.close)

    def page(self, kind):
        path = pathlib.Path(self._folder.name) / f"{kind}.html"
        subprocess.run([MAKE_PAGE, kind, TEMPLATE, path], check=True)
        return path

    def show(self, kind, width=1400, scheme="light"):
        """Opens a page of make_page; returns how many charts it has."""
        self._browser.events.clear()
        self._browser.open("about:blank")
        self._browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                           deviceScaleFactor=1, mobile=width < 600)
        self._browser.call("Emulation.setTimezoneOverride", timezoneId="Europe/Berlin")
        self._browser.call("Emulation.setEmulatedMedia",
                           features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.address = self.page(kind).as_uri()
        self._browser.call("Page.navigate", url=self.address)
        end = time.monotonic() + WATCHDOG
        while self.run_in_page(DRAWN) is None:
            self.assertLess(time.monotonic(), end, f"the page does not finish: {self.complaints()}")
        return int(self.run_in_page(DRAWN))

    def run_in_page(self, script):
        return self._browser.run(script)

    def complaints(self):
        return [event for event in self._browser.events if event["method"] in HAPPENED]

    def requests(self):
        return [event["params"]["request"]["url"] for event in self._browser.events
                if event["method"] == "Network.requestWillBeSent"]

    def assert_clean(self):
        self.assertEqual(self.complaints(), [])
        elsewhere = [url for url in self.requests()
                     if url not in (self.address, "about:blank") and not url.startswith("data:")]
        self.assertEqual(elsewhere, [])

    def test_has_a_chart_a_unit_and_one_of_the_lateness_and_fetches_nothing(self):
        self.assertEqual(self.show("day"), 3)
        self.assertGreaterEqual(self.run_in_page("document.querySelectorAll('canvas').length"), 3)
        self.assert_clean()

    def test_names_nothing_elsewhere(self):
        found = FETCHES.search(self.page("day").read_text(encoding="utf-8"))
        self.assertIsNone(found, found)

    def test_keeps_the_licence_of_dygraphs(self):
        text = self.page("day").read_text(encoding="utf-8")
        self.assertIn("Permission is hereby granted, free of charge", text)
        self.assertIn("Dan Vanderkam", text)

    def test_lines_are_drawn_and_broken_in_a_gap(self):
        # Two hours are missing from 05:00 UTC on. With the other sensors switched off, there is no
        # coloured dot in the chart's columns of that time, but there are before and after.
        self.show("day")
        count = """(hour => {
          const boxes = [...document.querySelectorAll("figure:first-child .sensors input")];
          boxes.slice(1).forEach(box => { if (box.checked) box.click(); });
          const canvas = document.querySelector(".chart canvas");
          const scale = canvas.width / canvas.clientWidth;
          const left = 70, width = canvas.clientWidth - left;
          const x = Math.round((left + width * hour / 24) * scale);
          const dots = canvas.getContext("2d").getImageData(x, 0, 3, canvas.height).data;
          let coloured = 0;
          for (let i = 0; i < dots.length; i += 4) {
            const [r, g, b, a] = dots.slice(i, i + 4);
            if (a > 40 && Math.max(r, g, b) - Math.min(r, g, b) > 40) ++coloured;
          }
          return coloured;
        })"""
        self.assertGreater(self.run_in_page(f"{count}(3)"), 0)
        self.assertEqual(self.run_in_page(f"{count}(6)"), 0)
        self.assertGreater(self.run_in_page(f"{count}(9)"), 0)

    def test_all_charts_have_one_zoom(self):
        self.show("day")
        labels = "[...document.querySelectorAll('.chart')].map(chart => " \
                 "[...chart.querySelectorAll('.dygraph-axis-label-x')].map(one => " \
                 "one.textContent).join())"
        before = self.run_in_page(labels)
        self.run_in_page("document.querySelector('[data-zoom=in]').click()")
        after = self.run_in_page(labels)
        self.assertNotEqual(before, after)
        self.assertEqual(len(set(after)), 1, after)
        self.run_in_page("document.querySelector('[data-zoom=all]').click()")
        self.assertEqual(self.run_in_page(labels), before)
        self.assert_clean()

    def test_times_are_local_or_utc(self):
        self.show("day")
        first = "document.querySelector('.range time').textContent"
        self.assertEqual(self.run_in_page(first), "2026-03-10 01:00:00")  # of Berlin
        self.run_in_page("document.querySelector('[name=zone][value=utc]').click()")
        self.assertEqual(self.run_in_page(first), "2026-03-10 00:00:00")
        self.assertIn("(UTC)", self.run_in_page("document.querySelector('.range').textContent"))

    def test_events_are_marked_with_their_words(self):
        self.show("day")
        words = self.run_in_page("[...document.querySelector('.marks').children].map(mark => "
                                 "mark.getAttribute('aria-label'))")
        self.assertEqual(len(words), 3)
        self.assertIn("clock step", words[2])
        self.run_in_page("document.querySelector('.marks button').focus()")
        self.assertIn("sensor lost: garage",
                      self.run_in_page("document.getElementById('tip').textContent"))

    def test_hostile_names_stay_names(self):
        self.assertEqual(self.show("hostile"), 3)
        self.assertIsNone(self.run_in_page("window.broken || null"))
        self.assertEqual(self.run_in_page("document.querySelectorAll('main b, main i, main img')"
                                          ".length"), 0)
        name = "<b>&\"'</script><script>window.broken = 2</script>"
        self.assertIn(name, self.run_in_page("document.querySelector('ul.sensors').textContent"))
        self.assertIn(name, self.run_in_page("document.querySelector('.summary').textContent"))
        self.assert_clean()

    def test_an_empty_log_says_so(self):
        self.assertEqual(self.show("empty"), 0)
        self.assertIn("There is nothing in the log",
                      self.run_in_page("document.querySelector('main').textContent"))
        self.assert_clean()

    def test_nothing_is_wider_than_the_screen(self):
        for kind, width, scheme in (("day", 360, "dark"), ("many", 1400, "light"),
                                    ("hostile", 360, "light")):
            with self.subTest(kind=kind, width=width):
                self.show(kind, width, scheme)
                self.assertLessEqual(
                    self.run_in_page("document.documentElement.scrollWidth"), width)
                self.assert_clean()

    def test_prints_its_charts_in_light_colours(self):
        self.show("day", scheme="dark")
        self.run_in_page("dispatchEvent(new Event('beforeprint'))")
        ground = "getComputedStyle(document.body).backgroundColor"
        self.assertEqual(self.run_in_page(ground), "rgb(255, 255, 255)")
        width = self.run_in_page("document.querySelector('.chart canvas').clientWidth")
        self.assertLess(width, 700)
        self.run_in_page("dispatchEvent(new Event('afterprint'))")
        self.assertNotEqual(self.run_in_page(ground), "rgb(255, 255, 255)")


if __name__ == "__main__":
    if not browser.is_installed():
        print(f"skipped: {browser.PROGRAM} is not installed (tools/packages install page)")
        sys.exit(SKIP_RETURN_CODE)
    unittest.main()
