// The page of `isotherm latency --html`, behind kPageTop and without its contents. Internal to the
// report. A bar's drawing is stretched to the width there is, while all words beside it are
// ordinary text and keep their size on a narrow screen.
#pragma once

#include <string_view>

namespace isotherm::app {

inline constexpr std::string_view kPageHead = R"page(
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
