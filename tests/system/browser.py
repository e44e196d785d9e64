"""Headless Chromium, spoken to over a pipe (chromedevtools.github.io/devtools-protocol). For the
tests of pages, and for tools/look-at-trace.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading

WATCHDOG = 120.0  # seconds, for all that is done with one browser
PROGRAM = "chromium"  # and Debian's package


class BrowserError(Exception):
    """The page's script failed, or the browser itself."""


def is_installed():
    return shutil.which(PROGRAM) is not None


class Browser:
    """`with Browser() as browser`: one tab. `offline`: no name of the network resolves."""

    def __init__(self, width=1400, height=900, offline=True):
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="isotherm-browser-"))
        self.events = []  # of the protocol, that came beside the answers
        ours, theirs = os.pipe(), os.pipe()

        def give_pipes():
            # --remote-debugging-pipe reads from descriptor 3 and writes to 4.
            read, write = os.dup(ours[0]), os.dup(theirs[1])
            os.dup2(read, 3)
            os.dup2(write, 4)

        network = ["--host-resolver-rules=MAP * 127.0.0.1:9"] if offline else []
        with open(self._folder / "chromium.log", "wb") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu",
                 "--disable-background-networking", "--remote-debugging-pipe", *network,
                 f"--user-data-dir={self._folder}/profile", f"--window-size={width},{height}",
                 "about:blank"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=False,
                preexec_fn=give_pipes)
        os.close(ours[0])
        os.close(theirs[1])
        self._write, self._read = ours[1], os.fdopen(theirs[0], "rb", 0)
        self._rest, self._number, self._session = b"", 0, None
        # A browser that hangs is ended, and its pipe with it.
        self._watchdog = threading.Timer(WATCHDOG, self._process.kill)
        self._watchdog.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._watchdog.cancel()
        self._process.terminate()
        self._process.wait()
        os.close(self._write)
        self._read.close()
        # Processes of the browser may still be about to write there.
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, address):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target,
                                  flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=address)

    def wait_for(self, method):
        """Until an event of the protocol has come."""
        while not any(event["method"] == method for event in self.events):
            self.events.append(self._next())

    def run(self, script):
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(details.get("exception", details).get("description", details))
        return result["result"].get("value")

    def picture(self, path, whole_page=False):
        data = self.call("Page.captureScreenshot", format="png",
                         captureBeyondViewport=whole_page)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def _next(self):
        while b"\0" not in self._rest:
            more = self._read.read(1 << 16)
            if not more:
                raise BrowserError("chromium has ended")
            self._rest += more
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)
