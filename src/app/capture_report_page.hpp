// The page of `isotherm report --html`, without its contents: as latency_page.hpp, in one file and
// with nothing to fetch. Internal to the report.
#pragma once

#include <string_view>

namespace isotherm::app {

inline constexpr std::string_view kReportPageHead = R"page(<!DOCTYPE html>
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
h2 { font-size: 1.15rem; margin: 2.4rem 0 0.6rem; overflow-wrap: anywhere; }
h3 { font-size: 0.95rem; margin: 0 0 0.2rem; }
p { max-width: 48rem; margin: 0.4rem 0 0.9rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.note { border-left: 0.25rem solid var(--mark); padding-left: 0.8rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr));
  gap: 0.3rem 1.2rem; margin: 0 0 0.9rem; }
dl div { display: flex; justify-content: space-between; gap: 0.8rem;
  border-bottom: 1px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
  gap: 0.8rem; }
figure { background: var(--panel); border-radius: 0.4rem; padding: 0.6rem 0.9rem; margin: 0;
  break-inside: avoid; min-width: 0; }
.plot { display: grid; grid-template-columns: max-content minmax(0, 1fr); column-gap: 0.4rem; }
.plot svg { display: block; width: 100%; height: 11rem; border-left: 1px solid var(--soft);
  border-bottom: 1px solid var(--soft); }
.y, .x { font-size: 0.8rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.y { display: flex; flex-direction: column; justify-content: space-between; text-align: right; }
.x { grid-column: 2; display: flex; justify-content: space-between; }
figcaption { font-size: 0.85rem; color: var(--soft); }
rect { fill: var(--bar); }
polyline { fill: none; stroke: var(--bar); stroke-width: 1.6; vector-effect: non-scaling-stroke; }
line { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
line.mark { stroke: var(--mark); stroke-dasharray: 4 4; }
@media print {
  :root { --ground: #fff; --panel: #fff; --ink: #000; --soft: #444; --line: #bbb; --bar: #555;
    --mark: #000; }
  body { padding: 0; max-width: none; font-size: 9.5pt; }
  figure { border: 1px solid var(--line); }
  h2 { break-after: avoid; }
}
</style>
)page";

inline constexpr std::string_view kReportPageEnd = "</body>\n</html>\n";

}  // namespace isotherm::app
