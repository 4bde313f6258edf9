/** The style of all pages: light and dark, narrow and wide, screen and paper. No "<" and no "&" (see page.ts). */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c1e22; --soft: #5b626c; --rule: #dfe2e6; --wash: #f5f6f8;
  --none: #e4e5e8; --link: #1a5a9e; --accent: #2b6cb0; --band: #2b6cb02e; --bar: #7f93aa;
  --good: #1d7a4f; --mind: #9a6200; --bad: #b3261e; --bad-wash: #fdf1f0; --mind-wash: #fdf6e7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --ink: #e4e6ea; --soft: #9aa1ab; --rule: #32363c; --wash: #1d2024;
    --none: #2c2f34; --link: #83b8f0; --accent: #78b0ec; --band: #78b0ec38; --bar: #6d8098;
    --good: #56c08d; --mind: #e0ac4a; --bad: #f08a82; --bad-wash: #2c1b1a; --mind-wash: #2a2416;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", Helvetica, Arial, sans-serif;
  overflow-wrap: anywhere;
}
main { max-width: 1100px; margin: 0 auto; padding: 48px 28px 80px; }
h1 { font-size: 30px; line-height: 1.2; font-weight: 600; letter-spacing: -0.01em; margin: 2px 0 10px; }
h2 { font-size: 19px; font-weight: 600; margin: 0 0 14px; }
h3 { font-size: 15px; font-weight: 600; margin: 22px 0 8px; }
h3 small, dd small { color: var(--soft); font-weight: 400; font-size: 13px; }
section { margin-top: 44px; padding-top: 20px; border-top: 1px solid var(--rule); }
p { margin: 0 0 10px; max-width: 78ch; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
code { font: 0.88em/1.4 ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; }
ul, ol { margin: 0; padding-left: 20px; }
li { margin: 2px 0; max-width: 78ch; }
.program { color: var(--soft); margin: 0; letter-spacing: 0.02em; }
.note { color: var(--soft); font-size: 13px; max-width: 100ch; }
.verdict {
  display: inline-block; vertical-align: 5px; margin-left: 8px; padding: 1px 11px 2px;
  border: 1.5px solid; border-radius: 999px; font-size: 14px; font-weight: 600; letter-spacing: 0.02em;
}
.verdict.ok { color: var(--good); } .verdict.check { color: var(--mind); } .verdict.failed { color: var(--bad); }
.reasons { list-style: none; padding: 0; margin: 0 0 22px; }
.warnings { border: 0; border-left: 3px solid var(--bad); background: var(--bad-wash); padding: 12px 18px 14px; margin-top: 24px; }
.warnings h2 { font-size: 15px; color: var(--tone); margin: 0 0 4px; }
.warnings ul { list-style: none; padding: 0; }
.warnings code { color: var(--tone); font-weight: 600; margin-right: 4px; }
.warnings + .warnings { margin-top: 10px; }
.warnings { --tone: var(--bad); }
.warnings.warning { --tone: var(--mind); border-color: var(--mind); background: var(--mind-wash); }
.warnings.note { --tone: var(--soft); border-color: var(--rule); background: none; padding: 4px 18px; max-width: none; font-size: 14px; }
.warnings details { margin: 0; } .warnings summary { margin: 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 12px 28px; margin: 0 0 14px; }
.facts dt { color: var(--soft); font-size: 13px; }
.facts dd { margin: 0; }
.facts small { display: block; line-height: 1.35; }
.table { overflow-x: auto; margin: 0 0 14px; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; min-width: min(100%, 420px); }
th { text-align: left; white-space: nowrap; font-weight: 600; color: var(--soft); font-size: 13px; border-bottom: 1.5px solid var(--rule); }
th, td { padding: 5px 18px 5px 0; vertical-align: top; }
td { border-bottom: 1px solid var(--rule); }
td:not([class]) { min-width: 7em; }
td:last-child, th:last-child { padding-right: 0; }
.number, .unbroken { white-space: nowrap; } .number { text-align: right; }
.swatch {
  display: inline-block; width: 11px; height: 11px; margin-right: 6px; border-radius: 2px; vertical-align: -1px;
  outline: 1px solid var(--rule); outline-offset: -1px; print-color-adjust: exact; -webkit-print-color-adjust: exact;
}
.swatch.none { background: var(--none); }

.slices { display: grid; grid-template-columns: minmax(0, 1fr); gap: 6px 36px; position: relative; margin-bottom: 14px; }
.wide { width: min(100vw - 56px, 1640px); position: relative; left: 50%; transform: translateX(-50%); }
.slice { display: grid; grid-template-columns: 26px repeat(var(--columns), minmax(0, var(--widest))); gap: 0 14px; align-items: start; justify-content: start; }
.slice { break-inside: avoid; }
.heads { position: sticky; top: 0; z-index: 1; grid-column: 1 / -1; background: var(--paper); padding: 6px 0 4px; }
.heads .slice { align-items: end; }
.slice-number { color: var(--soft); font-size: 13px; align-self: center; font-variant-numeric: tabular-nums; }
.heads .slice-number { font-style: italic; align-self: end; }
.legends { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 244px)); gap: 0 30px; align-items: end; }
.names { display: grid; grid-template-columns: minmax(0, 1fr); gap: 6px 36px; margin-top: 8px; }
.names .slice ~ .slice { display: none; }
.name { color: var(--soft); font-size: 11px; text-align: center; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.scale { padding: 0 15px; }
.scale b { font-size: 14px; font-weight: 600; }
.wide .scale b { font-size: 12.5px; }
.scale svg { margin: 3px 0 0; width: calc(100% + 24px); margin-left: -12px; max-width: 244px; }
.codes { list-style: none; padding: 0; margin: 3px 0 4px; font-size: 12px; line-height: 1.4; display: flex; flex-wrap: wrap; gap: 0 10px; }
.codes li { margin: 0; white-space: nowrap; } .codes.directions li { white-space: normal; }
.frame { position: relative; display: block; padding: 0 15px; }
.frame > span { position: relative; display: block; padding: 15px 0; }
.frame::before, .frame::after, .frame > span::before, .frame > span::after {
  position: absolute; color: var(--soft); font-size: 10px; line-height: 15px; text-align: center; white-space: nowrap;
}
.frame::before { content: var(--left); left: 0; width: 13px; top: calc(50% - 7px); text-align: right; }
.frame::after { content: var(--right); right: 0; width: 13px; top: calc(50% - 7px); text-align: left; }
.frame > span::before { content: var(--top); top: 0; left: 0; right: 0; }
.frame > span::after { content: var(--bottom); bottom: 0; left: 0; right: 0; }
.frame img {
  display: block; width: 100%; aspect-ratio: var(--aspect); image-rendering: pixelated; background: var(--none);
  print-color-adjust: exact; -webkit-print-color-adjust: exact;
}
.zoom { cursor: zoom-in; }
dialog.large { border: 0; background: var(--paper); color: var(--ink); padding: 14px 18px; cursor: zoom-out; max-width: 96vw; max-height: 96vh; }
dialog.large::backdrop { background: #000b; }
dialog.large img { width: min(88vw, calc(80vh * var(--aspect))); }
dialog.large p { margin: 4px 15px 0; font-size: 13px; color: var(--soft); }
.compact .slice { grid-template-columns: 22px repeat(var(--columns), minmax(0, var(--widest))); gap: 0 6px; }
.compact .frame { padding: 0 11px; } .compact .frame > span { padding: 12px 0; }
.compact .frame::before, .compact .frame::after { width: 10px; font-size: 9px; }
.compact .frame > span::before, .compact .frame > span::after { font-size: 9px; line-height: 12px; }
.compact .scale { padding: 0; }
.compact .scale svg { width: 100%; margin-left: 0; }
.compact > .slice { content-visibility: auto; contain-intrinsic-size: auto 130px; }
@media (min-width: 1000px) {
  .compact, .names { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .names .slice ~ .slice { display: grid; }
}

.plot { display: block; width: 100%; height: auto; overflow: visible; font-size: 11px; font-variant-numeric: tabular-nums; }
.plot text { fill: var(--soft); }
.plot .label, .plot .legend text { fill: var(--ink); font-size: 12px; }
.axis { stroke: var(--soft); stroke-width: 1; }
.grid { stroke: var(--rule); stroke-width: 1; }
.bar rect { shape-rendering: crispEdges; }
rect.bar { fill: var(--bar); }
.quartile-band { fill: var(--band); }
.quartile { stroke: var(--accent); stroke-width: 1; stroke-dasharray: 3 3; }
.median { stroke: var(--accent); stroke-width: 2; }
.curve { fill: none; stroke: var(--accent); stroke-width: 1.6; }
.band { fill: var(--band); }
.point { fill: var(--ink); }
.point.unused { fill: var(--paper); stroke: var(--soft); stroke-width: 1.2; }
.mark-fitted { stroke: var(--accent); stroke-width: 1.8; }
.stem { stroke: var(--soft); stroke-width: 1; }
.beside { display: grid; grid-template-columns: minmax(0, 660px) minmax(0, 1fr); gap: 20px 44px; align-items: start; }
.beside.even { grid-template-columns: 1fr 1fr; }
.beside table { min-width: 0; width: 100%; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(310px, 1fr)); gap: 34px 30px; }
.card { margin: 0; break-inside: avoid; min-width: 0; }
.card figcaption { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; font-size: 14px; margin-bottom: 8px; }
.card .status, .place { font-size: 13px; color: var(--soft); white-space: nowrap; }
.place { grid-column: 1 / -1; white-space: normal; }
.numbers { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 6px 0 0; font-size: 14px; font-variant-numeric: tabular-nums; }
.numbers div { display: flex; gap: 6px; } .numbers dt { color: var(--soft); } .numbers dd { margin: 0; white-space: nowrap; }
.equation { font: italic 21px/1.5 "STIX Two Text", "Libertinus Serif", Cambria, Georgia, "Times New Roman", serif; margin: 14px 0 18px; max-width: none; }
.references { font-size: 14px; }
.run { display: grid; grid-template-columns: minmax(0, 260px) minmax(0, 1fr); gap: 20px 36px; align-items: start; }
.run > :only-child { grid-column: 1 / -1; }
.run h3:first-child { margin-top: 0; }
.preview img { display: block; width: 100%; border: 1px solid var(--rule); border-radius: 3px; }
td .verdict, h2 .verdict { margin-left: 0; vertical-align: 1px; font-size: 12px; padding: 0 9px 1px; }
h2 small { color: var(--soft); font-weight: 400; font-size: 14px; }
.mark.ok { color: var(--good); } .mark.failed { color: var(--bad); font-weight: 600; }
.truth { display: grid; grid-template-columns: repeat(3, minmax(0, 220px)); gap: 18px; margin: 16px 0 8px; }
details { margin: 0 0 14px; } summary { cursor: pointer; color: var(--soft); font-size: 14px; margin-bottom: 6px; }
.truth figure { margin: 0; } .truth .scale { padding: 0; } .truth .scale svg { width: 100%; margin-left: 0; }
.truth img {
  display: block; width: 100%; aspect-ratio: var(--aspect); image-rendering: pixelated; background: var(--none);
  print-color-adjust: exact; -webkit-print-color-adjust: exact;
}
@media (max-width: 860px) {
  .run { grid-template-columns: minmax(0, 1fr); } .preview { max-width: 260px; }
  main { padding: 28px 20px 60px; }
  .beside, .beside.even { grid-template-columns: minmax(0, 1fr); }
  .slice { gap: 0 4px; } .codes li { white-space: normal; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --ink: #000; --soft: #444; --rule: #ccc; --wash: #fff; --none: #e4e5e8; --link: #000;
    --accent: #1f5a99; --band: #2b6cb02e; --bar: #7f93aa; --good: #1d7a4f; --mind: #9a6200; --bad: #b3261e;
    --bad-wash: #fff; --mind-wash: #fff;
  }
  @page { size: A4; margin: 16mm 14mm; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
  .wide { width: auto; left: 0; transform: none; }
  .heads { position: static; } .compact > .slice { content-visibility: visible; }
  p { break-inside: avoid; } section { margin-top: 26px; } h2, h3, h2 + .note { break-after: avoid; }
  .beside { grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr); } .beside td, .beside th { padding: 2px 8px 2px 0; }
  .compact, .names { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 6px 18px; }
  .names .slice ~ .slice { display: grid; }
  tr, .facts div, .beside { break-inside: avoid; }
}
`;
