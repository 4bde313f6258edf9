/** What the page of a conversion adds to the style of all pages. No "<" and no "&" (see page.ts). */
export const conversionStyle = `
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(196px, 1fr)); gap: 26px 22px; margin: 0 0 26px; }
.card { margin: 0; break-inside: avoid; }
.picture { aspect-ratio: 1; background: #000000; border-radius: 3px; overflow: hidden; display: flex; align-items: center; justify-content: center; }
.picture.none { background: var(--none); }
.picture img { display: block; max-width: 100%; max-height: 100%; image-rendering: auto; }
.card figcaption { display: block; margin-top: 8px; padding: 0; font-size: 13px; line-height: 1.4; }
.card b { display: block; font-size: 14px; font-weight: 600; }
.card span { display: block; color: var(--soft); font-variant-numeric: tabular-nums; }
.card .marks .state { display: inline-block; margin-right: 8px; }
.card .marks .state.mind { color: var(--mind); }
.state { font-weight: 600; } .state.mind { color: var(--mind); } .state.bad { color: var(--bad); }
.state.soft { color: var(--soft); font-weight: 400; }
.troubles { list-style: none; padding: 0; } .troubles li { margin: 0 0 12px; max-width: 100ch; }
.troubles small { display: block; color: var(--soft); font-size: 13px; }
.troubles .state { margin-right: 4px; }
h2 small { color: var(--soft); font-weight: 400; font-size: 14px; margin-left: 8px; }
.study { margin-top: 0; padding-top: 12px; border-top: 0; } .study summary small { color: var(--soft); margin-left: 8px; }
.origins td { min-width: 0; }
@media print { .picture { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
