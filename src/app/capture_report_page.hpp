// The page of `isotherm report --html`, behind kPageTop and without its contents. Internal to the
// report.
#pragma once

#include <string_view>

namespace isotherm::app {

inline constexpr std::string_view kReportPageHead = R"page(
h3 { font-size: 0.95rem; margin: 0 0 0.2rem; }
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
