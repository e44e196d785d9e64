// How the page of a report begins: without a script, and with nothing to fetch. Everything is in
// the one file: the style is inline, the drawings are SVG. The colours are custom properties, so
// that dark mode and print change them in one place. A page adds its own style and ends the
// element.
#pragma once

#include <string_view>

namespace isotherm::app {

inline constexpr std::string_view kPageTop = R"page(<!DOCTYPE html>
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
p { max-width: 48rem; margin: 0.4rem 0 0.9rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.note { border-left: 0.25rem solid var(--mark); padding-left: 0.8rem; }
)page";

}  // namespace isotherm::app
