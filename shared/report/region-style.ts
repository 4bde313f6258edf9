/** What the page of regions adds to the style of all pages. No "<" and no "&" (see page.ts). */
export const regionStyle = `
.region { white-space: nowrap; } .region b { font-weight: 600; }
.region .swatch { outline-color: var(--soft); }
.state { font-weight: 600; } .state.ok { color: var(--good); font-weight: 400; }
.state.mind { color: var(--mind); } .state.bad { color: var(--bad); }
td small { display: block; color: var(--soft); line-height: 1.35; }
.explained td { border-bottom: 0; padding-bottom: 0; } .explained + tr td { padding-top: 0; }
.explained + tr small { max-width: 90ch; font-size: 13px; margin-bottom: 2px; }
.regions td, .regions th { padding-right: 14px; } .regions td small { font-size: 12px; } .regions td { min-width: 0; }
.regions td:first-child, .regions th:first-child { position: sticky; left: 0; background: var(--paper); }
.regions .region { display: block; max-width: 172px; overflow: hidden; text-overflow: ellipsis; padding-left: 1px; }
.regions .source td { padding-top: 14px; color: var(--soft); font-size: 13px; }
.number small { text-align: right; }

.legend { list-style: none; padding: 0; margin: 0 0 18px; display: flex; flex-wrap: wrap; gap: 2px 22px; font-size: 14px; }
.shapes { position: absolute; }
.ring path { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.line { stroke-width: 1.5px; }
.rim { --rim: #000; stroke-width: 3.4px; stroke-opacity: 0.6; }
.tag text { font-weight: 700; paint-order: stroke; stroke: #000000d0; stroke-width: 0.26em; stroke-linejoin: round; }
.crowded { visibility: var(--crowded, hidden); }
.outlines { position: absolute; left: 0; top: 15px; width: 100%; height: calc(100% - 30px); overflow: hidden; pointer-events: none; font-size: var(--text); }
.large .outlines { --crowded: visible; font-size: calc(var(--text) * 0.38); }
.absent { color: var(--soft); font-size: 12px; align-self: center; text-align: center; }
#overlays .slices + .slices { margin-top: 34px; }
#overlays .place { margin: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }

.strips { table-layout: fixed; width: 100%; }
.strips th, .strips td { padding: 0 16px 0 0; vertical-align: middle; }
.strips th:first-child, .strips td:first-child { width: 200px; }
.strips td { border-bottom: 0; } .strips tbody tr:nth-child(even) td { background: var(--wash); }
.strips .region { display: block; overflow: hidden; text-overflow: ellipsis; padding-left: 4px; font-size: 13px; }
.strips .region + small { padding-left: 4px; font-size: 12px; }
.strips .plot { max-width: none; }
.spread { stroke: var(--ink); stroke-width: 1.2; }
.box { stroke: var(--soft); stroke-width: 0.8; fill-opacity: 0.75; }
.shape { stroke: var(--soft); stroke-width: 0.6; fill-opacity: 0.55; }
.middle { stroke: var(--ink); stroke-width: 2; }
.mean { stroke: var(--ink); stroke-width: 1.1; fill: var(--paper); }
.stats table { font-size: 13px; } .stats td { white-space: nowrap; }
.stats td, .stats th { padding: 4px 10px 4px 0; min-width: 0; }
.stats .region { display: block; max-width: 160px; overflow: hidden; text-overflow: ellipsis; padding-left: 1px; }
.stats td:first-child, .stats th:first-child { position: sticky; left: 0; background: var(--paper); }
.card .comparison { margin: 8px 0 0; } .card .comparison table { min-width: 0; font-size: 13px; }
.card .comparison td, .card .comparison th { padding: 3px 9px 3px 0; min-width: 0; white-space: nowrap; }
.card .comparison .table { margin: 0; }
.severity { font-weight: 600; } .severity.error { color: var(--bad); } .severity.warning { color: var(--mind); } .severity.info { color: var(--soft); font-weight: 400; }
td code { overflow-wrap: normal; }
.words { overflow-wrap: anywhere; }
.more i { font-style: normal; }
@media (max-width: 860px) {
  .more span { display: block; } .more i { display: none; }
  .regions td, .regions th { padding-right: 9px; } .regions .region { max-width: 128px; }
  .regions th.number { white-space: normal; overflow-wrap: normal; } .regions td { font-size: 13px; } .regions td small { font-size: 11.5px; }
  .strips th:first-child, .strips td:first-child { width: 140px; }
  .strips th, .strips td { padding-right: 10px; }
}
`;
