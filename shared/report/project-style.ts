/** What the page of a project adds to the style of all pages. No "<" and no "&" (see page.ts). */
export const projectStyle = `
:root { --g0: #0072b2; --g1: #d55e00; --g2: #009e73; --g3: #cc79a7; --g4: #e69f00; --g5: #56b4e9; }
.g0 { fill: var(--g0); } .g1 { fill: var(--g1); } .g2 { fill: var(--g2); }
.g3 { fill: var(--g3); } .g4 { fill: var(--g4); } .g5 { fill: var(--g5); }
.box { stroke: var(--soft); stroke-width: 0.8; fill-opacity: 0.35; }
.dot { fill-opacity: 0.85; stroke: var(--paper); stroke-width: 0.5; }
.spread { stroke: var(--ink); stroke-width: 1.2; } .middle { stroke: var(--ink); stroke-width: 2; }
.mean { stroke: var(--ink); stroke-width: 1.1; fill: var(--paper); }
.measures { grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); }
.measures .plot { max-width: 620px; }
.measures + details { margin-top: 22px; } .measures details { margin: 6px 0 0; } .measures summary { margin: 0; font-size: 13px; }
.measures table { font-size: 13px; min-width: 0; } .measures td:not([class]) { min-width: 0; }
.measures th, .measures td { padding: 3px 12px 3px 0; }
.state { font-weight: 600; } .state.ok { color: var(--good); font-weight: 400; }
.state.mind { color: var(--mind); } .state.bad { color: var(--bad); } .state.soft { color: var(--soft); font-weight: 400; }
.troubles { list-style: none; padding: 0; } .troubles li { margin: 0 0 12px; max-width: 100ch; }
.troubles small { display: block; color: var(--soft); font-size: 13px; }
.troubles .state { margin-right: 4px; }
#sessions details { margin: 0 0 4px; } #sessions summary small { color: var(--soft); margin-left: 10px; }
#sessions details[open] { margin-bottom: 18px; }
.sessions td:not([class]) { min-width: 0; } .sessions small { color: var(--soft); }
.sessions th, .sessions td { padding-right: 16px; } .sessions td:nth-child(3) { white-space: nowrap; }
.why { display: block; max-width: 46ch; line-height: 1.35; margin-bottom: 2px; }
.filter { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; margin: 0 0 14px; font-size: 14px; color: var(--soft); }
.filter input { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--bar); border-radius: 4px; padding: 5px 10px; width: min(100%, 340px); }
@media (max-width: 560px) { .measures { grid-template-columns: minmax(0, 1fr); } }
@media print { .filter { display: none; } }
`;
