"""Reads a trace of `isotherm run --trace`, also one that a crash has cut off."""

import collections
import json


class TraceFile:
    """Its events by thread. `text` may end where a kill has left it."""

    def __init__(self, text):
        self.events = json.loads(repaired(text))
        self.threads = {event["tid"]: event["args"]["name"] for event in self.events
                        if event["ph"] == "M" and event["name"] == "thread_name"}
        self.spans = collections.defaultdict(list)
        self.instants = collections.defaultdict(list)
        self.notes = {}
        for event in self.events:
            thread = self.threads.get(event.get("tid"))
            if event["ph"] == "X":
                self.spans[thread].append(event)
            elif event["ph"] == "i" and thread:
                self.instants[thread].append(event)
            elif event["ph"] == "i":
                self.notes[event["name"]] = event["args"]

    def slots_read(self, reader):
        return [event["args"]["slot"] for event in self.spans[f"iso-{reader}"]
                if event["name"] == "slot"]

    def slots_missed(self, reader):
        slots = []
        for event in self.spans[f"iso-{reader} missed"]:
            first = event["args"]["slot"]
            slots += range(first, first + event["args"]["slots"])
        return slots

    def count(self):
        """Of the events that threads have made; the others are about the trace itself."""
        return sum(map(len, self.spans.values())) + sum(map(len, self.instants.values()))


def repaired(text):
    """What the viewers do with an array that has no end: a comma behind the last event goes, and
    the bracket is put there (Catapult, tracing/extras/importer/trace_event_importer.html). A line
    that is itself torn goes too: Perfetto leaves it out, Chrome's viewer wants it cut by hand."""
    text = text.rstrip()
    if text.endswith("]"):
        return text
    if not text.endswith("}}"):
        text = text[:text.rindex("\n")]
    return text.rstrip().rstrip(",") + "]"


def ns(microseconds):
    return round(microseconds * 1000)


def end(span):
    return ns(span["ts"]) + ns(span["dur"])
