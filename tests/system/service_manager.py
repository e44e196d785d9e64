"""A service manager's end of sd_notify(3): the socket that $NOTIFY_SOCKET names."""

import socket


class ServiceManager:
    """Hears what a station says. `path` is a file to be made; or, with "@" in front, an abstract
    name."""

    def __init__(self, path, watchdog_s=None):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        text = str(path)
        self._socket.bind("\0" + text[1:] if text.startswith("@") else text)
        self._socket.setblocking(False)
        self.environment = {"NOTIFY_SOCKET": text}
        if watchdog_s is not None:
            self.environment["WATCHDOG_USEC"] = str(int(watchdog_s * 1e6))
        self._heard = []

    def close(self):
        self._socket.close()

    def heard(self):
        """All datagrams so far, in order."""
        while True:
            try:
                self._heard.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return self._heard

    def lines(self, key):
        """The values of a key so far, in order."""
        return [line.split("=", 1)[1] for datagram in self.heard() for line in datagram.split("\n")
                if line.startswith(key + "=")]

    def until_says(self, process, words):
        """Waits for words on the station's stderr, and listens meanwhile: the kernel queues only a
        few datagrams (net.unix.max_dgram_qlen, 10)."""
        process.until(lambda: self.heard() is not None and words in process.err(),
                      f"'{words}' on stderr")

    def until(self, process, key, count=1):
        """Waits until a key has come so often."""
        process.until(lambda: len(self.lines(key)) >= count, f"{count} times {key}")
        return self.lines(key)
