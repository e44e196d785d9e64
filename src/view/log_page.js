// The script of a page of `isotherm log --html`: a chart a unit and one of the lateness, all with
// one zoom, the marks of events above each, and times in local time or UTC. The data stand in
// #data, in the form that page.cpp describes; the charts are dygraphs' (dygraphs.com).
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const charts = [];  // {graph, figure, frame, strip, moment, lines, outputs, indices}
  const hidden = new Set();  // numbers of the lines that are switched off
  let utc = false;

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // ---- times and numbers ----

  const two = number => String(number).padStart(2, "0");

  function timeText(ms) {
    const time = new Date(ms);
    const get = part => (utc ? time["getUTC" + part]() : time["get" + part]());
    const clock = [get("Hours"), get("Minutes"), get("Seconds")].map(two).join(":");
    const rest = get("Milliseconds") ? "." + String(get("Milliseconds")).padStart(3, "0") : "";
    return `${get("FullYear")}-${two(get("Month") + 1)}-${two(get("Date"))} ${clock}${rest}`;
  }

  function zoneName() {
    if (utc) return "UTC";
    const minutes = -new Date(data.from).getTimezoneOffset();
    const size = Math.abs(minutes);
    const offset = `UTC${minutes < 0 ? "\u2212" : "+"}${two(Math.floor(size / 60))}:${
      two(size % 60)}`;
    const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return name === "UTC" ? name : name ? `${name}, ${offset}` : offset;
  }

  const numberText = value => String(Number(value.toPrecision(6)));

  function durationText(us) {
    const scales = [[1e6, "s"], [1e3, "ms"], [1, "\u00b5s"], [1e-3, "ns"]];
    const [size, unit] = scales.find(([least]) => us >= least) || scales[3];
    return `${Number((us / size).toPrecision(3))} ${unit}`;
  }

  // ---- the data ----

  // [first, step, how often, step, how often, ...] to the starts of the buckets, in ms.
  function timesOf(runs) {
    const times = runs.length ? [data.from + runs[0]] : [];
    for (let i = 1; i < runs.length; i += 2) {
      for (let n = 0; n < runs[i + 1]; ++n) times.push(times[times.length - 1] + runs[i]);
    }
    return times;
  }

  // One array for dygraphs of lines that need not have the same times: null where a line has no
  // bucket at that time, which is skipped, and NaN in its gaps, where it is broken. A bucket stands
  // at the middle of its time.
  function tableOf(lines, barOf) {
    const rows = new Map();
    lines.forEach((line, column) => {
      line.times.forEach((start, i) => {
        const x = start + line.step / 2;
        let row = rows.get(x);
        if (!row) {
          row = [new Date(x), ...lines.map(() => null)];
          rows.set(x, row);
        }
        row[column + 1] = barOf(line, i) || [NaN, NaN, NaN];
      });
    });
    return [...rows.values()].sort((a, b) => a[0] - b[0]);
  }

  const valueBar = (line, i) =>
    line.mean[i] === null ? null : [line.min[i], line.mean[i], line.max[i]];
  // On a logarithmic axis, which knows no 0: down to the 100 ns that the history keeps.
  const lateBar = (line, i) => {
    if (line.late[i] === null) return null;
    const late = Math.max(line.late[i], 0.1);
    return [Math.min(Math.max(line.p99[i], 0.1), late), late, late];
  };

  // Whole powers of ten around all of it, and a label at each.
  function lateAxis(lines) {
    let least = Infinity;
    let most = 0;
    for (const line of lines) {
      line.late.forEach((_, i) => {
        const bar = lateBar(line, i);
        if (bar) {
          least = Math.min(least, bar[0]);
          most = Math.max(most, bar[2]);
        }
      });
    }
    if (!most) return {};
    const [first, last] = [Math.floor(Math.log10(least * 0.8)), Math.ceil(Math.log10(most * 1.2))];
    const ticks = [];
    for (let power = first; power <= last; ++power) {
      ticks.push({v: 10 ** power, label: power > first ? durationText(10 ** power) : ""});
    }
    return {valueRange: [10 ** first, 10 ** last], ticker: () => ticks};
  }

  // ---- colours ----

  const variable = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colourOf = number => variable(`--sensor-${number % 8}`);
  const dashOf = number => [null, [7, 3], [2, 2]][Math.floor(number / 8) % 3];
  const chartColours = lines => ({
    colors: lines.map(line => colourOf(line.number)),
    gridLineColor: variable("--line"),
    axisLineColor: variable("--soft"),
  });

  // ---- zoom, for all charts together ----

  let zooming = false;
  function zoomTo(from, to) {
    const width = Math.min(Math.max(to - from, 1), data.to - data.from);
    const begin = Math.min(Math.max(from, data.from), data.to - width);
    zooming = true;
    charts.forEach(({graph}) => graph.updateOptions({dateWindow: [begin, begin + width]}));
    zooming = false;
  }

  function follow(graph) {
    if (zooming) return;
    const [from, to] = graph.xAxisRange();
    zooming = true;
    charts.forEach(chart => {
      if (chart.graph !== graph) chart.graph.updateOptions({dateWindow: [from, to]});
    });
    zooming = false;
  }

  function zoomBy(what) {
    if (!charts.length) return;
    const [from, to] = charts[0].graph.xAxisRange();
    const width = to - from;
    const moves = {earlier: [-0.5, -0.5], later: [0.5, 0.5], in: [0.25, -0.25], out: [-0.5, 0.5]};
    if (what === "all") return zoomTo(data.from, data.to);
    zoomTo(from + moves[what][0] * width, to + moves[what][1] * width);
  }

  // ---- marks of events ----

  const tip = document.getElementById("tip");
  const severities = ["info", "warning", "error"];

  function showTip(button, text) {
    tip.textContent = text;
    tip.hidden = false;
    const box = button.getBoundingClientRect();
    const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(left, 4) + scrollX}px`;
    tip.style.top = `${box.bottom + 6 + scrollY}px`;
  }

  function showEvent(index) {
    document.querySelectorAll(".events tr.shown").forEach(row => row.classList.remove("shown"));
    const row = document.getElementById(`event-${index}`);
    row.classList.add("shown");
    row.scrollIntoView({block: "center"});
  }

  // Marks that would lie on each other are one.
  function clusters(graph) {
    const [from, to] = graph.xAxisRange();
    const found = [];
    data.marks.forEach(([time, severity, text], index) => {
      if (time < from || time > to) return;
      const x = graph.toDomXCoord(time);
      const last = found[found.length - 1];
      if (last && x - last.x < 22) {
        last.severity = Math.max(last.severity, severity);
        last.members.push({time, text});
      } else {
        found.push({x, severity, index, members: [{time, text}]});
      }
    });
    return found;
  }

  function placeMarks(strip, graph) {
    strip.replaceChildren(...clusters(graph).map(({x, severity, index, members}) => {
      const most = 5;
      const lines = members.slice(0, most).map(({time, text}) => `${timeText(time)}  ${text}`);
      if (members.length > most) lines.push(`and ${members.length - most} more`);
      const button = element("button", {
        type: "button", className: severities[severity], onclick: () => showEvent(index),
        textContent: members.length > 1 ? String(members.length) : severity ? "!" : "i",
        onmouseenter: () => showTip(button, lines.join("\n")),
        onmouseleave: () => { tip.hidden = true; },
        onfocus: () => showTip(button, lines.join("\n")), onblur: () => { tip.hidden = true; },
      });
      button.setAttribute("aria-label", lines.join("; "));
      button.style.left = `${x}px`;
      return button;
    }));
  }

  function drawMarkLines(context, area, graph) {
    const found = clusters(graph);
    const colours = severities.map(name => variable(`--${name}`));
    context.save();
    context.setLineDash([3, 3]);
    context.globalAlpha = found.length > 20 ? 0.4 : 1;
    for (const {x, severity} of found) {
      context.strokeStyle = colours[severity];
      context.beginPath();
      context.moveTo(Math.round(x) + 0.5, area.y);
      context.lineTo(Math.round(x) + 0.5, area.y + area.h);
      context.stroke();
    }
    context.restore();
  }

  // ---- charts ----

  // A finger scrolls the page, two zoom; dygraphs alone would take both.
  function interaction() {
    const own = {...Dygraph.defaultInteractionModel};
    for (const kind of ["touchstart", "touchmove"]) {
      const usual = own[kind];
      own[kind] = (event, graph, context) => {
        if (event.touches.length > 1) usual(event, graph, context);
      };
    }
    return own;
  }

  // One shape for each unbroken stretch. dygraphs' own bands are one for every two points, which
  // takes a browser without a GPU many times as long.
  function plotBand({drawingContext: context, plotArea: area, points, color, seriesCount}) {
    let stretch = [];
    const y = share => area.y + area.h * share;
    const fill = () => {
      context.beginPath();
      stretch.forEach(point => context.lineTo(point.canvasx, y(point.y_top)));
      stretch.reverse().forEach(point => context.lineTo(point.canvasx, y(point.y_bottom)));
      context.fill();
      stretch = [];
    };
    context.save();
    context.fillStyle = color;
    context.globalAlpha = 0.2 / Math.ceil(seriesCount / 3);
    for (const point of points) {
      if (point.yval === null) continue;  // another line's time
      if (Number.isNaN(point.yval)) fill();
      else stretch.push(point);
    }
    fill();
    context.restore();
  }

  function swatch(number) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const dash = dashOf(number);
    Object.entries({x1: 0, x2: 26, y1: 6, y2: 6, "stroke-width": 3,
                    "stroke-dasharray": dash ? dash.join(" ") : "none"})
      .forEach(([name, value]) => line.setAttribute(name, value));
    line.style.stroke = `var(--sensor-${number % 8})`;
    svg.setAttribute("aria-hidden", "true");
    svg.append(line);
    return svg;
  }

  function sensorItem(line, output) {
    const box = element("input", {type: "checkbox", checked: true});
    box.addEventListener("change", () => {
      hidden[box.checked ? "delete" : "add"](line.number);
      charts.forEach(({graph, lines, boxes}) => lines.forEach((one, i) => {
        if (one.number === line.number) {
          boxes[i].checked = box.checked;
          graph.setVisibility(i, box.checked);
        }
      }));
    });
    return [box, element("li", {}, element("label", {}, box, swatch(line.number), line.sensor),
                         output)];
  }

  function addChart(lines, title, barOf, wordsOf, more) {
    const table = tableOf(lines, barOf);
    const moment = element("span", {className: "moment"});
    const strip = element("div", {className: "marks"});
    const frame = element("div", {className: `chart ${more.kind || ""}`});
    const outputs = lines.map(() => element("output"));
    const items = lines.map((line, i) => sensorItem(line, outputs[i]));
    const figure = element(
      "figure", {}, element("figcaption", {}, element("h2", {textContent: title}), moment),
      ...(more.note ? [element("p", {className: "soft", textContent: more.note})] : []), strip,
      frame, element("ul", {className: "sensors"}, ...items.map(([, item]) => item)));
    document.getElementById("charts").append(figure);
    if (!table.some(row => row.slice(1).some(bar => bar && !Number.isNaN(bar[1])))) {
      frame.replaceWith(element("p", {className: "note", textContent: more.nothing}));
      strip.remove();
      return;
    }
    frame.setAttribute("role", "img");
    frame.setAttribute("aria-label",
                       `Chart: ${title}, of ${lines.map(line => line.sensor).join(", ")}`);
    const clear = () => {
      moment.textContent = "";
      outputs.forEach(output => { output.textContent = ""; });
    };
    const show = x => {
      moment.textContent = timeText(x - lines[0].step / 2);
      const row = table.find(one => one[0].getTime() === x);
      outputs.forEach((output, i) => {
        const bar = row && row[i + 1];
        output.textContent = bar && !Number.isNaN(bar[1]) ? wordsOf(bar) : "";
      });
    };
    const graph = new Dygraph(frame, table, {
      labels: ["time", ...lines.map((_, i) => `s${i}`)],
      series: Object.fromEntries(lines.map((line, i) =>
        [`s${i}`, {strokePattern: dashOf(line.number)}])),
      customBars: true, connectSeparatedPoints: true, legend: "never", labelsUTC: utc,
      dateWindow: [data.from, data.to], strokeWidth: 1.5, gridLineWidth: 1,
      plotter: [plotBand, Dygraph.Plotters.linePlotter],
      highlightCircleSize: 4, axisLabelFontSize: 13, xRangePad: 0, interactionModel: interaction(),
      axes: {x: {axisLabelWidth: 56, pixelsPerLabel: 56}, y: {axisLabelWidth: 64, ...more.axis}},
      ...more.options, ...chartColours(lines),
      underlayCallback: drawMarkLines,
      drawCallback: (drawn, first) => {
        placeMarks(strip, drawn);
        if (!first) follow(drawn);
      },
      highlightCallback: (event, x) => show(x),
      unhighlightCallback: clear,
    });
    charts.push({graph, lines, boxes: items.map(([box]) => box)});
  }

  function addCharts() {
    const lines = data.lines.map((line, number) => ({...line, number, times: timesOf(line.times)}));
    for (const unit of new Set(lines.map(line => line.unit))) {
      addChart(lines.filter(line => line.unit === unit),
               unit === "\u00b0C" ? "Temperature in \u00b0C" : `Readings in ${unit}`, valueBar,
               ([low, mean, high]) => low === high ? `${numberText(mean)} ${unit}`
                 : `${numberText(mean)} ${unit} (${numberText(low)} to ${numberText(high)})`,
               {nothing: "There is no good sample in this time."});
    }
    if (lines.length) {
      addChart(lines, "Lateness of the reads", lateBar,
               ([p99, late]) => `p99 ${durationText(p99)}, latest ${durationText(late)}`,
               {kind: "late", axis: lateAxis(lines), options: {logscale: true},
                note: "Line: the latest read. Band: from there to p99, which 99 of 100 reads keep.",
                nothing: "The lateness is not known in this time."});
    }
  }

  // ---- the page ----

  function showTimes() {
    document.querySelectorAll("time").forEach(time => {
      time.textContent = timeText(Date.parse(time.dateTime));
    });
    document.querySelectorAll(".zone-name").forEach(name => { name.textContent = zoneName(); });
    zooming = true;
    charts.forEach(({graph}) => graph.updateOptions({labelsUTC: utc}));
    zooming = false;
  }

  function recolour() {
    zooming = true;
    charts.forEach(({graph, lines}) => graph.updateOptions(chartColours(lines)));
    zooming = false;
  }

  // On paper: the light colours, and as wide as a sheet.
  function printing(on) {
    document.documentElement.classList.toggle("print", on);
    document.body.style.width = on ? "180mm" : "";
    charts.forEach(({graph}) => graph.resize());
    recolour();
  }

  addCharts();
  showTimes();
  document.querySelector(".controls").hidden = false;
  document.querySelectorAll("[name=zone]").forEach(choice => {
    choice.addEventListener("change", () => {
      utc = choice.value === "utc";
      showTimes();
    });
  });
  document.querySelectorAll("[data-zoom]").forEach(button =>
    button.addEventListener("click", () => zoomBy(button.dataset.zoom)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  addEventListener("beforeprint", () => printing(true));
  addEventListener("afterprint", () => printing(false));
  document.documentElement.dataset.charts = charts.length;  // all is drawn: for who waits for it
})();
