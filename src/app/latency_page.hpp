// The page of `isotherm latency --html`, without its contents. Internal to the report.
//
// Everything is in the one file: the style is inline, the drawings are SVG, there is no script. The
// colours are custom properties, so that dark mode and print change them in one place. A bar's
// drawing is stretched to the width there is, while all words beside it are ordinary text and keep
// their size on a narrow screen.
#pragma once

#include <string_view>

namespace isotherm::app {

inline constexpr std::string_view kPageHead = R"page(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
:root {
  --ground: #ffffff; --panel: #f4f6f8; --ink: #17202a; --soft: #5b6875; --line: #d5dbe1;
  --bar: #2f6f9f; --mark: #c2410c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181d; --panel: #1d232a; --ink: #e4e9ee; --soft: #9aa7b4; --line: #36404a;
    --bar: #6db3e8; --mark: #fb923c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem clamp(0.8rem, 3vw, 2.5rem) 4rem; max-width: 82rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 0.3rem; }
h2 { font-size: 1.15rem; margin: 2.4rem 0 0.6rem; }
p { max-width: 48rem; margin: 0.4rem 0 0.9rem; }
.soft { color: var(--soft); }
.note { border-left: 0.25rem solid var(--mark); padding-left: 0.8rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.7rem; text-align: right; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; font-size: 0.85rem; vertical-align: bottom; }
td:first-child, th:first-child { text-align: left; padding-left: 0; }
td:first-child { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.15rem 1.2rem;
  margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.arm { background: var(--panel); border-radius: 0.4rem; padding: 0.6rem 0.9rem 0.3rem;
  margin-bottom: 0.6rem; break-inside: avoid; }
.arm h3 { font-size: 1rem; margin: 0; display: inline; }
.arm .facts { float: right; color: var(--soft); font-variant-numeric: tabular-nums; }
.arm svg { display: block; width: 100%; height: 4.5rem; margin-top: 0.4rem;
  border-bottom: 1px solid var(--soft); clear: both; }
.arm rect { fill: var(--bar); }
.arm line { stroke: var(--mark); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.arm line.decade { stroke: var(--line); stroke-width: 1; }
.arm line.p50 { stroke-dasharray: 2 3; }
.arm line.p99 { stroke-dasharray: 7 4; }
.axis { position: relative; height: 1.5rem; font-size: 0.8rem; color: var(--soft); }
.axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.axis span:first-child { transform: none; }
.axis span:last-child { transform: translateX(-100%); }
@media (max-width: 46rem) {
  .arm .facts { float: none; display: block; font-size: 0.85rem; }
  /* No room for each decade: those beside the ends go, where there are six or more. */
  .axis span:nth-child(2):nth-last-child(n+5), .axis span:nth-last-child(2):nth-child(n+5) {
    display: none; }
  dl { display: block; }
  dd { margin-bottom: 0.5rem; }
  /* A table becomes one card a row: every figure beside its column's title. */
  table, tbody, tr, td { display: block; width: 100%; }
  thead { display: none; }
  tr { background: var(--panel); border-radius: 0.4rem; padding: 0.5rem 0.8rem;
    margin-bottom: 0.6rem; }
  td { border: 0; padding: 0.1rem 0; display: flex; justify-content: space-between; gap: 1rem; }
  td::before { content: attr(data-title); color: var(--soft); font-weight: 400; }
  td:first-child::before { content: none; }
}
@media print {
  :root { --ground: #fff; --panel: #fff; --ink: #000; --soft: #444; --line: #bbb; --bar: #555;
    --mark: #000; }
  body { padding: 0; max-width: none; font-size: 9.5pt; }
  .arm { border: 1px solid var(--line); }
  h2 { break-after: avoid; }
  tr { break-inside: avoid; }
}
</style>
)page";

inline constexpr std::string_view kPageEnd = "</body>\n</html>\n";

}  // namespace isotherm::app
