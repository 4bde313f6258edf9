import type {
  ConversionReportContent,
  ConvertedCard,
  ConvertedStudy,
  LeftOutRow,
} from "./conversion-content.ts";
import { conversionStyle } from "./conversion-style.ts";
import { formatCount } from "./format.ts";
import { renderHead } from "./head-section.ts";
import { type Html, html, pngAddress, renderTable } from "./html.ts";
import { renderPage } from "./page.ts";
import { renderProvenance } from "./provenance-section.ts";
import { renderFiles } from "./table-sections.ts";

/** Up to so many studies stand open on the page; more are folded. */
const openStudies = 5;
/** Places named for one remark. */
const mostNamed = 12;

/**
 * The report of a conversion as one HTML file: a picture of every series, why the rest was left out, and where the values came from.
 * It asks for nothing from outside and needs no script to be read. All texts are escaped, whoever wrote them.
 */
export function renderConversionReport(content: ConversionReportContent): string {
  const { studies, options, software, files } = content;
  return renderPage(
    `${content.title} · ${content.program.name}`,
    [
      renderHead(content),
      renderAttention(content),
      studies.map((study, n) => renderStudy(study, n, studies.length <= openStudies)),
      renderProvenance({
        provenance: { options, software, seriesInstanceUID: "", inputs: [] },
      }),
      renderCitations(content),
      renderFiles({ files }),
    ],
    conversionStyle,
  );
}

/** What failed, and what was remarked on, the same remark once with all its places. */
function renderAttention({ studies, meanings }: ConversionReportContent): Html {
  const several = studies.length > 1;
  const failed = studies.flatMap(({ title, leftOut }) =>
    leftOut.filter((row) => row.failed).map((row) => ({ title, row })),
  );
  const failures = failed.map(
    ({ title, row }) =>
      html`<li><span class="state bad">not converted</span> <code>${row.code}</code> ${row.text}<small>${several ? `${title}, ` : ""}${row.place}</small></li>\n`,
  );
  const remarks = studies.flatMap(({ title, cards }) =>
    cards.flatMap((card) => card.remarks.map((remark) => ({ title, card, remark }))),
  );
  const byCode = [...Map.groupBy(remarks, ({ remark }) => remark.code)];
  const notes = byCode.map(([code, ones]) => {
    const texts = [...Map.groupBy(ones, ({ remark }) => remark.text)].slice(0, mostNamed);
    const items = texts.map(([text, same]) => {
      const places = [
        ...new Set(
          same.map(({ title, card }) => (several ? `${title}, ${card.place}` : card.place)),
        ),
      ];
      const rest = places.length - mostNamed;
      return html`<small>${text} <i>${places.slice(0, mostNamed).join("; ")}${rest > 0 ? ` and ${formatCount(rest)} more` : ""}</i></small>`;
    });
    return html`<li><span class="state mind">${code}</span> ${meanings.get(code) ?? ""}${items}</li>\n`;
  });
  if (failures.length + notes.length === 0) return html``;
  return html`<section id="attention"><h2>What to look at</h2>\n<ul class="troubles">${failures}${notes}</ul></section>\n`;
}

function renderStudy(study: ConvertedStudy, n: number, open: boolean): Html {
  const { title, note, cards, leftOut, origins } = study;
  const head = html`${title} <small>${note}</small>`;
  const body = html`${cards.length > 0 ? html`<div class="cards">\n${cards.map(renderCard)}</div>\n` : undefined}${renderLeftOut(leftOut)}${renderOrigins(origins)}`;
  if (open) return html`<section id="study-${n + 1}"><h2>${head}</h2>\n${body}</section>\n`;
  return html`<section id="study-${n + 1}" class="study"><details><summary><b>${title}</b> <small>${note}</small></summary>\n${body}</details></section>\n`;
}

function renderCard(card: ConvertedCard): Html {
  const { number, title, place, facts, thumbnail, current, remarks } = card;
  const picture =
    thumbnail === undefined
      ? html`<div class="picture none"></div>`
      : html`<div class="picture"><img style="aspect-ratio: ${thumbnail.aspect.toFixed(4)}; ${thumbnail.aspect < 1 ? "height: 100%" : "width: 100%"}" src="${pngAddress(thumbnail.png)}" alt="middle image of ${title}"/></div>`;
  const marks = [
    current ? html`<span class="state soft">was there</span>` : undefined,
    ...[...new Set(remarks.map(({ code }) => code))].map(
      (code) => html`<span class="state mind">${code}</span>`,
    ),
  ];
  return html`<figure class="card">${picture}<figcaption><b>${title}</b><span>${number} · ${place}</span>${facts.map((fact) => html`<span>${fact}</span>`)}<span class="marks">${marks}</span></figcaption></figure>\n`;
}

function renderLeftOut(leftOut: readonly LeftOutRow[]): Html {
  if (leftOut.length === 0) return html``;
  const rows = leftOut.map(({ place, name, code, text, failed }) => [
    place,
    name,
    html`<span class="state ${failed ? "bad" : "soft"}">${code}</span>`,
    text,
  ]);
  const columns = ["Where", "Name", "Code", "What was found"].map((heading, n) => ({
    heading,
    unbroken: n === 2,
  }));
  return html`<h3>Left out <small>${formatCount(leftOut.length)}</small></h3>\n${renderTable(columns, rows)}`;
}

function renderOrigins(origins: ConvertedStudy["origins"]): Html {
  if (origins.length === 0) return html``;
  const rows = origins.map(({ place, keyword, from }) => [
    place,
    html`<code>${keyword}</code>`,
    from,
  ]);
  const table = renderTable(
    [{ heading: "Where" }, { heading: "Attribute" }, { heading: "Made from" }],
    rows,
  );
  return html`<details class="origins"><summary>Where the values came from</summary>\n${table}</details>\n`;
}

function renderCitations({ citations }: ConversionReportContent): Html {
  if (citations.length === 0) return html``;
  const items = citations.map(({ text, doi }) => {
    const link =
      doi === undefined ? undefined : html` <a href="https://doi.org/${doi}">doi:${doi}</a>`;
    return html`<li>${text}${link}</li>\n`;
  });
  return html`<section id="cite"><h2>How to cite</h2>\n<ul class="references">${items}</ul></section>\n`;
}
